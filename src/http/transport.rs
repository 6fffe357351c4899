//! ureq's transport: sends what ureq writes, and takes the answer out of its hands.
//!
//! ureq decides when the body of a request may go, and writes its first piece; the head is ours ([`super::request_head`]),
//! and the rest of the body goes to the socket from where the app has it. The answer is read by [`super::reply`]: as soon as
//! the request is sent, or a refusal has come while it was being sent, the connection leaves inside a [`Reply`], as the
//! error that ends ureq's run. So an answer that comes in the middle of an upload stops the upload at once, ureq's strict parser
//! never sees a sloppy head, and its state does not live as long as the wait and the body.

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
use super::reply::{Reply, broken};
use super::request::RequestBody;
use super::upload::ended_early;
use super::wait::{Interest, Ready, earlier, wait};

/// What one call offers to the socket at most. The kernel takes less when the connection is slower, and whoever takes the
/// body back waits for such a call.
const PIECE_BYTES: usize = 256 * 1024;

/// How often within the idle limit a connection that takes no more is looked at.
const LOOKS_PER_LIMIT: u32 = 8;

/// The transport of one request.
#[derive(Debug)]
pub struct Transport {
    /// Gone when the request is sent or answered.
    reply: Option<Box<Reply>>,
    out: Outbox,
    /// Who wants to hear how much of the body is sent.
    body: Option<Arc<dyn RequestBody>>,
    body_len: u64,
    /// The body waits for "100 Continue".
    expects: bool,
    /// Bytes of the head; 0 until ureq has written its own.
    head_len: usize,
    /// Bytes given to the connection.
    sent: u64,
    /// While it takes no more.
    stuck: Option<Stuck>,
}

/// A connection that takes no more. A slow network may let it take some only every few seconds, while the peer acknowledges
/// all the time what the kernel holds: only when neither moves it is silent.
#[derive(Clone, Copy, Debug)]
struct Stuck {
    /// Nothing has moved since.
    since: Instant,
    unacknowledged: Option<usize>,
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

impl Drop for Transport {
    /// An upload that is given up does not go on in the kernel (B-5).
    fn drop(&mut self) {
        if let Some(reply) = &self.reply
            && self.body_len > 0
        {
            reply.connection.wire.abandon();
        }
    }
}

impl From<Failure> for ureq::Error {
    fn from(failure: Failure) -> ureq::Error {
        ureq::Error::Other(Box::new(failure))
    }
}

impl Transport {
    /// For one request on `connection`.
    pub fn new(connection: Connection, plan: Plan) -> Transport {
        let body_len = plan.body.as_ref().map_or(0, |body| body.len());
        let mut reply = Reply::new(connection, plan.method, plan.header_max_bytes);
        reply.uploads = body_len > 0;
        Transport {
            reply: Some(Box::new(reply)),
            out: plan.out,
            body: plan.body,
            body_len,
            expects: plan.expects,
            head_len: 0,
            sent: 0,
            stuck: None,
        }
    }

    fn reply(&mut self) -> &mut Reply {
        self.reply.as_mut().expect("ureq ends its run when the connection has left")
    }

    /// Takes the connection out of ureq's hands.
    fn leave(&mut self) -> ureq::Error {
        let reply = self.reply.take().expect("leaves only once");
        if !reply.request_complete {
            reply.connection.wire.abandon();
        }
        ureq::Error::Other(reply)
    }

    /// Sends all that waits. Ends the run when that was the end of the request.
    fn send(&mut self, exchange: &Exchange, pipe: &WakePipe) -> Result<(), ureq::Error> {
        exchange.check()?;
        if self.sent > 0 {
            // Between two pieces of a body, so that an answer stops it even when the socket always takes more.
            self.listen(exchange)?;
        }
        let mut at = 0;
        while at < self.out.waiting().len() {
            let waiting = &self.out.waiting()[at..];
            let reply = self.reply.as_mut().expect("still here while sending");
            match reply.connection.wire.write(waiting, exchange) {
                Ok(n) => {
                    at += n;
                    self.progress(n, exchange);
                }
                Err(error) => self.stalled(error, exchange, pipe)?,
            }
        }
        self.out.clear();
        while let Err(error) = self.reply().connection.wire.flush(exchange) {
            self.stalled(error, exchange, pipe)?;
        }
        let whole = self.head_len as u64 + self.body_len;
        if self.sent > self.head_len as u64 {
            self.send_rest(whole, exchange, pipe)?;
        }
        if self.sent == whole {
            self.reply().request_complete = true;
            exchange.mark(Mark::RequestEnd);
            exchange.enter_phase(Phase::Headers);
            return Err(self.leave());
        }
        Ok(())
    }

