//! Proxies as text: what kind, where, with which credentials, and for which hosts not.
//!
//! Parsing only; talking to a proxy is `tunnel` and `socks`.

/// A proxy, parsed from `http://user:pw@host:port`, `socks5://…` or `socks5h://…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// How it is spoken to.
    pub kind: ProxyKind,
    /// Host name or address literal without brackets.
    pub host: String,
    /// 80, 443 or 1080 where none was given.
    pub port: u16,
    /// Percent-decoded.
    pub credentials: Option<(String, String)>,
}

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyKind {
    /// HTTP: absolute form for http, CONNECT for https.
    Http,
    /// SOCKS5; the host name is resolved here.
    Socks5,
    /// SOCKS5; the proxy resolves the host name.
    Socks5h,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({:?} {}:{})", self.kind, self.host, self.port)
    }
}

impl Proxy {
    /// Parses; the error is a sentence that names what is wrong, without the credentials.
    pub fn parse(_text: &str) -> Result<Proxy, String> {
        unimplemented!()
    }
}

/// Hosts that are reached directly: "localhost,.internal,10.0.0.0/8,*".
#[derive(Clone, Debug, Default)]
pub struct NoProxy {}

impl NoProxy {
    /// Parses a comma-separated list.
    pub fn parse(_text: &str) -> Result<NoProxy, String> {
        unimplemented!()
    }

    /// Whether this host is reached directly.
    pub fn matches(&self, _host: &str, _port: u16) -> bool {
        unimplemented!()
    }
}
