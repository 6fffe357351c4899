//! What is asked for: the request as the app built it, and the policy it is carried out under.

use std::fmt;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::error::Failure;
use super::proxy::Proxy;
use super::tls_rules::TlsRules;
use super::url::without_secrets;

/// One request, valid: everything in it was checked when it was built.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for; shared with the builder that it was made from.
    pub ask: Arc<Ask>,
    /// None: no body at all (POST, PUT and PATCH then say `content-length: 0`).
    pub body: Option<Arc<dyn RequestBody>>,
    /// How it is carried out; most requests of a client share theirs.
    pub policy: Arc<Policy>,
}

impl Request {
    /// To change it; others that share it keep theirs.
    pub fn ask_mut(&mut self) -> &mut Ask {
        Arc::make_mut(&mut self.ask)
    }
}

/// Method, URL and fields of a request.
#[derive(Clone)]
pub struct Ask {
    /// Any method but CONNECT.
    pub method: Method,
    /// Absolute, http or https, normalised by the WHATWG rules.
    pub url: Url,
    /// In the order given; a repeated name is a repeated line.
    pub fields: Vec<(HeaderName, HeaderValue)>,
}

/// Without what may be a secret: user information, query, and the values of fields.
impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ask({} {}", self.method, without_secrets(self.url.as_str()))?;
        self.fields.iter().try_for_each(|(name, _)| write!(f, " {name}"))?;
        f.write_str(")")
    }
}

/// Bytes to send. They can be taken back at any time, and are read from the start again on a retry or a redirect.
pub trait RequestBody: Send + Sync + fmt::Debug {
    /// How many bytes there are.
    fn len(&self) -> u64;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Shows at most `most` bytes from `offset`, none only at the end. Whoever takes the bytes back waits until `to` has
    /// returned, so it must not wait for anything. Fails when they were taken back.
    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure>;
    /// Told how many bytes the kernel has accepted so far, counted from the start of the body.
    fn sent(&self, bytes: u64);
}

/// The rules of one request, after client options and request options were merged.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How many redirects are followed; 0 hands back the 3xx.
    pub redirects_max: u32,
    /// Whether a redirect may lead from https to http.
    pub redirect_to_http: bool,
    /// Refuse http URLs, also in redirects.
    pub https_only: bool,
    /// Largest head of an answer, all its interim answers included.
    pub header_max_bytes: usize,
    /// Ask for and undo content codings.
    pub decode: bool,
    /// Which addresses may be used.
    pub ip_family: IpFamily,
    /// `user-agent` where the app gives none; empty sends none.
    pub user_agent: String,
    /// The proxy of this request, before the no-proxy list.
    pub proxy: Option<Arc<Proxy>>,
    /// Use no proxy, not even one that the environment names; `proxy` is `None` then.
    pub direct: bool,
    /// CONNECT for http URLs too.
    pub proxy_tunnel: bool,
    /// The client's certificate and the servers' keys.
    pub tls: TlsRules,
}

/// Which IP addresses may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IpFamily {
    /// Both.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}
