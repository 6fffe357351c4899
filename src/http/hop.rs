//! The engine behind the seam: ureq paces the sending of a request; what is sent, and what carries it, is ours.
//!
//! A hop is: a connection from the dialer; one run of ureq on it, which ends when the request is sent
//! ([`super::transport`]); the wait for the head of the answer ([`super::reply`]); and a body that reads on from there
//! ([`super::body`]). ureq keeps no connection, no time, no redirects and no cookies.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ureq::{Agent, SendBody};

use super::body::HopBody;
use super::buffers::Outbox;
use super::cancel::WakePipe;
use super::dial::Dialer;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark};
use super::handover::{Handover, NoResolver};
use super::head::Framing;
use super::reply::Reply;
use super::request_head;
use super::seam::{Answered, Awaited, Engine, Head, Hop};
use super::transport::{Plan, Transport};
use super::upload::Upload;
use super::watch::Watcher;

/// ureq as an engine.
#[derive(Debug)]
pub struct UreqEngine {
    agent: Agent,
    dialer: Arc<Dialer>,
}

impl UreqEngine {
    /// An engine that gets its connections from `dialer`.
    pub fn new(dialer: Arc<Dialer>) -> UreqEngine {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(false)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .allow_non_standard_methods(true)
            .max_idle_connections(0)
            .build();
        UreqEngine { agent: Agent::with_parts(config, Handover, NoResolver), dialer }
    }

    fn run(
        &self,
        hop: &Hop<'_>,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Box<Reply>, Failure> {
        let connection = self.dialer.connect(&hop.route, hop.fresh, exchange, pipe)?;
        exchange.enter_phase(Phase::Send);

        let body = hop.body.filter(|body| !body.is_empty());
        let body_len = body.map(|body| body.len());
        let mut out = Outbox::default();
        let (request, expects) =
            request_head::write(hop, body_len, &connection.forward_proxy, &mut out)?;
        out.prepare(hop.method, body_len.unwrap_or(0));
        let plan = Plan {
            method: hop.method.clone(),
            out,
            body: body.cloned(),
            expects,
            header_max_bytes: hop.header_max_bytes,
        };

        let transport = Transport::new(connection, plan);
        let ended = exchange.enter(pipe, || {
            Handover::prepare(transport);
            let ended = match body {
                Some(body) => {
                    let mut upload = Upload::new(body);
                    self.agent.run(request.map(|()| SendBody::from_reader(&mut upload)))
                }
                None => self.agent.run(request),
            };
            Handover::clear();
            ended
        });
        match ended {
            Err(error) => left(error, exchange.phase()),
            Ok(_) => unreachable!("ureq never sees an answer"),
        }
    }
}

impl Engine for UreqEngine {
    fn start(
        &self,
        hop: &Hop<'_>,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Box<dyn Awaited>, Failure> {
        for flag in [&exchange.answered_early, &exchange.request_begun, &exchange.answer_begun] {
            flag.store(false, Ordering::Relaxed);
        }
        for mark in [Mark::RequestStart, Mark::RequestEnd, Mark::ResponseStart, Mark::ResponseEnd] {
            exchange.unmark(mark);
        }
        let reply = self.run(hop, exchange, pipe)?;
        Ok(Box::new(HopAwaited { reply: Some(reply), dialer: self.dialer.clone() }))
    }
}

/// See [`Awaited`].
#[derive(Debug)]
struct HopAwaited {
    /// Gone when its head has been given out, or after a failure.
    reply: Option<Box<Reply>>,
    dialer: Arc<Dialer>,
}

impl Awaited for HopAwaited {
    fn head(&mut self, exchange: &Exchange) -> Result<Option<Answered>, Failure> {
        let reply = self.reply.as_mut().expect("asked until the head is there");
        if !reply.read_head(exchange)? {
            return Ok(None);
        }
        let mut arrived = self.reply.take().expect("just seen").arrived(exchange)?;
        exchange.enter_phase(Phase::Body);
        let head = Head {
            status: arrived.head.status,
            version: arrived.head.version,
            fields: std::mem::take(&mut arrived.head.fields),
            peer: arrived.connection.wire.peer(),
            reused: arrived.connection.reused,
            content_length: match arrived.framing {
                Framing::Length(length) => Some(length),
                Framing::None | Framing::Chunked | Framing::Close => None,
            },
        };
        Ok(Some((head, Box::new(HopBody::new(arrived, &self.dialer, exchange)))))
    }

    fn fd(&self) -> Option<std::os::fd::RawFd> {
        self.reply.as_ref().map(|reply| reply.connection.wire.fd())
    }

    fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize> {
        self.reply.as_mut().map(|reply| reply.connection.wire.watch(watcher))
    }
}

impl Drop for HopAwaited {
    /// As for a [`Transport`]: nobody waits for the answer any more.
    fn drop(&mut self) {
        if let Some(reply) = &self.reply
            && reply.uploads
        {
            reply.connection.wire.abandon();
        }
    }
}

/// What ended ureq's run: the end of the request, our failure, or ureq's refusal.
fn left(error: ureq::Error, phase: Phase) -> Result<Box<Reply>, Failure> {
    let error = match error {
        ureq::Error::Other(error) => match error.downcast::<Reply>() {
            Ok(reply) => return Ok(reply),
            Err(error) => match error.downcast::<Failure>() {
                Ok(failure) => return Err(*failure),
                Err(error) => ureq::Error::Other(error),
            },
        },
        // The body's reader can only speak of I/O.
        ureq::Error::Io(error) => match Failure::find(&error) {
            Some(failure) => return Err(failure.clone()),
            None => ureq::Error::Io(error),
        },
        error => error,
    };
    Err(Failure::new(Kind::Protocol, phase, format!("the request cannot be sent: {error}")))
}
