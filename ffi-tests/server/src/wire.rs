//! One connection: bytes in, bytes out, plain or TLS, and waiting for the peer to go away.
//!
//! Promises: writes are collected until `flush`; reading never takes more than one system call's worth ahead; a peer
//! that closes or resets is noticed even where nobody reads (`wait_for`). Knows no HTTP.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, Instant};

use rustls::{ServerConnection, StreamOwned};

/// Largest piece that is taken from the socket at once.
const READ_SIZE: usize = 16 * 1024;

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

/// A connection with its buffers.
pub struct Wire {
    stream: Stream,
    /// Read but not yet used: `input[at..]`.
    input: Vec<u8>,
    at: usize,
    output: Vec<u8>,
}

/// Why a wait ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Woken {
    /// The descriptor that was waited for is readable.
    Signal,
    /// The time is over.
    Time,
    /// The peer sent FIN.
    Closed,
    /// The peer sent RST.
    Reset,
}

impl Wire {
    /// A connection in clear text.
    pub fn plain(stream: TcpStream) -> Wire {
        let _ = stream.set_nodelay(true);
        Wire { stream: Stream::Plain(stream), input: Vec::new(), at: 0, output: Vec::new() }
    }

    /// Does the handshake.
    pub fn tls(stream: TcpStream, mut session: ServerConnection) -> io::Result<Wire> {
        let _ = stream.set_nodelay(true);
        let mut socket = stream;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        let stream = Stream::Tls(Box::new(StreamOwned::new(session, socket)));
        Ok(Wire { stream, input: Vec::new(), at: 0, output: Vec::new() })
    }

    fn socket(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(s) => s,
            Stream::Tls(s) => &s.sock,
        }
    }

    /// Whether the client went on with an earlier TLS session.
    pub fn was_resumed(&self) -> bool {
        match &self.stream {
            Stream::Plain(_) => false,
            Stream::Tls(s) => s.conn.handshake_kind() == Some(rustls::HandshakeKind::Resumed),
        }
    }

    /// The server name that the client asked for, where there was one.
    pub fn server_name(&self) -> Option<&str> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(s) => s.conn.server_name(),
        }
    }

    /// Bytes that were read and not yet used.
    pub fn buffered(&self) -> &[u8] {
        &self.input[self.at..]
    }

    /// Marks the first `n` buffered bytes as used.
    pub fn consume(&mut self, n: usize) {
        self.at += n.min(self.input.len() - self.at);
        if self.at == self.input.len() {
            self.input.clear();
            self.at = 0;
        }
    }

    /// Reads more into the buffer, at most `READ_SIZE`; 0 at the peer's end.
    pub fn fill(&mut self) -> io::Result<usize> {
        if self.at > 0 {
            self.input.drain(..self.at);
            self.at = 0;
        }
        let old = self.input.len();
        self.input.resize(old + READ_SIZE, 0);
        let got = loop {
            let got = match &mut self.stream {
                Stream::Plain(s) => s.read(&mut self.input[old..]),
                Stream::Tls(s) => s.read(&mut self.input[old..]),
            };
            match got {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                // rustls' word for a TCP end without close_notify; for a server it is the peer's end all the same.
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => break Ok(0),
                other => break other,
            }
        };
        self.input.truncate(old + *got.as_ref().unwrap_or(&0));
        got
    }

    /// Adds bytes to be written at the next flush, or at once where they are many.
    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.extend_from_slice(bytes);
        if self.output.len() >= 64 * 1024 { self.flush() } else { Ok(()) }
    }

    /// Writes what was put.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let result = match &mut self.stream {
            Stream::Plain(s) => s.write_all(&self.output),
            Stream::Tls(s) => s.write_all(&self.output).and_then(|()| s.flush()),
        };
        self.output.clear();
        result
    }

    /// Sleeps until `signal` is readable, `limit` is over or the peer has gone, without reading a byte.
    pub fn wait_for(&self, signal: Option<RawFd>, limit: Option<Duration>) -> Woken {
        let deadline = limit.map(|l| Instant::now() + l);
        let socket = self.socket().as_raw_fd();
        loop {
            let left_ms = match deadline {
                None => -1,
                Some(d) => {
                    let left = d.saturating_duration_since(Instant::now());
                    i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
                }
            };
            let mut fds = [
                libc::pollfd { fd: socket, events: libc::POLLRDHUP, revents: 0 },
                libc::pollfd { fd: signal.unwrap_or(-1), events: libc::POLLIN, revents: 0 },
            ];
            // SAFETY: `fds` is an array of two valid pollfds; a negative descriptor is ignored by poll.
            let n = unsafe { libc::poll(fds.as_mut_ptr(), 2, left_ms) };
            if n == 0 {
                return Woken::Time;
            }
            if n < 0 {
                continue;
            }
            if fds[1].revents != 0 {
                return Woken::Signal;
            }
            if fds[0].revents & (libc::POLLERR | libc::POLLNVAL) != 0 {
                return Woken::Reset;
            }
            if fds[0].revents != 0 {
                return Woken::Closed;
            }
        }
    }

    /// Limits how long a read may take from now on.
    pub fn set_read_timeout(&self, limit: Duration) {
        let _ = self.socket().set_read_timeout(Some(limit));
    }

    /// Makes close send RST instead of FIN.
    pub fn set_reset_on_close(&self) {
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        // SAFETY: the descriptor is open and `linger` has the size that is passed.
        unsafe {
            libc::setsockopt(
                self.socket().as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                std::ptr::from_ref(&linger).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            );
        }
    }

    /// Ends the sending side properly: close_notify where there is TLS, then FIN.
    pub fn finish(&mut self) {
        let _ = self.flush();
        if let Stream::Tls(s) = &mut self.stream {
            s.conn.send_close_notify();
            let _ = s.conn.write_tls(&mut s.sock);
        }
        let _ = self.socket().shutdown(Shutdown::Write);
    }

    /// Ends the sending side by a bare FIN.
    pub fn finish_abruptly(&mut self) {
        let _ = self.flush();
        let _ = self.socket().shutdown(Shutdown::Write);
    }

    /// The bare socket, for relays. Only for plain connections whose buffers are empty.
    pub fn try_clone_socket(&self) -> io::Result<TcpStream> {
        self.socket().try_clone()
    }
}
