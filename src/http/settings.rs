//! What holds for all requests of one client.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::CertificateDer;

use super::proxy::{NoProxy, Proxy};

/// Client-wide settings of the HTTP layer; all were checked when they were set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Trusted besides the others.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Trust the device's roots rather than those built in.
    pub system_roots: bool,
    /// Answers of the name lookup that are fixed: (host in lower case, port, addresses).
    pub dns_overrides: Vec<DnsOverride>,
    /// Connections kept open for reuse.
    pub idle_connections: usize,
    /// How long one is kept.
    pub idle_connection: Option<Duration>,
    /// Keep a cookie jar in memory.
    pub cookies: bool,
    /// Hosts that are reached without a proxy.
    pub no_proxy: NoProxy,
    /// Proxies from the environment, used where a request has none: (for http, for https).
    pub env_proxy: (Option<Arc<Proxy>>, Option<Arc<Proxy>>),
}

/// "host:443=10.0.0.1,[fd00::1]".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsOverride {
    /// Lower case.
    pub host: String,
    /// The port it holds for.
    pub port: u16,
    /// At least one.
    pub addresses: Vec<IpAddr>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            extra_roots: Vec::new(),
            system_roots: false,
            dns_overrides: Vec::new(),
            idle_connections: 64,
            idle_connection: Some(Duration::from_millis(15_000)),
            cookies: false,
            no_proxy: NoProxy::default(),
            env_proxy: (None, None),
        }
    }
}
