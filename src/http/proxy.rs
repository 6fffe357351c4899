//! Proxies as text: what kind, where, with which credentials, and what the environment says.
//!
//! Parsing only; talking to a proxy is `tunnel` and `socks`, and which hosts need none is `no_proxy`. Errors are sentences
//! that name what is wrong, never the credentials.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use url::Host;

use super::dns_override::parse_port;
pub use super::no_proxy::NoProxy;

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
    pub fn parse(text: &str) -> Result<Proxy, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (kind, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (ProxyKind::Http, 80),
            "socks5" => (ProxyKind::Socks5, 1080),
            "socks5h" => (ProxyKind::Socks5h, 1080),
            "https" => return Err("https proxies are unsupported; use an http proxy".to_owned()),
            "socks4" | "socks4a" => {
                return Err("SOCKS4 proxies are unsupported; use socks5 or socks5h".to_owned());
            }
            // What stands here may be a password that was put in the wrong place.
            _ => return Err("the proxy's scheme is not http, socks5 or socks5h".to_owned()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (userinfo, host_port) = match authority.rsplit_once('@') {
            Some((userinfo, host_port)) => (Some(userinfo), host_port),
            None => (None, authority),
        };
        if host_port.contains(['/', '?', '#', '\\']) {
            return Err("the proxy has a path or query, which means nothing".to_owned());
        }
        let (host, port) = split_port(host_port);
        let host = match Host::parse(host) {
            Ok(Host::Domain(name)) => name,
            Ok(Host::Ipv4(ip)) => ip.to_string(),
            Ok(Host::Ipv6(ip)) => ip.to_string(),
            Err(why) => {
                return Err(format!("the proxy's host \"{}\" is wrong: {why}", shown(host)));
            }
        };
        let port = match port {
            None => default_port,
            Some(port) => parse_port(port).ok_or_else(|| {
                // What is no number may be a password that was put in the wrong place.
                match port.bytes().all(|b| b.is_ascii_digit()) {
                    true => format!("the proxy's port {port:.9} is not one from 1 to 65535"),
                    false => "the proxy's port is not a number from 1 to 65535".to_owned(),
                }
            })?,
        };
        let credentials = userinfo.map(credentials).transpose()?.flatten();
        if kind == ProxyKind::Http && credentials.as_ref().is_some_and(|(u, _)| u.contains(':')) {
            return Err("the proxy's user name has a colon, which Basic cannot carry".to_owned());
        }
        let longest = credentials.as_ref().map_or(0, |(u, p)| u.len().max(p.len()));
        if kind != ProxyKind::Http && longest > 255 {
            return Err("the proxy's user name or password is longer than 255 bytes".to_owned());
        }
        Ok(Proxy { kind, host, port, credentials })
    }
}

/// The proxies that the environment names.
#[derive(Clone, Debug, Default)]
pub struct EnvProxies {
    /// For http URLs.
    pub http: Option<Arc<Proxy>>,
    /// For https URLs.
    pub https: Option<Arc<Proxy>>,
    /// `NO_PROXY`.
    pub no_proxy: NoProxy,
}

impl EnvProxies {
    /// Reads the environment as curl does: the lower-case name first, an empty value is none, and `HTTP_PROXY` is never
    /// read, because a CGI program would take it from a `Proxy:` header of its client (httpoxy). The error names the variable.
    pub fn from_env() -> Result<EnvProxies, String> {
        EnvProxies::from_vars(|name| std::env::var(name).ok())
    }

    fn from_vars(get: impl Fn(&str) -> Option<String>) -> Result<EnvProxies, String> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| get(name).map(|value| (*name, value)))
        };
        let proxy = |names: &[&'static str]| match first(names) {
            Some((_, value)) if value.trim().is_empty() => Ok(None),
            Some((name, value)) => match Proxy::parse(&value) {
                Ok(proxy) => Ok(Some(Arc::new(proxy))),
                Err(why) => Err(format!("the environment variable {name} is wrong: {why}")),
            },
            None => Ok(None),
        };
        Ok(EnvProxies {
            http: proxy(&["http_proxy", "all_proxy", "ALL_PROXY"])?,
            https: proxy(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?,
            no_proxy: first(&["no_proxy", "NO_PROXY"])
                .map_or_else(NoProxy::default, |(_, value)| NoProxy::parse_lenient(&value)),
        })
    }
}

/// Splits `host:port`; the host keeps its brackets.
fn split_port(text: &str) -> (&str, Option<&str>) {
    let after_host = text.rfind(']').map_or(0, |i| i + 1);
    match text[after_host..].find(':') {
        Some(i) => (&text[..after_host + i], Some(&text[after_host + i + 1..])),
        None => (text, None),
    }
}

fn credentials(userinfo: &str) -> Result<Option<(String, String)>, String> {
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    let decode = |part: &str| {
        percent_decode_str(part).decode_utf8().map(|t| t.into_owned()).ok().filter(|t| {
            // RFC 7617 2: no control characters.
            !t.chars().any(char::is_control)
        })
    };
    match (decode(user), decode(password)) {
        (Some(user), Some(password)) if user.is_empty() && password.is_empty() => Ok(None),
        (Some(user), Some(password)) => Ok(Some((user, password))),
        _ => {
            Err("the proxy's credentials are not text (UTF-8 without control characters)"
                .to_owned())
        }
    }
}

