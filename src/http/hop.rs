//! The engine behind the seam: ureq writes the request and paces its body; what carries it is ours.
//!
//! A hop is: a connection from the dialer; one run of ureq on it, which ends when the head of the answer has arrived
//! ([`super::transport`]); and a body that reads on from there ([`super::body`]). ureq keeps no connection, no time, no
//! redirects and no cookies.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Uri};
use once_cell::sync::Lazy;
use ureq::{Agent, SendBody};
use url::Position;

use super::body::HopBody;
use super::cancel::WakePipe;
use super::dial::Dialer;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark};
use super::handover::{Handover, NoResolver};
use super::head::Framing;
use super::seam::{Engine, Head, Hop, RawBody};
use super::transport::{Arrived, Plan, Transport};
use super::upload::Upload;

/// What ureq is told. It needs scheme and authority, but does not use them for a request that has a `host` field; the
/// path is replaced.
static ANY_URI: Lazy<Uri> = Lazy::new(|| Uri::from_static("http://any/"));

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
    ) -> Result<Arrived, Failure> {
        let connection = self.dialer.connect(&hop.route, hop.fresh, exchange, pipe)?;
        exchange.enter_phase(Phase::Send);

        let body = hop.body.filter(|body| !body.is_empty());
        let target = &hop.url[Position::BeforePath..Position::AfterQuery];
        let mut plan = Plan {
            method: hop.method.clone(),
            extra_lines: Vec::new(),
            target: match connection.forward_proxy {
                // RFC 9112 3.2.2: the absolute form. User information is not sent.
                Some(_) => format!("{}://{}{target}", hop.url.scheme(), authority(hop)),
                None => target.to_owned(),
            },
            body: body.cloned(),
            expects: false,
            head_bytes: 0,
            header_max_bytes: hop.header_max_bytes,
        };
        if let Some(Some(value)) = &connection.forward_proxy {
            add_line(&mut plan.extra_lines, header::PROXY_AUTHORIZATION.as_str(), value);
        }
        let own_proxy_auth = matches!(connection.forward_proxy, Some(None));
        let fields = fields(hop, body.map(|body| body.len()), own_proxy_auth, &mut plan)?;
        plan.head_bytes = 128
            + plan.target.len()
            + plan.extra_lines.len()
            + fields.iter().map(|(n, v)| n.as_str().len() + v.len() + 4).sum::<usize>();

        let mut request = http::Request::new(());
        *request.method_mut() = hop.method.clone();
        *request.uri_mut() = ANY_URI.clone();
        *request.headers_mut() = fields;

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
            Err(error) => arrived(error, exchange.phase()),
            Ok(_) => unreachable!("ureq is never given the head of a final answer"),
        }
    }
}

impl Engine for UreqEngine {
    fn start(
        &self,
        hop: &Hop<'_>,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<(Head, Box<dyn RawBody>), Failure> {
        for flag in [&exchange.answered_early, &exchange.request_begun, &exchange.answer_begun] {
            flag.store(false, Ordering::Relaxed);
        }
        for mark in [Mark::RequestStart, Mark::RequestEnd, Mark::ResponseStart, Mark::ResponseEnd] {
            exchange.unmark(mark);
        }
        let mut arrived = self.run(hop, exchange, pipe)?;
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
        Ok((head, Box::new(HopBody::new(arrived, &self.dialer, exchange))))
    }
}

/// The request's fields as ureq will write them, `host` first (RFC 9110 7.2).
///
/// A `proxy-authorization` of the app goes only where `own_proxy_auth` says that a proxy reads the request and has no
/// credentials of its own. Anywhere else the origin would receive it: directly, or behind a tunnel (RFC 9110 11.7.2).
fn fields(
    hop: &Hop<'_>,
    body_len: Option<u64>,
    own_proxy_auth: bool,
    plan: &mut Plan,
) -> Result<HeaderMap, Failure> {
    let too_many = |_| {
        Failure::new(Kind::TooLarge, Phase::Send, "the request has more than 24000 header fields")
    };
    let mut fields = HeaderMap::try_with_capacity(hop.fields.len() + 2).map_err(too_many)?;
    let own_host = hop.fields.iter().find(|(name, _)| *name == header::HOST);
    let host = own_host.map_or_else(
        || HeaderValue::from_str(authority(hop)).expect("the host of a parsed URL is ASCII"),
        |(_, value)| value.clone(),
    );
    fields.insert(header::HOST, host);
    match body_len {
        Some(len) => drop(fields.insert(header::CONTENT_LENGTH, HeaderValue::from(len))),
        // RFC 9110 8.6: these methods anticipate content, so its absence is said.
        None if [Method::POST, Method::PUT, Method::PATCH].contains(hop.method) => {
            fields.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        None => {}
    }
    for (name, value) in hop.fields {
        if *name == header::HOST || *name == header::CONTENT_LENGTH {
            continue;
        }
        if *name == header::PROXY_AUTHORIZATION && !own_proxy_auth {
            continue;
        }
        if *name == header::EXPECT {
            if body_len.is_none() {
                // RFC 9110 10.1.1: not without a body.
                continue;
            }
            let tokens = value.to_str().unwrap_or_default().split(',');
            plan.expects |= tokens.map(str::trim).any(|t| t.eq_ignore_ascii_case("100-continue"));
        }
        if *name == header::AUTHORIZATION && value.to_str().is_err() {
            // ureq insists on ASCII here; other fields may hold any bytes (RFC 9110 5.5).
            add_line(&mut plan.extra_lines, name.as_str(), value);
            continue;
        }
        fields.try_append(name.clone(), value.clone()).map_err(too_many)?;
    }
    Ok(fields)
}

fn add_line(lines: &mut Vec<u8>, name: &str, value: &HeaderValue) {
    for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
        lines.extend_from_slice(part);
    }
}

/// Host and port as the URL has them: no default port, IPv6 in brackets.
fn authority<'a>(hop: &Hop<'a>) -> &'a str {
    &hop.url[Position::BeforeHost..Position::AfterPort]
}

/// What ended ureq's run: the answer, our failure, or ureq's refusal.
fn arrived(error: ureq::Error, phase: Phase) -> Result<Arrived, Failure> {
    let error = match error {
        ureq::Error::Other(error) => match error.downcast::<Arrived>() {
            Ok(arrived) => return Ok(*arrived),
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
