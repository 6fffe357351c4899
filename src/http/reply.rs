//! A connection on which an answer is awaited, up to the end of its final head.
//!
//! Born with the request: what a server says while the request is still being sent is read here too. When the request is
//! complete, or the answer came early, it leaves ureq as the error that ends ureq's run. All its state is here, so it can
//! wait without a thread and be gone on with by any other.

use std::io;
use std::sync::atomic::Ordering;

use http::Method;

use super::dial::Connection;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark};
use super::head::{self, Framing, Parsed};
use super::intake::Intake;
use super::tls_words::explain_alert;

/// See the module's text.
#[derive(Debug)]
pub struct Reply {
    /// Where it comes from.
    pub connection: Connection,
    intake: Intake,
    method: Method,
    /// The final head, once it is there.
    head: Option<Parsed>,
    /// "100 Continue" came.
    continued: bool,
    /// The server will send nothing more.
    pub read_closed: bool,
    /// What broke the connection while the request was being sent. A system tells that only once: whoever reads on finds
    /// what had come before, and then what looks like an orderly end.
    pub cut: Option<Box<Failure>>,
    /// The last read took all there was, so waiting comes before reading.
    pub drained: bool,
    /// All of the request was sent.
    pub request_complete: bool,
    /// It was read since then.
    looked: bool,
    /// The request has a body, of which the kernel may hold much when the last byte is written.
    pub uploads: bool,
}

/// An answer whose head is read.
pub struct Arrived {
    /// Its head.
    pub head: Parsed,
    /// Where its body ends.
    pub framing: Framing,
    /// The connection may carry another request behind the body.
    pub reusable: bool,
    /// Where the body comes from.
    pub connection: Connection,
    /// What was received behind the head.
    pub rest: Vec<u8>,
    /// What the end of the connection is to be taken for, if not for an orderly one.
    pub cut: Option<Box<Failure>>,
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request was sent")
    }
}

impl std::error::Error for Reply {}

impl Reply {
    /// The answer to a request with this method; heads of at most `header_max_bytes`.
    pub fn new(connection: Connection, method: Method, header_max_bytes: usize) -> Reply {
        // TLS may hold bytes that came with the handshake, which poll would not show.
        let drained = connection.reused || !connection.wire.is_tls();
        Reply {
            connection,
            intake: Intake::new(header_max_bytes),
            method,
            head: None,
            continued: false,
            read_closed: false,
            cut: None,
            drained,
            request_complete: false,
            looked: false,
            uploads: false,
        }
    }

    /// The status of the final answer, if it is there.
    pub fn status(&self) -> Option<u16> {
        self.head.as_ref().map(|head| head.status)
    }

    /// Whether "100 Continue" has come since the last call.
    pub fn take_continued(&mut self) -> bool {
        std::mem::take(&mut self.continued)
    }

    /// Whether another read would have room.
    pub fn has_room(&mut self) -> bool {
        !self.intake.space().is_empty()
    }

    /// Reads until the final head is there; false when nothing more is there now.
    pub fn read_head(&mut self, exchange: &Exchange) -> Result<bool, Failure> {
        // No answer is as fast as the first look would be.
        let skips = !std::mem::replace(&mut self.looked, true) && self.drained;
        while self.head.is_none() {
            exchange.check()?;
            if skips {
                self.intake.shed();
                return Ok(false);
            }
            match self.receive(exchange) {
                Ok(0) => return Err(self.closed(exchange)),
                Ok(_) => self.interpret(exchange)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.intake.shed();
                    return Ok(false);
                }
                Err(error) => {
                    return Err(broken(&error, exchange.phase(), "waiting for the answer"));
                }
            }
        }
        Ok(true)
    }

    /// One read.
    pub fn receive(&mut self, exchange: &Exchange) -> io::Result<usize> {
        loop {
            let space = self.intake.space();
            let len = space.len();
            match self.connection.wire.read(space, exchange) {
                Ok(n) => {
                    self.drained = n < len;
                    if n > 0 && !exchange.answer_begun.swap(true, Ordering::Relaxed) {
                        exchange.mark(Mark::ResponseStart);
                    }
                    self.intake.add(n);
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.drained = true;
                    return Err(error);
                }
            }
        }
    }

    /// Looks for heads in what was received. Interim ones are swallowed, but "100 Continue" is remembered.
    pub fn interpret(&mut self, exchange: &Exchange) -> Result<(), Failure> {
        while self.head.is_none() {
            let Some(head) = self.intake.next_head(exchange.phase())? else { break };
            match head.status {
                100 => self.continued = true,
                101 => {
                    let sentence = "the server switched to another protocol, unasked";
                    return Err(Failure::new(Kind::Protocol, exchange.phase(), sentence));
                }
                102..=199 => {}
                _ => self.head = Some(head),
            }
        }
        Ok(())
    }

    /// The server ended the connection before a final head.
    pub fn closed(&self, exchange: &Exchange) -> Failure {
        let sentence = if self.intake.is_partial() {
            "the server closed the connection in the middle of the answer's head"
        } else {
            "the server closed the connection without an answer"
        };
        Failure::new(Kind::Io, exchange.phase(), sentence)
    }

    /// Asked for when the head is there.
    pub fn arrived(self, exchange: &Exchange) -> Result<Arrived, Failure> {
        let head = self.head.expect("asked for only when it is there");
        let (framing, keeps_alive) = head::framing(&self.method, &head)
            .map_err(|(kind, sentence)| Failure::new(kind, exchange.phase(), sentence))?;
        if !self.request_complete {
            exchange.answered_early.store(true, Ordering::Relaxed);
        }
        Ok(Arrived {
            head,
            framing,
            reusable: keeps_alive && self.request_complete && !self.read_closed,
            connection: self.connection,
            rest: self.intake.held().to_vec(),
            cut: self.cut,
        })
    }
}

/// A read that failed. Errors of TLS come wrapped as invalid data.
pub fn broken(error: &io::Error, phase: Phase, what: &str) -> Failure {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Failure::new(
            Kind::Io,
            phase,
            format!("{what}: the connection was cut off (TLS did not say goodbye)"),
        ),
        io::ErrorKind::InvalidData => match explain_alert(error) {
            Some(sentence) => Failure::new(Kind::Tls, phase, sentence),
            None => Failure::os(Kind::Tls, phase, what, error),
        },
        _ => Failure::os(Kind::Io, phase, what, error),
    }
}
