//! Stopping a request from another thread.
//!
//! A [`WakePipe`] belongs to one worker thread, which waits for its socket and for the pipe together ([`super::wait`]).
//! A [`Cancel`] belongs to one request: a flag, and while the request is on a worker, that worker's [`Waker`].
//! Setting the flag and waking never blocks. A pipe is used because it exists everywhere (no eventfd on iOS). Where
//! descriptors have run out a worker goes without one: it waits in short naps and looks at the flag between them.

use std::fmt;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest wait in one go of a worker whose waits are heard of, so that it says again and again that it waits: a
/// thread that could not be started in its place may be had by now.
const NAP_MS: libc::c_int = 250;
/// The same for a worker without a pipe, which nobody can wake.
const BLIND_NAP_MS: libc::c_int = 20;

/// The reading end of a worker's wake-up pipe.
pub struct WakePipe {
    waker: Arc<Waker>,
    sleeper: Option<Rc<dyn Sleeper>>,
}

/// Hears when a worker waits for a socket or another thread, and when that is over.
pub trait Sleeper {
    /// It is going to wait, nobody knows how long.
    fn falls_asleep(&self);
    /// It goes on.
    fn wakes_up(&self);
}

/// The writing end; shared with whoever may want the worker's attention.
#[derive(Debug)]
pub struct Waker {
    /// `None` where descriptors had run out.
    ends: Option<Ends>,
    /// True while a byte is in the pipe: one is enough.
    pending: AtomicBool,
}

#[derive(Debug)]
struct Ends {
    /// Kept here and not in [`WakePipe`]: who wakes may come when the worker is gone, and writing into a pipe without a
    /// reader raises SIGPIPE, which ends a program that does not ignore it.
    reader: OwnedFd,
    writer: OwnedFd,
}

impl WakePipe {
    /// As `new`, for a worker whose waits are heard of. Where descriptors have run out it is one that cannot be woken:
    /// the requests go on, and those that need a descriptor say so themselves.
    pub fn of(sleeper: Rc<dyn Sleeper>) -> WakePipe {
        let pipe = WakePipe::new().unwrap_or_else(|_| WakePipe::with(None));
        WakePipe { sleeper: Some(sleeper), ..pipe }
    }

    /// Whether it can be woken.
    pub fn is_whole(&self) -> bool {
        self.waker.ends.is_some()
    }

    fn with(ends: Option<Ends>) -> WakePipe {
        let pending = AtomicBool::new(false);
        WakePipe { waker: Arc::new(Waker { ends, pending }), sleeper: None }
    }

    /// `poll(2)`, of which the sleeper hears when it does not return at once. May return early with nothing.
    pub fn poll(&self, fds: &mut [libc::pollfd], timeout_ms: libc::c_int) -> io::Result<()> {
        let count = fds.len() as libc::nfds_t;
        // SAFETY: pointer and count are those of a live slice of pollfd.
        let mut poll = |ms| match unsafe { libc::poll(fds.as_mut_ptr(), count, ms) } {
            n if n < 0 => Err(io::Error::last_os_error()),
            n => Ok(n),
        };
        let Some(sleeper) = &self.sleeper else { return poll(timeout_ms).map(drop) };
        if poll(0)? > 0 || timeout_ms == 0 {
            return Ok(());
        }
        let nap = if self.is_whole() { NAP_MS } else { BLIND_NAP_MS };
        sleeper.falls_asleep();
        let polled = poll(if timeout_ms < 0 { nap } else { nap.min(timeout_ms) });
        sleeper.wakes_up();
        polled.map(drop)
    }

    /// Makes a pipe, non-blocking and closed on exec. Fails when descriptors have run out.
    pub fn new() -> io::Result<WakePipe> {
        let mut fds: [RawFd; 2] = [0; 2];
        // SAFETY: pipe() writes two descriptors into the array of two.
        if unsafe { libc::pipe(fds.as_mut_ptr()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: both descriptors were just made by pipe() and are owned by nobody else.
        let (reader, writer) =
            unsafe { (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])) };
        for fd in fds {
            set_nonblocking_cloexec(fd)?;
        }
        Ok(WakePipe::with(Some(Ends { reader, writer })))
    }

    /// The descriptor to poll for reading; -1, which poll passes over, where there is none.
    pub fn fd(&self) -> RawFd {
        self.waker.ends.as_ref().map_or(-1, |ends| ends.reader.as_raw_fd())
    }

    /// The other end.
    pub fn waker(&self) -> &Arc<Waker> {
        &self.waker
    }

    /// Empties the pipe; to be called when it polled readable, before looking at any flag.
    pub fn drain(&self) {
        if !self.is_whole() {
            return;
        }
        let mut bytes = [0u8; 16];
        loop {
            // SAFETY: reads at most 16 bytes into an array of 16 from a descriptor we own.
            let n = unsafe { libc::read(self.fd(), bytes.as_mut_ptr().cast(), bytes.len()) };
            if n < bytes.len() as isize {
                break;
            }
        }
        // After the read: a wake() that comes in between writes another byte or has set its flag before this store,
        // and flags are looked at after this function.
        self.waker.pending.store(false, Ordering::SeqCst);
    }
}

impl fmt::Debug for WakePipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.waker.fmt(f)
    }
}

impl Waker {
    /// Makes the worker's current or next wait return. Never blocks.
    pub fn wake(&self) {
        let Some(Ends { writer, .. }) = &self.ends else { return };
        if !self.pending.swap(true, Ordering::SeqCst) {
            // SAFETY: writes one byte from a live local to a descriptor we own; a full pipe (EAGAIN) wakes as well.
            unsafe { libc::write(writer.as_raw_fd(), [1u8].as_ptr().cast(), 1) };
        }
    }
}

/// One request's stop button.
#[derive(Debug, Default)]
pub struct Cancel {
    set: AtomicBool,
    /// Guards the waker of the worker that runs the request now.
    waker: Mutex<Option<Arc<Waker>>>,
}

impl Cancel {
    /// Whether the request was cancelled.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::SeqCst)
    }

    /// Cancels; a worker that waits finds out only by `set`, one that works at its next step.
    pub fn set_without_waking(&self) {
        self.set.store(true, Ordering::SeqCst);
    }

    /// Cancels; the worker's wait, if any, returns at once. May be called again.
    pub fn set(&self) {
        self.set_without_waking();
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The request runs on this worker from now on. The flag must be looked at after this call.
    pub fn attach(&self, waker: &Arc<Waker>) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }

    /// The request has left its worker.
    pub fn detach(&self) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Non-blocking mode and close-on-exec by fcntl, which is on every system (`SOCK_CLOEXEC` is not on Darwin).
pub fn set_nonblocking_cloexec(fd: RawFd) -> io::Result<()> {
    // SAFETY: fcntl with these commands touches only the descriptor's flags.
    let ok = unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        flags >= 0
            && libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK) == 0
            && libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) == 0
    };
    if ok { Ok(()) } else { Err(io::Error::last_os_error()) }
}
