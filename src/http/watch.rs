//! A connection's place in the set of sockets that are watched while they are silent.
//!
//! Whoever watches (the pool's parking) gives a connection a key when it first has to wait, and keeps it for the
//! connection's life: to be watched again then costs nothing. The place is given up before the socket is closed.

use std::fmt;
use std::os::fd::RawFd;
use std::sync::Arc;

/// Watches sockets.
pub trait Watcher: Send + Sync + fmt::Debug {
    /// A key for this socket.
    fn admit(&self, fd: RawFd) -> usize;
    /// The socket will be closed.
    fn dismiss(&self, key: usize);
}

/// See the module's text.
#[derive(Debug)]
pub struct Watch {
    watcher: Arc<dyn Watcher>,
    key: usize,
}

impl Watch {
    /// Admits the socket; the result must be dropped before the socket is closed.
    pub fn new(watcher: &Arc<dyn Watcher>, fd: RawFd) -> Watch {
        Watch { key: watcher.admit(fd), watcher: watcher.clone() }
    }

    /// Its name with the watcher.
    pub fn key(&self) -> usize {
        self.key
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.watcher.dismiss(self.key);
    }
}
