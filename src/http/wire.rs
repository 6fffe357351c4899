//! One established connection, plain or TLS, as non-blocking bytes.
//!
//! Knows nothing of HTTP; never waits. Bytes on the socket are counted in the exchange.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::sync::Arc;

use rustls::ClientConnection;

use super::exchange::Exchange;
use super::tcp::Socket;
use super::watch::{Watch, Watcher};

/// Plaintext that one write hands to TLS at most: two full records. More would only be held here, and would show as
/// upload progress before it is sent.
const TLS_WRITE_BYTES: usize = 32 * 1024;

/// Plaintext of a TLS record, of which 16 KB is the most, that is taken to be one of many.
const LARGE_RECORD_BYTES: usize = 8 * 1024;

/// TLS records that an idle connection may receive unasked (session tickets, RFC 8446 4.6.1) before it counts as noisy.
const IDLE_RECORD_READS: usize = 4;

/// A connection.
#[derive(Debug)]
pub struct Wire {
    /// Before the socket: it is dropped first.
    watch: Option<Watch>,
    socket: Socket,
    peer: SocketAddr,
    /// Boxed, because most of its size is TLS state that a plain connection has not.
    tls: Option<Box<ClientConnection>>,
}

impl Wire {
    /// A connection without TLS.
    pub(crate) fn plain(socket: Socket, peer: SocketAddr) -> Wire {
        Wire { watch: None, socket, peer, tls: None }
    }

    /// The same connection after its handshake.
    pub(crate) fn with_tls(mut self, tls: ClientConnection) -> Wire {
        self.tls = Some(Box::new(tls));
        self
    }

    /// The socket, for those who set the connection up.
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Reads what is there. `WouldBlock`: nothing. 0: orderly end. `UnexpectedEof`: TLS ended without close_notify.
    pub fn read(&mut self, into: &mut [u8], exchange: &Exchange) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            let n = self.socket.recv(into)?;
            exchange.add_received(n);
            return Ok(n);
        };
        if into.is_empty() {
            return Ok(0);
        }
        let mut filled = 0;
        loop {
            match tls.reader().read(&mut into[filled..]) {
                Ok(n) if n > 0 => {
                    filled += n;
                    // A large record is part of a large body, whose next one is likely to be there.
                    if n < LARGE_RECORD_BYTES || filled == into.len() {
                        return Ok(filled);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // 0 after close_notify, and UnexpectedEof without one: what is said again next time.
                _ if filled > 0 => return Ok(filled),
                done => return done,
            }
            match receive(tls, &self.socket, exchange) {
                Ok(()) => {}
                Err(_) if filled > 0 => return Ok(filled),
                // Good records may have come together with the bad one; the failure shows again behind them.
                Err(error) => match tls.reader().read(into) {
                    Ok(n) if n > 0 => return Ok(n),
                    _ => return Err(error),
                },
            }
        }
    }

    /// Writes what the kernel accepts. `WouldBlock`: nothing.
    pub fn write(&mut self, from: &[u8], exchange: &Exchange) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            let n = self.socket.send(from)?;
            exchange.add_sent(n);
            return Ok(n);
        };
        push(tls, &self.socket, exchange)?;
        let n = tls.writer().write(&from[..from.len().min(TLS_WRITE_BYTES)])?;
        match push(tls, &self.socket, exchange) {
            // TLS holds the rest; the next write or flush goes on with it.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(n),
        }
    }

    /// Pushes out what TLS still holds; `WouldBlock` until all is with the kernel. Nothing to do for plain.
    pub fn flush(&mut self, exchange: &Exchange) -> io::Result<()> {
        match &mut self.tls {
            Some(tls) => push(tls, &self.socket, exchange),
            None => Ok(()),
        }
    }

    /// The socket.
    pub fn fd(&self) -> RawFd {
        self.socket.fd()
    }

    /// Has the socket watched from now on; its key.
    pub fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> usize {
        self.watch.get_or_insert_with(|| Watch::new(watcher, self.socket.fd())).key()
    }

    /// See [`Socket::unacknowledged`].
    pub fn unacknowledged(&self) -> Option<usize> {
        self.socket.unacknowledged()
    }

    /// What was written is of no use any more: nothing of it goes out once this is dropped.
    pub fn abandon(&self) {
        self.socket.abandon();
    }

    /// The other end.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Whether it is TLS.
    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// For an idle connection: still open, and silent (one `recv(MSG_PEEK)`). TLS may have sent session tickets
    /// meanwhile; they are read here and are no reason to throw the connection away.
    pub fn is_idle_and_open(&mut self) -> bool {
        if !self.holds_nothing() {
            return false;
        }
        for _ in 0..IDLE_RECORD_READS {
            match self.socket.peek(&mut [0u8; 1]) {
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
                Ok(0) => return false,
                Ok(_) => {}
            }
            let Some(tls) = &mut self.tls else { return false };
            if tls.read_tls(&mut &self.socket).is_err() {
                return false;
            }
            if !self.holds_nothing() {
                return false;
            }
        }
        false
    }

    /// Whether nothing that was received is unread, and no goodbye is among it. TLS decrypts whole records, so what
    /// follows an answer in its last record is in memory, where no look at the socket shows it.
    pub fn holds_nothing(&mut self) -> bool {
        let Some(tls) = &mut self.tls else { return true };
        tls.process_new_packets()
            .is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
    }
}

impl Drop for Wire {
    /// Says goodbye on TLS (RFC 8446 6.1), if that takes no waiting; nobody is told when it does not work.
    fn drop(&mut self) {
        if let Some(tls) = &mut self.tls
            && !tls.wants_write()
        {
            tls.send_close_notify();
            let _ = tls.write_tls(&mut &self.socket);
        }
    }
}

/// Reads from the socket and decrypts. A failure of an earlier call shows again.
fn receive(tls: &mut ClientConnection, socket: &Socket, exchange: &Exchange) -> io::Result<()> {
    digest(tls, socket, exchange)?;
    let n = tls.read_tls(&mut &*socket)?;
    exchange.add_received(n);
    digest(tls, socket, exchange)
}

/// Decrypts what was read. On an error the alert that rustls prepared goes out, if that takes no waiting.
fn digest(tls: &mut ClientConnection, socket: &Socket, exchange: &Exchange) -> io::Result<()> {
    match tls.process_new_packets() {
        Ok(_) => Ok(()),
        Err(error) => {
            let _ = push(tls, socket, exchange);
            Err(io::Error::new(io::ErrorKind::InvalidData, error))
        }
    }
}

/// Sends all records that TLS holds.
fn push(tls: &mut ClientConnection, socket: &Socket, exchange: &Exchange) -> io::Result<()> {
    while tls.wants_write() {
        let n = tls.write_tls(&mut &*socket)?;
        exchange.add_sent(n);
    }
    Ok(())
}

/// Any thread may go on with a connection, and ureq asks for both.
const _: fn() = || {
    fn shared<T: Send + Sync + std::fmt::Debug>() {}
    shared::<Wire>();
};
