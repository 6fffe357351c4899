//! Short dialogues with a proxy on a fresh socket: send all, read exactly, read a head. Blocks under the exchange.
//!
//! Promises never to read beyond what was asked for: what follows belongs to the connection that the proxy makes.
//! Every failure that is not an abort or a timeout is the proxy's ([`Kind::Proxy`]).

use std::borrow::Cow;
use std::io;

use super::cancel::WakePipe;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Patience};
use super::tcp::Socket;
use super::wait::{Interest, wait};

/// A socket with what is needed to wait for it.
#[derive(Debug)]
pub struct Talk<'a> {
    /// Connected to the proxy.
    pub socket: &'a Socket,
    /// Deadlines, cancel flag, counters.
    pub exchange: &'a Exchange,
    /// The worker's.
    pub pipe: &'a WakePipe,
}

impl Talk<'_> {
    /// Sends all bytes.
    pub fn send(&self, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let n = self.step(Interest::WRITE, |socket| socket.send(bytes))?;
            self.exchange.add_sent(n);
            bytes = &bytes[n..];
        }
        Ok(())
    }

    /// Fills `into`.
    pub fn read_exact(&self, into: &mut [u8]) -> Result<(), Failure> {
        let mut filled = 0;
        while filled < into.len() {
            let n = self.step(Interest::READ, |socket| socket.recv(&mut into[filled..]))?;
            if n == 0 {
                return Err(closed());
            }
            self.exchange.add_received(n);
            filled += n;
        }
        Ok(())
    }

    /// Reads up to and including the empty line that ends an HTTP head, of at most `max` bytes. Looks at bytes before
    /// it takes them, so that nothing behind the head is lost.
    pub fn read_head(&self, max: usize) -> Result<Vec<u8>, Failure> {
        let mut head = Vec::new();
        let mut seen = [0u8; 1024];
        loop {
            let n = self.step(Interest::READ, |socket| socket.peek(&mut seen))?;
            if n == 0 {
                return Err(closed());
            }
            let before = head.len();
            head.extend_from_slice(&seen[..n]);
            let end = head_end(&head);
            head.truncate(end.unwrap_or(head.len()));
            let taken = head.len() - before;
            self.read_exact(&mut seen[..taken])?;
            if end.is_some() {
                return Ok(head);
            }
            if head.len() > max {
                return Err(proxy("the head of the proxy's answer is too large"));
            }
        }
    }

    /// One call on the socket, repeated until it does not say `WouldBlock`.
    fn step(
        &self,
        interest: Interest,
        mut call: impl FnMut(&Socket) -> io::Result<usize>,
    ) -> Result<usize, Failure> {
        loop {
            match call(self.socket) {
                Ok(n) => return Ok(n),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let fd = self.socket.fd();
                    wait(fd, interest, self.exchange, self.pipe, Patience::Forever, None)?;
                }
                Err(error) => {
                    let what = "the connection to the proxy broke";
                    return Err(Failure::os(Kind::Proxy, Phase::Connect, what, &error));
                }
            }
        }
    }
}

/// A failure of the proxy.
pub fn proxy(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(Kind::Proxy, Phase::Connect, message)
}

fn closed() -> Failure {
    proxy("the proxy closed the connection")
}

/// Where the head ends: behind an empty line. A lone LF ends a line, too (RFC 9112 2.2).
fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut line_is_empty = false;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if line_is_empty => return Some(i + 1),
            b'\n' => line_is_empty = true,
            b'\r' => {}
            _ => line_is_empty = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::head_end;

    #[test]
    fn a_head_ends_behind_its_empty_line() {
        assert_eq!(head_end(b"HTTP/1.1 200\r\nA: b\r\n\r\nx"), Some(22));
        assert_eq!(head_end(b"HTTP/1.1 200\n\nx"), Some(14));
        assert_eq!(head_end(b"HTTP/1.1 200\r\nA: b\r\n"), None);
        assert_eq!(head_end(b""), None);
    }
}
