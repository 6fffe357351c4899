//! The seam behind which an engine stands: one request on one connection, and the raw body of its answer.
//!
//! Today ureq fills it (`hop`). Redirects, cookies, retry and decoding are above the seam (`fetch`); connections,
//! proxies and TLS are below it (`dial`).

use std::fmt;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;

use http::Method;
use url::Url;

use super::cancel::WakePipe;
use super::error::Failure;
use super::exchange::Exchange;
use super::fields::Fields;
use super::proxy::Proxy;
use super::request::{IpFamily, RequestBody};
use super::tls_rules::TlsRules;
use super::url::without_secrets;
use super::watch::Watcher;

/// One header field: its name in lower case, and its value, both fit to be sent.
pub type Line<'a> = (&'a str, &'a [u8]);

/// One request as it goes out, complete but for `host` and `content-length`.
pub struct Hop<'a> {
    /// Any method but CONNECT.
    pub method: &'a Method,
    /// Where to; the fragment is not sent.
    pub url: &'a Url,
    /// All other fields: the app's, and those that `fetch` adds (user-agent, accept-encoding, cookie).
    pub lines: &'a [Line<'a>],
    /// What to send.
    pub body: Option<&'a Arc<dyn RequestBody>>,
    /// How to get there.
    pub route: Route<'a>,
    /// Largest head of the answer, interim answers included.
    pub header_max_bytes: usize,
    /// Do not use a pooled connection: the last one was stale.
    pub fresh: bool,
}

/// Names of fields only: values may be secrets.
impl fmt::Debug for Hop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hop({} {:?}", self.method, self.route)?;
        self.lines.iter().try_for_each(|(name, _)| write!(f, " {name}"))?;
        f.write_str(")")
    }
}

/// How to get to a host.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    /// Scheme, host and port are what matters.
    pub url: &'a Url,
    /// Through this proxy; the no-proxy list was already looked at.
    pub proxy: Option<&'a Arc<Proxy>>,
    /// CONNECT for http URLs too.
    pub tunnel: bool,
    /// Which addresses may be used.
    pub ip_family: IpFamily,
    /// For https.
    pub tls: &'a TlsRules,
}

impl fmt::Debug for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({} by {:?})", without_secrets(self.url.as_str()), self.proxy)
    }
}

/// The head of a final answer.
#[derive(Clone, Debug)]
pub struct Head {
    /// 200 to 999, or 101.
    pub status: u16,
    /// 10 or 11.
    pub version: u8,
    /// As received.
    pub fields: Fields,
    /// The other end of the connection (the proxy, where there is one).
    pub peer: SocketAddr,
    /// Whether the connection had carried a request before.
    pub reused: bool,
    /// Length of the raw body where the answer declares it and has a body.
    pub content_length: Option<u64>,
}

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// So many bytes, never 0.
    Bytes(usize),
    /// Nothing is there now; read again when the descriptor is readable.
    WouldBlock,
    /// The body is complete.
    End,
}

/// Makes hops.
pub trait Engine: Send + Sync + fmt::Debug {
    /// Sends the request. Blocks, under the exchange's deadlines and cancel flag.
    fn start(
        &self,
        hop: &Hop<'_>,
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Box<dyn Awaited>, Failure>;
}

/// The head of the final answer, and its body.
pub type Answered = (Head, Box<dyn RawBody>);

/// The answer to a request that was sent. Dropping it closes the connection.
pub trait Awaited: Send + fmt::Debug {
    /// The head of the final answer and what follows it, once; `None` when it is not there yet. Never blocks. Any thread
    /// may ask next.
    fn head(&mut self, exchange: &Exchange) -> Result<Option<Answered>, Failure>;

    /// The descriptor that becomes readable when more is there.
    fn fd(&self) -> Option<RawFd>;

    /// Has the connection watched; its key.
    fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize>;
}

/// The body of an answer, without transfer coding but with its content coding.
///
/// Dropping it before its end closes the connection; after its end the connection is kept for reuse.
pub trait RawBody: Send + fmt::Debug {
    /// Reads what is there; where nothing is, waits as long as the exchange's patience allows. Any thread may read next.
    fn read(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure>;

    /// The descriptor that becomes readable when more is there; `None` when the body is complete.
    fn fd(&self) -> Option<RawFd>;

    /// Has the connection watched; its key. `None` when the body is complete.
    fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize>;

    /// Whether the last read has taken all that had come, so that another would find nothing. Only a hint: where the other
    /// end has closed, there is that to be found.
    fn is_drained(&self) -> bool;

    /// Whether only the end of the connection tells where the body ends (RFC 9112 6.3).
    fn ends_by_close(&self) -> bool;

    /// Whether `shed` would give something back.
    fn has_buffers(&self) -> bool;

    /// Gives back buffers that hold nothing, before a long silence.
    fn shed(&mut self);
}
