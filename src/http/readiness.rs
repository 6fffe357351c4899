//! Tells when silent sockets speak: the `mio` crate (epoll, kqueue, poll).
//!
//! Edge-triggered: a socket that is watched is named once for each time something happens to it, so whoever has been told
//! must read until nothing is left before he waits again. Watching a socket anew names it at once when something is there.
//! One thread waits at a time. Knows nothing of tasks; a key is whatever its user makes of it.

use std::io;
use std::os::fd::RawFd;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token, Waker};

use crate::sync::lock;

/// Names taken in one go. More simply wait for the next.
const EVENTS: usize = 256;
const WAKE: Token = Token(usize::MAX);

/// Something happened to a socket.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    /// Whose.
    pub key: usize,
    /// The other end will send nothing more. Where this is false, a read that finds less than it asks for has found all.
    pub closed: bool,
}

/// A set of watched descriptors.
#[derive(Debug)]
pub struct Readiness {
    registry: Registry,
    waker: Waker,
    /// A wake-up is on its way; one is enough.
    waking: AtomicBool,
    /// Guards the right to wait.
    waiting: Mutex<(Poll, Events)>,
}

impl Readiness {
    /// Fails when descriptors have run out.
    pub fn new() -> io::Result<Readiness> {
        let poll = Poll::new()?;
        Ok(Readiness {
            registry: poll.registry().try_clone()?,
            waker: Waker::new(poll.registry(), WAKE)?,
            waking: AtomicBool::new(false),
            waiting: Mutex::new((poll, Events::with_capacity(EVENTS))),
        })
    }

    /// Watches until `remove`, which must come before the descriptor is closed.
    pub fn add(&self, fd: RawFd, key: usize) -> io::Result<()> {
        self.registry.register(&mut SourceFd(&fd), Token(key), Interest::READABLE)
    }

    /// Stops watching.
    pub fn remove(&self, fd: RawFd) {
        // It can only fail when the descriptor is not in the set, and then there is nothing to do.
        let _ = self.registry.deregister(&mut SourceFd(&fd));
    }

    /// Sleeps until something happens to a socket, `wake` is called, or `deadline`; what happened goes into `ready`.
    pub fn wait(&self, deadline: Option<Instant>, ready: &mut Vec<Happened>) -> io::Result<()> {
        let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let mut waiting = lock(&self.waiting);
        let (poll, events) = &mut *waiting;
        let polled = poll.poll(events, timeout);
        // Before the events are looked at: who wakes after this wakes the next wait.
        self.waking.store(false, Ordering::SeqCst);
        match polled {
            Ok(()) => {
                ready.extend(events.iter().filter(|e| e.token() != WAKE).map(|e| Happened {
                    key: e.token().0,
                    closed: e.is_read_closed() || e.is_error(),
                }));
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Ends the current or next `wait`. Any thread.
    pub fn wake(&self) {
        if !self.waking.swap(true, Ordering::SeqCst) {
            let _ = self.waker.wake();
        }
    }
}