fn shown(part: &str) -> String {
    part.chars().take(100).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn good_ones() {
        use ProxyKind::*;
        let joe = |p: &str| Some(("joe".to_owned(), p.to_owned()));
        for (text, kind, host, port, credentials) in [
            ("http://p", Http, "p", 80, None),
            ("http://p:3128/", Http, "p", 3128, None),
            ("p:3128", Http, "p", 3128, None),
            ("P.Example", Http, "p.example", 80, None),
            (" HTTP://joe:pw@p:1 ", Http, "p", 1, joe("pw")),
            ("joe:pw@p:1", Http, "p", 1, joe("pw")),
            ("http://joe@p", Http, "p", 80, joe("")),
            ("http://@p", Http, "p", 80, None),
            ("http://joe:a%40b%3A%2f@p", Http, "p", 80, joe("a@b:/")),
            ("http://joe:a@b@p", Http, "p", 80, joe("a@b")),
            ("http://joe:a:b/c@p", Http, "p", 80, joe("a:b/c")),
            ("http://joe:100%@p", Http, "p", 80, joe("100%")),
            ("http://joe:%C3%BC@p", Http, "p", 80, joe("ü")),
            ("http://[::1]:8080", Http, "::1", 8080, None),
            ("[FD00::1]", Http, "fd00::1", 80, None),
            ("http://10.0.0.1:8080", Http, "10.0.0.1", 8080, None),
            ("socks5://p", Socks5, "p", 1080, None),
            ("socks5h://joe:pw@p:9050", Socks5h, "p", 9050, joe("pw")),
        ] {
            let want = Proxy { kind, host: host.to_owned(), port, credentials };
            let got = Proxy::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert!(got == want, "{text}: {got:?} {:?}", got.credentials);
        }
    }

    #[test]
    fn bad_ones_say_why_and_keep_the_secret() {
        let long = format!("socks5://joe:{}@p", "x".repeat(256));
        for (text, word) in [
            ("", "host"),
            ("http://", "host"),
            ("https://joe:hush@p", "unsupported"),
            ("socks4://joe:hush@p", "SOCKS4"),
            ("ftp://joe:hush@p", "scheme"),
            ("joe:hush://p", "scheme"),
            ("http://joe:hush@", "host"),
            ("http://joe:hush@p:0", "port"),
            ("http://joe:hush@p:99999", "99999"),
            ("http://joe:hush@p:", "port"),
            ("http://joe:hush@p:x", "port"),
            ("joe:hush", "port"),
            ("http://p:hush", "port"),
            ("http://joe:hush@p/path", "path"),
            ("http://joe:hush@p?q", "query"),
            ("http://joe:hush@a b", "a b"),
            ("http://joe:hush@[::1", "host"),
            ("http://joe:hush@::1:80", "host"),
            ("http://joe:hush%00@p", "credentials"),
            ("http://joe:hush%ff@p", "credentials"),
            ("http://j%3aoe:hush@p", "colon"),
            ("http://foo.1.2.3.4.5", "host"),
            (&long, "255"),
        ] {
            let sentence = Proxy::parse(text).expect_err(text);
            assert!(sentence.contains(word), "{text}: {sentence}");
            assert!(!sentence.contains("hush"), "{sentence}");
        }
    }

    #[test]
    fn debug_shows_no_credentials() {
        let p = Proxy::parse("http://joe:hush@p:1").expect("a good proxy");
        assert_eq!(format!("{p:?}"), "Proxy(Http p:1)");
    }

    #[test]
    fn the_environment() {
        let with = |vars: &'static [(&str, &str)]| {
            EnvProxies::from_vars(move |name| {
                vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
            })
        };
        let hosts = |e: &EnvProxies| {
            (e.http.as_ref().map(|p| p.host.clone()), e.https.as_ref().map(|p| p.host.clone()))
        };
        let some = |h: &str| Some(h.to_owned());
        let e = with(&[("http_proxy", "a"), ("HTTPS_PROXY", "b"), ("no_proxy", "x,:::,/99")])
            .expect("good");
        assert_eq!(hosts(&e), (some("a"), some("b")));
        assert!(e.no_proxy.matches("x", 80));
        let e = with(&[("HTTP_PROXY", "a"), ("https_proxy", "b"), ("HTTPS_PROXY", "c")]);
        assert_eq!(hosts(&e.expect("good")), (None, some("b")));
        let e = with(&[("ALL_PROXY", "a"), ("https_proxy", " ")]);
        assert_eq!(hosts(&e.expect("good")), (some("a"), None));
        let e = with(&[("https_proxy", "https://u:hush@p")]).expect_err("unsupported");
        assert!(e.contains("https_proxy") && !e.contains("hush"), "{e}");
    }

    #[test]
    fn no_text_panics() {
        let pieces = [
            "http", "socks5", "://", "@", ":", "/", "[", "]", "::1", "p", "ü", "%", "%zz", "80",
            "\0", " ", "joe", "1.2.3",
        ];
        let mut random = Random(7);
        let good = (0..20_000).filter(|_| Proxy::parse(&random.text(&pieces, 8)).is_ok()).count();
        assert!(good > 100, "{good}");
    }
}
