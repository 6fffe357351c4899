//! Which hosts are reached without a proxy: `localhost,.internal,10.0.0.0/8,[::1]:8080,*`.
//!
//! A name matches itself and its subdomains, with or without a dot in front, as curl and most others have it. Addresses
//! and networks match address literals only: no name is looked up for this.

use std::net::IpAddr;

use url::Host;

use super::dns_override::{parse_ip, parse_port};

/// Hosts that are reached directly: "localhost,.internal,10.0.0.0/8,*".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    what: What,
    /// None: any.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    All,
    /// Lower case, without dots at its ends.
    Name(String),
    Net(IpAddr, u8),
}

impl NoProxy {
    /// Parses a list, separated by commas or white space; the error names the wrong entry.
    pub fn parse(text: &str) -> Result<NoProxy, String> {
        let entries = parts(text).map(|part| {
            Entry::parse(part).ok_or_else(|| {
                let shown: String = part.chars().take(100).flat_map(char::escape_debug).collect();
                format!("\"{shown}\" in the no-proxy list is not a host, an address or a network")
            })
        });
        Ok(NoProxy { entries: entries.collect::<Result<_, _>>()? })
    }

    /// As [`NoProxy::parse`], but passes over what it does not understand: the environment's list was written for others.
    pub fn parse_lenient(text: &str) -> NoProxy {
        NoProxy { entries: parts(text).filter_map(Entry::parse).collect() }
    }

    /// Whether this host is reached directly. The host is a name or an address, with or without brackets.
    pub fn matches(&self, host: &str, port: u16) -> bool {
        if self.entries.is_empty() {
            return false;
        }
        let address = parse_ip(host).map(|ip| ip.to_canonical());
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        self.entries.iter().any(|entry| {
            entry.port.is_none_or(|p| p == port)
                && match (&entry.what, address) {
                    (What::All, _) => true,
                    (What::Net(net, bits), Some(ip)) => in_net(ip, *net, *bits),
                    (What::Net(..), None) | (What::Name(_), Some(_)) => false,
                    (What::Name(suffix), None) => name
                        .strip_suffix(suffix.as_str())
                        .is_some_and(|before| before.is_empty() || before.ends_with('.')),
                }
        })
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|part| !part.is_empty())
}

impl Entry {
    fn parse(text: &str) -> Option<Entry> {
        if let Some((address, bits)) = text.split_once('/') {
            let address = parse_ip(address)?;
            let bits: u8 =
                bits.bytes().all(|b| b.is_ascii_digit()).then(|| bits.parse().ok())??;
            let most = if address.is_ipv4() { 32 } else { 128 };
            return (bits <= most).then_some(Entry { what: What::Net(address, bits), port: None });
        }
        // An IPv6 address without brackets is all colons; no port can follow it.
        if let Some(ip) = parse_ip(text) {
            return Some(Entry { what: host_net(ip), port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(parse_port(port)?)),
            None => (text, None),
        };
        if let Some(ip) = parse_ip(host) {
            return Some(Entry { what: host_net(ip), port });
        }
        if host == "*" {
            return Some(Entry { what: What::All, port });
        }
        let name = host.strip_prefix('*').unwrap_or(host);
        let name = name.strip_prefix('.').unwrap_or(name);
        let name = name.strip_suffix('.').unwrap_or(name);
        match Host::parse(name).ok()? {
            Host::Domain(name) => Some(Entry { what: What::Name(name), port }),
            Host::Ipv4(ip) => Some(Entry { what: host_net(ip.into()), port }),
            Host::Ipv6(_) => None,
        }
    }
}

fn host_net(ip: IpAddr) -> What {
    let ip = ip.to_canonical();
    What::Net(ip, if ip.is_ipv4() { 32 } else { 128 })
}

fn in_net(ip: IpAddr, net: IpAddr, bits: u8) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            let differ = u32::from(ip) ^ u32::from(net);
            bits == 0 || differ >> (32 - bits) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            let differ = u128::from(ip) ^ u128::from(net);
            bits == 0 || differ >> (128 - bits) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn rules() {
        for (list, host, port, want) in [
            ("", "h", 80, false),
            ("*", "h", 80, true),
            ("*", "::1", 80, true),
            ("localhost", "localhost", 80, true),
            ("LocalHost", "LOCALHOST", 80, true),
            ("example.com", "example.com", 80, true),
            ("example.com", "www.example.com", 80, true),
            ("example.com", "notexample.com", 80, false),
            ("example.com", "example.com.evil", 80, false),
            (".example.com", "www.example.com", 80, true),
            (".example.com", "example.com", 80, true),
            ("*.example.com", "www.example.com", 80, true),
            ("example.com.", "example.com", 80, true),
            ("example.com", "example.com.", 80, true),
            ("bücher.example", "xn--bcher-kva.example", 80, true),
            ("a, b\tc ,,d", "c", 80, true),
            ("h:8080", "h", 8080, true),
            ("h:8080", "h", 80, false),
            ("*:8080", "h", 80, false),
            ("10.0.0.1", "10.0.0.1", 80, true),
            ("10.0.0.1", "110.0.0.1", 80, false),
            ("10.0.0.1:81", "10.0.0.1", 81, true),
            ("10.0.0.1:81", "10.0.0.1", 80, false),
            ("10.0.0.0/8", "10.255.1.2", 80, true),
            ("10.0.0.0/8", "11.0.0.1", 80, false),
            ("10.0.0.0/8", "10.example", 80, false),
            ("10.1.2.3/0", "200.1.1.1", 80, true),
            ("10.0.0.1/32", "10.0.0.2", 80, false),
            ("0.0.0.0/0", "::1", 80, false),
            ("::1", "::1", 80, true),
            ("::1", "[::1]", 80, true),
            ("[::1]", "::1", 80, true),
            ("[::1]:80", "[::1]", 80, true),
            ("[::1]:80", "::1", 81, false),
            ("fd00::/8", "fdff::1", 80, true),
            ("[fd00::]/8", "fe00::1", 80, false),
            ("::/0", "2001:db8::1", 80, true),
            ("10.0.0.1", "::ffff:10.0.0.1", 80, true),
            ("0.0.1", "10.0.0.1", 80, false),
        ] {
            let got = NoProxy::parse(list).expect(list).matches(host, port);
            assert_eq!(got, want, "{list:?} {host} {port}");
        }
    }

    #[test]
    fn wrong_entries_are_named() {
        for bad in [
            "10.0.0.0/33",
            "::1/129",
            "h/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "h:0",
            "h:x",
            "a%b",
            "[::1",
            ".",
        ] {
            let sentence = NoProxy::parse(&format!("good,{bad}")).expect_err(bad);
            assert!(sentence.contains(bad), "{sentence}");
            assert!(NoProxy::parse_lenient(&format!("{bad} good")).matches("good", 1));
        }
    }

    #[test]
    fn no_text_panics() {
        let pieces =
            ["h", ".", "*", ",", ":", "/", "8", "80", "10.0.0.0", "[", "]", "::", "ü", "%", "é"];
        let mut random = Random(99);
        let mut matched = 0;
        for _ in 0..20_000 {
            let list = NoProxy::parse_lenient(&random.text(&pieces, 8));
            let host = random.text(&pieces, 3);
            matched += usize::from(list.matches(&host, 80));
        }
        assert!(matched > 100, "{matched}");
    }
}
