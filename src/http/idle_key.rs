//! Which idle connection will do for a request: what must be the same, and where to look.
//!
//! Looking needs no key of its own, only borrowed parts of one, because it is done for every request.

use std::sync::Arc;

use super::proxy::Proxy;
use super::request::IpFamily;
use super::tls_rules::TlsRules;

/// Buckets of the hash table. With more connections than that, those of one bucket are compared one after the other.
pub(super) const BUCKETS: usize = 256;

/// What two requests must have in common to use the same connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// TLS to the host.
    pub tls: bool,
    /// Where requests are sent through an HTTP proxy in absolute form, any host will do: then empty and 0.
    pub host: String,
    /// See `host`.
    pub port: u16,
    /// With its credentials.
    pub proxy: Option<Arc<Proxy>>,
    /// CONNECT for http.
    pub tunnel: bool,
    /// Which addresses were allowed.
    pub ip_family: IpFamily,
    /// What the TLS server was held to and shown; the usual for http.
    pub tls_rules: TlsRules,
}

/// A [`Key`] that owns nothing, to look for one.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// See [`Key`]; so are all others.
    pub tls: bool,
    /// See [`Key`].
    pub host: &'a str,
    /// See [`Key`].
    pub port: u16,
    /// See [`Key`].
    pub proxy: Option<&'a Arc<Proxy>>,
    /// See [`Key`].
    pub tunnel: bool,
    /// See [`Key`].
    pub ip_family: IpFamily,
    /// See [`Key`].
    pub tls_rules: &'a TlsRules,
}

impl Wanted<'_> {
    /// The key to keep a new connection under.
    pub fn to_key(self) -> Key {
        Key {
            tls: self.tls,
            host: self.host.to_owned(),
            port: self.port,
            proxy: self.proxy.cloned(),
            tunnel: self.tunnel,
            ip_family: self.ip_family,
            tls_rules: self.tls_rules.clone(),
        }
    }

    pub(super) fn is(&self, key: &Key) -> bool {
        self.port == key.port
            && self.host == key.host
            && self.tls == key.tls
            && self.tunnel == key.tunnel
            && self.ip_family == key.ip_family
            && self.proxy == key.proxy.as_ref()
            && *self.tls_rules == key.tls_rules
    }
}

/// FNV-1a. Others can choose host names, by redirects, but all that they gain is a bucket of at most all idle connections
/// of this client, so a hash that cannot be foreseen would cost more than it protects.
pub(super) fn bucket_of(host: &str, port: u16) -> usize {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = host.bytes().chain(port.to_le_bytes()).fold(0x811c_9dc5, step);
    (hash ^ (hash >> 16)) as usize % BUCKETS
}
