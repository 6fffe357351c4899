//! One established connection, plain or TLS, as non-blocking bytes.
//!
//! Knows nothing of HTTP; never waits. Bytes on the socket are counted in the exchange.

use std::io;
use std::net::SocketAddr;
use std::os::fd::RawFd;

use super::exchange::Exchange;

/// A connection.
#[derive(Debug)]
pub struct Wire {}

impl Wire {
    /// Reads what is there. `WouldBlock`: nothing. 0: orderly end. `UnexpectedEof`: TLS ended without close_notify.
    pub fn read(&mut self, _into: &mut [u8], _exchange: &Exchange) -> io::Result<usize> {
        unimplemented!()
    }

    /// Writes what the kernel accepts. `WouldBlock`: nothing.
    pub fn write(&mut self, _from: &[u8], _exchange: &Exchange) -> io::Result<usize> {
        unimplemented!()
    }

    /// Pushes out what TLS still holds; `WouldBlock` until all is with the kernel. Nothing to do for plain.
    pub fn flush(&mut self, _exchange: &Exchange) -> io::Result<()> {
        unimplemented!()
    }

    /// The socket.
    pub fn fd(&self) -> RawFd {
        unimplemented!()
    }

    /// The other end.
    pub fn peer(&self) -> SocketAddr {
        unimplemented!()
    }

    /// Whether it is TLS.
    pub fn is_tls(&self) -> bool {
        unimplemented!()
    }

    /// For an idle connection: still open, and silent (one `recv(MSG_PEEK)`).
    pub fn is_idle_and_open(&mut self) -> bool {
        unimplemented!()
    }

    /// Gives back buffers that hold nothing.
    pub fn shed(&mut self) {
        unimplemented!()
    }
}
