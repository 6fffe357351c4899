//! A whole request: hops, redirects, cookies, retry, and a decoded body. The entrance to this layer.
//!
//! [`Http::advance`] is one loop: build the fields, choose the proxy, make a hop, take the cookies, look at the status. It
//! follows what `redirect` decides and returns the head of the final answer with its [`Body`]. Where it would have to wait
//! for an answer it returns instead, and the [`Fetch`] remembers where it was. A hop that fails on a pooled connection is
//! made once more on a fresh one where that is safe. Knows nothing of sockets.

use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use http::Method;
use url::Url;

use super::cancel::WakePipe;
pub use super::content::Body;
use super::cookies::Jar;
use super::dial::Dialer;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark, Patience};
use super::hop::UreqEngine;
use super::outgoing::{cookies, outgoing};
use super::proxy::Proxy;
use super::redirect::{Decision, decide, leads_elsewhere};
use super::request::{Ask, Policy, Request};
use super::seam::{Answered, Awaited, Engine, Got, Head, Hop, RawBody, Route};
use super::settings::Settings;
use super::url::{has_credentials, take_credentials};
use super::watch::Watcher;

/// Most bytes of a redirect's body that are read, so that its connection can be used again.
const DRAIN_MAX_BYTES: u64 = 64 * 1024;

/// One client's HTTP: connections, jar, settings.
#[derive(Debug)]
pub struct Http {
    engine: Box<dyn Engine>,
    /// `None` under an engine that has no connections of ours.
    dialer: Option<Arc<Dialer>>,
    jar: Option<Jar>,
    settings: Settings,
}

/// A final answer whose body is still to be read.
#[derive(Debug)]
pub struct Answer {
    /// As received.
    pub head: Head,
    /// What it answers, after redirects.
    pub ask: Arc<Ask>,
    /// How many were followed.
    pub redirects: u32,
    /// To be read until `Got::End`.
    pub body: Body,
}

/// A request under way. Dropping it closes its connection.
#[derive(Debug)]
pub struct Fetch {
    /// Changes with redirects, as do the next two.
    request: Request,
    sends_body: bool,
    redirects: u32,
    step: Step,
}

/// Where a [`Fetch`] is. `fresh`: not on a pooled connection, because the last one was stale.
#[derive(Debug)]
enum Step {
    Send { fresh: bool },
    Await { awaited: Box<dyn Awaited>, fresh: bool },
}

impl Fetch {
    /// The descriptor that becomes readable when more of the answer is there.
    pub fn fd(&self) -> Option<RawFd> {
        match &self.step {
            Step::Send { .. } => None,
            Step::Await { awaited, .. } => awaited.fd(),
        }
    }

    /// Has the connection watched; its key.
    pub fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize> {
        match &mut self.step {
            Step::Send { .. } => None,
            Step::Await { awaited, .. } => awaited.watch(watcher),
        }
    }
}

impl Http {
    /// Fails when system roots were asked for and cannot be had.
    pub fn new(settings: Settings) -> Result<Http, Failure> {
        let dialer = Dialer::new(&settings)?;
        let engine = Box::new(UreqEngine::new(dialer.clone()));
        Ok(Http { dialer: Some(dialer), ..Http::with_engine(settings, engine) })
    }

    /// On another engine.
    pub(crate) fn with_engine(settings: Settings, engine: Box<dyn Engine>) -> Http {
        let jar = settings.cookies.then(Jar::default);
        Http { engine, dialer: None, jar, settings }
    }

    /// Begins a request.
    pub fn begin(&self, mut request: Request) -> Result<Fetch, Failure> {
        if has_credentials(&request.ask.url) {
            // `check_request` has made a field of them; they must not be sent or reported in any case.
            let _ = take_credentials(&mut request.ask_mut().url);
        }
        if request.policy.https_only && request.ask.url.scheme() != "https" {
            let why = "only https is allowed, and the URL is http";
            return Err(Failure::new(Kind::Unsupported, Phase::None, why));
        }
        Ok(Fetch { sends_body: true, request, redirects: 0, step: Step::Send { fresh: false } })
    }

