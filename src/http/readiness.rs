//! Tells when silent sockets speak: the `polling` crate (epoll, kqueue, poll), one descriptor at a time, once each.
//!
//! Knows nothing of tasks; a key is whatever its user makes of it.

use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::time::{Duration, Instant};

use polling::{Event, Events, Poller};

/// A set of watched descriptors.
#[derive(Debug)]
pub struct Readiness {
    poller: Poller,
}

impl Readiness {
    /// Fails when descriptors have run out.
    pub fn new() -> io::Result<Readiness> {
        Ok(Readiness { poller: Poller::new()? })
    }

    /// Watches until the descriptor is readable once. It must be removed before it is closed.
    pub fn add(&self, fd: RawFd, key: usize) -> io::Result<()> {
        // SAFETY: the caller owns the open descriptor and removes it before closing it (see `remove`), as required.
        unsafe { self.poller.add(fd, Event::readable(key)) }
    }

    /// Stops watching. Harmless for one that is not watched.
    pub fn remove(&self, fd: RawFd) {
        // SAFETY: the caller still owns the open descriptor.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        // It can only fail when the descriptor is not in the set, and then there is nothing to do.
        let _ = self.poller.delete(fd);
    }

    /// Sleeps until something is readable, `wake` is called, or `deadline`; the keys go into `ready`.
    pub fn wait(&self, deadline: Option<Instant>, ready: &mut Vec<usize>) -> io::Result<()> {
        let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        // Rounded up: a poller that counts in milliseconds would otherwise spin through the last one.
        let timeout = timeout.map(|t| t + Duration::from_micros(u64::from(!t.is_zero())));
        let mut events = Events::new();
        match self.poller.wait(&mut events, timeout) {
            Ok(_) => ready.extend(events.iter().map(|e| e.key)),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }

    /// Ends the current or next `wait`. Any thread.
    pub fn wake(&self) {
        let _ = self.poller.notify();
    }
}
