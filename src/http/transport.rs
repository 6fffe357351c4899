//! ureq's transport: sends what ureq writes, and takes the answer out of its hands.
//!
//! ureq decides when the body of a request may go; its head is ours ([`super::request_head`]). The answer is read and parsed here: when its final
//! head is complete, the connection leaves inside an [`Arrived`], as the error that ends ureq's run. So an answer that
//! comes in the middle of an upload stops the upload at once, ureq's strict parser never sees a sloppy head, and its
//! state does not live as long as the body.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use http::Method;
use ureq::Timeout;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport as UreqTransport};

use super::buffers::Outbox;
use super::cancel::WakePipe;
use super::dial::Connection;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark, Patience};
use super::head::{self, Framing, Parsed};
use super::intake::Intake;
use super::request::RequestBody;
use super::wait::{Interest, Ready, wait};

/// The transport of one request.
#[derive(Debug)]
pub struct Transport {
    /// Gone when the answer has arrived.
    connection: Option<Connection>,
    out: Outbox,
    intake: Intake,
    method: Method,
    /// Who wants to hear how much of the body is sent.
    body: Option<Arc<dyn RequestBody>>,
    body_len: u64,
    /// The body waits for "100 Continue".
    expects: bool,
    /// Bytes of the head; 0 until ureq has written its own.
    head_len: usize,
    /// Bytes given to the connection.
    sent: u64,
    /// All of the request was sent.
    complete: bool,
    /// The server will send nothing more.
    read_closed: bool,
    /// The last read took all there was, so waiting comes before reading.
    drained: bool,
    /// The final head, while the request is still being sent.
    answer: Option<Parsed>,
}

/// What a transport needs besides its connection.
#[derive(Debug)]
pub struct Plan {
    /// Of the request.
    pub method: Method,
    /// Holds the head.
    pub out: Outbox,
    /// A body that is not empty.
    pub body: Option<Arc<dyn RequestBody>>,
    /// Whether the body waits for "100 Continue".
    pub expects: bool,
    /// Largest head of the answer.
    pub header_max_bytes: usize,
}

/// An answer whose head is read; it travels through ureq as an error.
#[derive(Debug)]
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
}

impl std::fmt::Display for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "answered with status {}", self.head.status)
    }
}

impl std::error::Error for Arrived {}

impl From<Failure> for ureq::Error {
    fn from(failure: Failure) -> ureq::Error {
        ureq::Error::Other(Box::new(failure))
    }
}

impl Transport {
    /// For one request on `connection`.
    pub fn new(connection: Connection, plan: Plan) -> Transport {
        let body_len = plan.body.as_ref().map_or(0, |body| body.len());
        // TLS may hold bytes that came with the handshake, which poll would not show.
        let drained = connection.reused || !connection.wire.is_tls();
        Transport {
            connection: Some(connection),
            out: plan.out,
            intake: Intake::new(plan.header_max_bytes),
            method: plan.method,
            body: plan.body,
            body_len,
            expects: plan.expects,
            head_len: 0,
            sent: 0,
            complete: false,
            read_closed: false,
            drained,
            answer: None,
        }
    }

    fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("ureq ends its run when the connection has left")
    }

    /// Sends all that waits.
    fn send(&mut self, exchange: &Exchange, pipe: &WakePipe) -> Result<(), ureq::Error> {
        exchange.check()?;
        if self.sent > 0 {
            // Between two pieces of a body, so that an answer stops it even when the socket always takes more.
            self.listen(exchange)?;
        }
        let mut at = 0;
        while at < self.out.waiting().len() {
            let waiting = &self.out.waiting()[at..];
            let connection = self.connection.as_mut().expect("still here while sending");
            match connection.wire.write(waiting, exchange) {
                Ok(n) => {
                    at += n;
                    self.progress(n, exchange);
                }
                Err(error) => self.stalled(error, exchange, pipe)?,
            }
        }
        self.out.clear();
        while let Err(error) = self.connection().wire.flush(exchange) {
            self.stalled(error, exchange, pipe)?;
        }
        if self.sent == self.head_len as u64 + self.body_len {
            self.complete = true;
            exchange.mark(Mark::RequestEnd);
            exchange.enter_phase(Phase::Headers);
        }
        Ok(())
    }

    fn progress(&mut self, n: usize, exchange: &Exchange) {
        if n == 0 {
            return;
        }
        if self.sent == 0 {
            exchange.request_begun.store(true, Ordering::Relaxed);
            exchange.mark(Mark::RequestStart);
        }
        self.sent += n as u64;
        if let Some(body) = &self.body
            && self.sent > self.head_len as u64
        {
            body.sent(self.sent - self.head_len as u64);
        }
    }

    /// A write was not taken: waits for the socket, or finds out what the server said before it hung up.
    fn stalled(
        &mut self,
        error: io::Error,
        exchange: &Exchange,
        pipe: &WakePipe,
    ) -> Result<(), ureq::Error> {
        match error.kind() {
            io::ErrorKind::Interrupted => return Ok(()),
            io::ErrorKind::WouldBlock => {}
            _ => {
                // An answer that came before a reset is still in the receive buffer.
                while self.listen(exchange)? {}
                if self.answer.is_some() {
                    return Err(self.arrived(exchange));
                }
                let what = "sending the request";
                return Err(Failure::os(Kind::Io, exchange.phase(), what, &error).into());
            }
        }
        let full = self.intake.space().is_empty();
        let interest = if self.read_closed || full { Interest::WRITE } else { Interest::BOTH };
        let fd = self.connection().wire.fd();
        let ready = wait(fd, interest, exchange, pipe, Patience::Forever, None)?;
        if matches!(ready, Ready::Socket(socket) if socket.read) {
            self.listen(exchange)?;
        }
        Ok(())
    }

    /// Reads what the server says while the request is being sent; whether there may be more. Ends the run when it has
    /// answered with anything but success: the rest of the body is not wanted (RFC 9110 10.1.1, RFC 9112 9.5).
    fn listen(&mut self, exchange: &Exchange) -> Result<bool, ureq::Error> {
        if self.read_closed || self.intake.space().is_empty() {
            return Ok(false);
        }
        match self.receive(exchange) {
            Ok(0) => {
                self.read_closed = true;
                if self.answer.is_some() {
                    return Err(self.arrived(exchange));
                }
                Err(self.closed(exchange).into())
            }
            Ok(_) => {
                self.interpret(exchange)?;
                if self.answer.as_ref().is_some_and(|head| head.status >= 300) {
                    return Err(self.arrived(exchange));
                }
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => {
                self.read_closed = true;
                if self.answer.is_some() {
                    return Err(self.arrived(exchange));
                }
                Err(broken(&error, exchange.phase(), "reading the answer").into())
            }
        }
    }

    /// One read.
    fn receive(&mut self, exchange: &Exchange) -> io::Result<usize> {
        let connection = self.connection.as_mut().expect("still here until the head is read");
        loop {
            let space = self.intake.space();
            let len = space.len();
            match connection.wire.read(space, exchange) {
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

    /// Looks for heads in what was received. Interim ones are swallowed, but "100 Continue" lets an awaiting body go.
    fn interpret(&mut self, exchange: &Exchange) -> Result<(), Failure> {
        while self.answer.is_none() {
            let Some(head) = self.intake.next_head(exchange.phase())? else { break };
            match head.status {
                100 => {
                    if std::mem::take(&mut self.expects) {
                        self.out.allow_body();
                    }
                }
                101 => {
                    let sentence = "the server switched to another protocol, unasked";
                    return Err(Failure::new(Kind::Protocol, exchange.phase(), sentence));
                }
                102..=199 => {}
                _ => self.answer = Some(head),
            }
        }
        Ok(())
    }

    /// Takes the answer out of ureq's hands.
    fn arrived(&mut self, exchange: &Exchange) -> ureq::Error {
        let head = self.answer.take().expect("asked for only when it is there");
        let (framing, keeps_alive) = match head::framing(&self.method, &head) {
            Ok(framing) => framing,
            Err((kind, sentence)) => {
                return Failure::new(kind, exchange.phase(), sentence).into();
            }
        };
        if !self.complete {
            exchange.answered_early.store(true, Ordering::Relaxed);
        }
        ureq::Error::Other(Box::new(Arrived {
            head,
            framing,
            reusable: keeps_alive && self.complete && !self.read_closed,
            connection: self.connection.take().expect("leaves only once"),
            rest: self.intake.held().to_vec(),
        }))
    }

    /// The server ended the connection before a final head.
    fn closed(&self, exchange: &Exchange) -> Failure {
        let sentence = if self.intake.is_partial() {
            "the server closed the connection in the middle of the answer's head"
        } else {
            "the server closed the connection without an answer"
        };
        Failure::new(Kind::Io, exchange.phase(), sentence)
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
        io::ErrorKind::InvalidData => Failure::os(Kind::Tls, phase, what, error),
        _ => Failure::os(Kind::Io, phase, what, error),
    }
}

fn current() -> (Arc<Exchange>, Rc<WakePipe>) {
    Exchange::current().expect("ureq runs inside Exchange::enter only")
}

impl UreqTransport for Transport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.out
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        if self.head_len == 0 {
            // What ureq has written is not added: ours stands there already.
            self.head_len = self.out.waiting().len();
            if self.body_len > 0 && !self.expects {
                // It leaves together with the first piece of the body.
                return Ok(());
            }
        } else {
            self.out.add(amount);
        }
        let (exchange, pipe) = current();
        self.send(&exchange, &pipe)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let (exchange, pipe) = current();
        // The only limit that ureq has of its own; when it passes, ureq sends the body unasked (RFC 9110 10.1.1).
        let awaits_100 = timeout.reason == Timeout::Await100;
        let until = if awaits_100 { Instant::now().checked_add(*timeout.after) } else { None };
        loop {
            if self.answer.is_some() {
                return Err(self.arrived(&exchange));
            }
            if awaits_100 && !self.expects {
                return Ok(true);
            }
            if self.drained {
                let fd = self.connection().wire.fd();
                let patience = Patience::Forever;
                match wait(fd, Interest::READ, &exchange, &pipe, patience, until)? {
                    Ready::Socket(_) => {}
                    Ready::WouldBlock => {
                        self.expects = false;
                        return Err(ureq::Error::Timeout(timeout.reason));
                    }
                }
            }
            match self.receive(&exchange) {
                Ok(0) => return Err(self.closed(&exchange).into()),
                Ok(_) => self.interpret(&exchange)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    return Err(broken(&error, exchange.phase(), "waiting for the answer").into());
                }
            }
        }
    }

    fn is_open(&mut self) -> bool {
        // Nothing is kept by ureq.
        false
    }
}