    /// Goes on with a request up to the head of its final answer; `None` when nothing of the next head is there yet.
    /// Blocks only to connect and to send, under the exchange. Any thread may go on next.
    pub fn advance(
        &self,
        fetch: &mut Fetch,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Option<Answer>, Failure> {
        loop {
            let Some((head, mut raw)) = self.answer_of_hop(fetch, exchange, pipe)? else {
                return Ok(None);
            };
            let (ask, policy) = (&fetch.request.ask, &fetch.request.policy);
            if let Some(jar) = &self.jar {
                jar.store(&head.fields, &ask.url);
            }
            let decision =
                decide(head.status, &head.fields, &ask.method, &ask.url, policy, fetch.redirects);
            match decision {
                Decision::Return => {
                    exchange.enter_phase(Phase::Body);
                    let mut body = Body::new(raw, &head, &ask.method, policy.decode)?;
                    // C-3: a redirect that is not followed ends in success with empty data. A body whose end the server
                    // states is delivered all the same, as curl does; without framing (RFC 9112 6.3) on a connection that
                    // stays open it would have no end, so it ends with what is there.
                    if leads_elsewhere(head.status, &head.fields) {
                        body.do_not_wait_for_close();
                    }
                    let ask = ask.clone();
                    return Ok(Some(Answer { head, ask, redirects: fetch.redirects, body }));
                }
                Decision::Refuse(why) => {
                    return Err(Failure::new(Kind::Redirect, Phase::Headers, why));
                }
                Decision::Follow(next) => {
                    if head.content_length.is_none_or(|n| n <= DRAIN_MAX_BYTES) {
                        drain(&mut *raw, exchange, pipe);
                    }
                    drop(raw);
                    // The first of these requests began when the task was taken.
                    exchange.mark_as(Mark::RedirectStart, Mark::Dequeued);
                    exchange.mark(Mark::RedirectEnd);
                    exchange.check()?;
                    if !next.same_origin && policy.tls.identity.is_some() {
                        // A secret of the origin like `authorization`: it tells the server who the user is.
                        Arc::make_mut(&mut fetch.request.policy).tls.identity = None;
                    }
                    let ask = fetch.request.ask_mut();
                    ask.fields.retain(|(name, _)| !next.strips(name));
                    if let Some(basic) = next.credentials {
                        ask.fields.push((http::header::AUTHORIZATION, basic));
                    }
                    ask.method = next.method;
                    ask.url = next.url;
                    fetch.sends_body &= next.keep_body;
                    fetch.redirects += 1;
                }
            }
        }
    }

    /// One hop, made twice where the first attempt met a pooled connection that the server had closed (RFC 9112 9.3.1):
    /// nothing of an answer came, and either the method is idempotent or nothing of the request was sent.
    fn answer_of_hop(
        &self,
        fetch: &mut Fetch,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Option<Answered>, Failure> {
        loop {
            let (again, came) = match &mut fetch.step {
                Step::Send { fresh } => {
                    let fresh = *fresh;
                    (fresh, self.send(fetch, fresh, exchange, pipe).map(|()| None))
                }
                Step::Await { awaited, fresh } => match awaited.head(exchange) {
                    Ok(None) => return Ok(None),
                    came => (*fresh, came),
                },
            };
            match came {
                Ok(None) => {}
                Ok(answer) => {
                    fetch.step = Step::Send { fresh: false };
                    return Ok(answer);
                }
                Err(failure) => {
                    let stale = exchange.reused.load(Ordering::SeqCst)
                        && !exchange.answer_begun.load(Ordering::SeqCst)
                        && matches!(failure.kind, Kind::Io | Kind::Tls | Kind::Protocol);
                    // RFC 9110 9.2.2 calls these idempotent.
                    let safe = fetch.request.ask.method.is_idempotent()
                        || !exchange.request_begun.load(Ordering::SeqCst);
                    if again || !stale || !safe {
                        return Err(failure);
                    }
                    exchange.check()?;
                    fetch.step = Step::Send { fresh: true };
                }
            }
        }
    }

    /// Sends a hop's request.
    fn send(
        &self,
        fetch: &mut Fetch,
        fresh: bool,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<(), Failure> {
        let (ask, policy) = (&fetch.request.ask, &fetch.request.policy);
        for flag in [
            &exchange.reused,
            &exchange.request_begun,
            &exchange.answer_begun,
            &exchange.answered_early,
        ] {
            flag.store(false, Ordering::SeqCst);
        }
        let cookies = cookies(&ask.fields, self.jar.as_ref(), &ask.url);
        let lines = outgoing(&ask.fields, policy, cookies.as_deref());
        let hop = Hop {
            method: &ask.method,
            url: &ask.url,
            lines: &lines,
            body: fetch.request.body.as_ref().filter(|_| fetch.sends_body),
            route: Route {
                url: &ask.url,
                proxy: self.proxy_for(policy, &ask.url),
                tunnel: policy.proxy_tunnel,
                ip_family: policy.ip_family,
                tls: &policy.tls,
            },
            header_max_bytes: policy.header_max_bytes,
            fresh,
        };
        let awaited = self.engine.start(&hop, exchange, pipe)?;
        fetch.step = Step::Await { awaited, fresh };
        Ok(())
    }

    /// The request's proxy, else the environment's; none for hosts that are reached directly.
    fn proxy_for<'a>(&'a self, policy: &'a Policy, url: &Url) -> Option<&'a Arc<Proxy>> {
        if policy.direct {
            return None;
        }
        let (for_http, for_https) = &self.settings.env_proxy;
        let by_env = if url.scheme() == "https" { for_https } else { for_http };
        let proxy = policy.proxy.as_ref().or(by_env.as_ref())?;
        let host = url.host_str().unwrap_or("");
        let port = url.port_or_known_default().unwrap_or(0);
        (!self.settings.no_proxy.matches(host, port)).then_some(proxy)
    }

    /// Closes connections that have been idle for too long; returns when the next will be, if there is one.
    pub fn expire_idle(&self) -> Option<Instant> {
        self.dialer.as_ref()?.expire_idle()
    }

    /// Closes idle connections and asks helper threads (name lookup) to end.
    pub fn close(&self) {
        if let Some(dialer) = &self.dialer {
            dialer.close();
        }
    }

    /// Waits until the helper threads have ended, at most until `deadline`; false when some are left.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        self.dialer.as_ref().is_none_or(|dialer| dialer.wait_closed(deadline))
    }
}

/// Reads what is there of a redirect's body, so that the connection is kept where that was all. Never waits: an answer
/// without framing would have no end. A failure only costs the connection.
fn drain(raw: &mut dyn RawBody, exchange: &Arc<Exchange>, pipe: &Rc<WakePipe>) {
    let before = exchange.patience();
    exchange.set_patience(Patience::UpTo(Duration::ZERO));
    let (mut left, mut into) = (DRAIN_MAX_BYTES, [0; 4096]);
    while let Ok(Got::Bytes(n)) = raw.read(&mut into, exchange, pipe) {
        left = left.saturating_sub(n as u64);
        if left == 0 {
            break;
        }
    }
    exchange.set_patience(before);
}

/// So that a body is never decoded that cannot be there.
pub(super) fn has_body(method: &Method, status: u16) -> bool {
    *method != Method::HEAD && !matches!(status, 100..=199 | 204 | 304)
}