    /// Sends the body from its second piece on, without ureq and without a copy.
    fn send_rest(
        &mut self,
        whole: u64,
        exchange: &Exchange,
        pipe: &WakePipe,
    ) -> Result<(), ureq::Error> {
        let body = self.body.clone().expect("some of it was sent");
        while self.sent < whole {
            exchange.check()?;
            self.listen(exchange)?;
            let reply = self.reply.as_mut().expect("still here while sending");
            let most = (whole - self.sent).min(PIECE_BYTES as u64) as usize;
            let mut taken = Ok(None);
            body.lend(self.sent - self.head_len as u64, most, &mut |bytes| {
                if !bytes.is_empty() {
                    taken = reply.connection.wire.write(bytes, exchange).map(Some);
                }
            })?;
            match taken {
                Ok(Some(n)) => self.progress(n, exchange),
                Ok(None) => return Err(ended_early().into()),
                Err(error) => self.stalled(error, exchange, pipe)?,
            }
        }
        while let Err(error) = self.reply().connection.wire.flush(exchange) {
            self.stalled(error, exchange, pipe)?;
        }
        Ok(())
    }

    fn progress(&mut self, n: usize, exchange: &Exchange) {
        if n == 0 {
            return;
        }
        self.stuck = None;
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
            kind => {
                let what = "sending the request";
                let failure = Failure::os(Kind::Io, exchange.phase(), what, &error);
                // A broken pipe is what a system says when the server's end had come before, in an orderly way.
                if kind != io::ErrorKind::BrokenPipe {
                    self.reply().cut =
                        Some(Box::new(Failure { phase: Phase::Body, ..failure.clone() }));
                }
                // An answer that came before a reset is still in the receive buffer.
                while self.listen(exchange)? {}
                if self.reply().status().is_some() {
                    return Err(self.leave());
                }
                return Err(failure.into());
            }
        }
        let deaf = self.reply().read_closed || !self.reply().has_room();
        let interest = if deaf { Interest::WRITE } else { Interest::BOTH };
        let fd = self.reply().connection.wire.fd();
        let until = self.look_again(exchange)?;
        let ready = wait(fd, interest, exchange, pipe, Patience::Forever, until)?;
        if matches!(ready, Ready::Socket(socket) if socket.read) {
            self.listen(exchange)?;
        }
        Ok(())
    }

    /// Until when a connection that takes no more may be waited for, before it is looked at again; fails when it has been
    /// silent for too long.
    fn look_again(&mut self, exchange: &Exchange) -> Result<Option<Instant>, Failure> {
        let Some(idle) = exchange.limits().read_idle else { return Ok(None) };
        let (now, unacknowledged) = (Instant::now(), self.reply().connection.wire.unacknowledged());
        let stuck = match self.stuck {
            Some(stuck) if unacknowledged >= stuck.unacknowledged => stuck,
            _ => Stuck { since: now, unacknowledged },
        };
        self.stuck = Some(stuck);
        if now.saturating_duration_since(stuck.since) >= idle {
            return Err(exchange.timed_out());
        }
        let silent_at = stuck.since.checked_add(idle);
        Ok(earlier(silent_at, now.checked_add(idle / LOOKS_PER_LIMIT)))
    }

    /// Reads what the server says while the request is being sent; whether there may be more. Ends the run when it has
    /// answered with anything but success: the rest of the body is not wanted (RFC 9110 10.1.1, RFC 9112 9.5).
    fn listen(&mut self, exchange: &Exchange) -> Result<bool, ureq::Error> {
        let reply = self.reply();
        if reply.read_closed || !reply.has_room() {
            return Ok(false);
        }
        match reply.receive(exchange) {
            Ok(0) => {
                reply.read_closed = true;
                if reply.status().is_some() {
                    return Err(self.leave());
                }
                Err(reply.closed(exchange).into())
            }
            Ok(_) => {
                reply.interpret(exchange)?;
                self.stuck = None;
                let reply = self.reply();
                let refused = reply.status().is_some_and(|status| status >= 300);
                self.hear_continue();
                if refused { Err(self.leave()) } else { Ok(true) }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => {
                reply.read_closed = true;
                if reply.status().is_some() {
                    let failure = broken(&error, Phase::Body, "reading the body");
                    reply.cut = Some(Box::new(failure));
                    return Err(self.leave());
                }
                Err(broken(&error, exchange.phase(), "reading the answer").into())
            }
        }
    }

    /// "100 Continue" lets an awaiting body go.
    fn hear_continue(&mut self) {
        if self.reply().take_continued() && std::mem::take(&mut self.expects) {
            self.out.allow_body();
        }
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

    /// Called only for a body that waits for "100 Continue": with its last byte the connection has left.
    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let (exchange, pipe) = current();
        // The only limit that ureq has of its own; when it passes, ureq sends the body unasked (RFC 9110 10.1.1).
        let awaits_100 = timeout.reason == Timeout::Await100;
        let until = if awaits_100 { Instant::now().checked_add(*timeout.after) } else { None };
        loop {
            if self.reply().status().is_some() {
                return Err(self.leave());
            }
            if awaits_100 && !self.expects {
                return Ok(true);
            }
            if self.reply().drained {
                let fd = self.reply().connection.wire.fd();
                let patience = Patience::Forever;
                match wait(fd, Interest::READ, &exchange, &pipe, patience, until)? {
                    Ready::Socket(_) => {}
                    Ready::WouldBlock => {
                        self.expects = false;
                        return Err(ureq::Error::Timeout(timeout.reason));
                    }
                }
            }
            match self.reply().receive(&exchange) {
                Ok(0) => return Err(self.reply().closed(&exchange).into()),
                Ok(_) => {
                    self.reply().interpret(&exchange)?;
                    self.hear_continue();
                }
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
