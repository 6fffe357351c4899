//! Gates: named points at which scripts wait until a test opens them, so that tests wait for events and never for time.
//!
//! Promises: a gate that is open stays open until it is shut, so it does not matter who comes first. `RELEASE` is the
//! gate of all stalled connections. Knows nothing of connections: it signals descriptors.

use std::collections::{HashMap, HashSet};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex};

/// The gate at which `stall` waits.
pub const RELEASE: &str = "_release";

/// All gates of the process.
#[derive(Default)]
pub struct Gates {
    /// Guards which gates are open and who waits.
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    open: HashSet<String>,
    waiting: HashMap<String, Vec<Arc<Ticket>>>,
}

/// A descriptor that becomes readable when the gate opens.
pub struct Ticket {
    fd: OwnedFd,
}

impl Ticket {
    fn new() -> io::Result<Ticket> {
        // SAFETY: eventfd takes no pointers; the result is checked before it is owned.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` is a fresh descriptor that nobody else owns.
        Ok(Ticket { fd: unsafe { OwnedFd::from_raw_fd(fd) } })
    }

    /// For poll.
    pub fn raw(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    fn signal(&self) {
        let one = 1u64;
        // SAFETY: the descriptor is open and eight bytes at `one` are readable.
        unsafe { libc::write(self.raw(), std::ptr::from_ref(&one).cast(), 8) };
    }
}

impl Gates {
    /// `None` when the gate is open already, else a ticket to wait with.
    pub fn ticket(&self, name: &str) -> io::Result<Option<Arc<Ticket>>> {
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        if inner.open.contains(name) {
            return Ok(None);
        }
        let ticket = Arc::new(Ticket::new()?);
        inner.waiting.entry(name.to_owned()).or_default().push(ticket.clone());
        Ok(Some(ticket))
    }

    /// Forgets a ticket whose holder has stopped waiting.
    pub fn give_back(&self, name: &str, ticket: &Arc<Ticket>) {
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        if let Some(list) = inner.waiting.get_mut(name) {
            list.retain(|t| !Arc::ptr_eq(t, ticket));
            if list.is_empty() {
                inner.waiting.remove(name);
            }
        }
    }

    /// Opens a gate for all who wait and all who come.
    pub fn open(&self, name: &str) {
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        inner.open.insert(name.to_owned());
        for ticket in inner.waiting.remove(name).unwrap_or_default() {
            ticket.signal();
        }
    }

    /// Lets all pass who wait now; those who come later wait again.
    pub fn pulse(&self, name: &str) {
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        for ticket in inner.waiting.remove(name).unwrap_or_default() {
            ticket.signal();
        }
    }

    /// Shuts a gate again.
    pub fn shut(&self, name: &str) {
        self.inner.lock().expect("no holder of this lock panics").open.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(ticket: &Ticket) -> bool {
        let mut fd = libc::pollfd { fd: ticket.raw(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one valid pollfd.
        unsafe { libc::poll(&mut fd, 1, 0) == 1 }
    }

    #[test]
    fn open_stays_open_and_a_pulse_does_not() {
        let gates = Gates::default();
        let first = gates.ticket("a").expect("eventfd").expect("shut at first");
        assert!(!readable(&first));
        gates.pulse("a");
        assert!(readable(&first));
        let second = gates.ticket("a").expect("eventfd").expect("a pulse leaves it shut");
        gates.open("a");
        assert!(readable(&second));
        assert!(gates.ticket("a").expect("eventfd").is_none());
        gates.shut("a");
        assert!(gates.ticket("a").expect("eventfd").is_some());
    }
}
