//! Fixed answers of the name lookup as text: `host:443=10.0.0.1,[fd00::1]`.
//!
//! Errors are sentences that name the wrong part.

use std::net::IpAddr;

use url::Host;

use super::settings::DnsOverride;

impl DnsOverride {
    /// Parses one override. The host is a name (an address is never looked up), the port 1 to 65535, and there is at least
    /// one address; IPv6 addresses may stand in brackets.
    pub fn parse(text: &str) -> Result<DnsOverride, String> {
        let form = "must look like \"host:443=10.0.0.1,[fd00::1]\"";
        let shown =
            |part: &str| part.chars().take(100).flat_map(char::escape_debug).collect::<String>();
        let (left, right) = text.split_once('=').ok_or_else(|| {
            format!("the DNS override \"{}\" has no \"=\": it {form}", shown(text))
        })?;
        let (host, port) = left.trim().rsplit_once(':').ok_or_else(|| {
            format!("the DNS override \"{}\" has no port: it {form}", shown(text))
        })?;
        let port = parse_port(port).ok_or_else(|| {
            format!("the DNS override's port \"{}\" is not a number from 1 to 65535", shown(port))
        })?;
        let host = match Host::parse(host) {
            Ok(Host::Domain(name)) => name,
            Ok(_) => {
                return Err(format!(
                    "the DNS override's host \"{}\" is an address, which is never looked up",
                    shown(host)
                ));
            }
            Err(why) => {
                return Err(format!("the DNS override's host \"{}\" is wrong: {why}", shown(host)));
            }
        };
        let mut addresses = Vec::new();
        for part in right.split(',').map(str::trim) {
            let address = parse_ip(part).ok_or_else(|| {
                format!("the DNS override's \"{}\" is not an IP address", shown(part))
            })?;
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Ok(DnsOverride { host, port, addresses })
    }
}

/// 1 to 65535, digits only.
pub(super) fn parse_port(text: &str) -> Option<u16> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|port| *port != 0)
}

/// An address literal; IPv6 with or without brackets.
pub(super) fn parse_ip(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn good_ones() {
        let ip = |t: &str| t.parse::<IpAddr>().expect("an address");
        for (text, host, port, addresses) in [
            ("h:443=10.0.0.1,[fd00::1]", "h", 443, vec![ip("10.0.0.1"), ip("fd00::1")]),
            (" Api.Example.COM:80 = ::1 ", "api.example.com", 80, vec![ip("::1")]),
            ("bücher.example:1=1.2.3.4, 1.2.3.4", "xn--bcher-kva.example", 1, vec![ip("1.2.3.4")]),
        ] {
            let want = DnsOverride { host: host.to_owned(), port, addresses };
            assert_eq!(DnsOverride::parse(text), Ok(want), "{text}");
        }
    }

    #[test]
    fn bad_ones_are_named() {
        for (text, word) in [
            ("", "\"=\""),
            ("h:443", "\"=\""),
            ("h=1.2.3.4", "port"),
            ("h:0=1.2.3.4", "\"0\""),
            ("h:65536=1.2.3.4", "65536"),
            ("h:+1=1.2.3.4", "+1"),
            ("h:=1.2.3.4", "port"),
            (":443=1.2.3.4", "host"),
            ("a b:443=1.2.3.4", "a b"),
            ("1.2.3.4:443=1.2.3.4", "address"),
            ("[::1]:443=1.2.3.4", "address"),
            ("h:443=", "IP"),
            ("h:443=1.2.3.4,", "IP"),
            ("h:443=1.2.3", "1.2.3"),
            ("h:443=[1.2.3.4]", "1.2.3.4"),
            ("h:443=other.example", "other.example"),
            ("h:443=fe80::1%eth0", "eth0"),
        ] {
            let sentence = DnsOverride::parse(text).expect_err(text);
            assert!(sentence.contains(word), "{text}: {sentence}");
        }
    }

    #[test]
    fn no_text_panics() {
        let pieces =
            ["h", ":", "443", "=", "1.2.3.4", ",", "[", "]", "fd00::1", "ü", "%", " ", "\0", "."];
        let mut random = Random(42);
        let mut good = 0;
        for i in 0..20_000 {
            let start = if i % 2 == 0 { "h:443=" } else { "" };
            let text = format!("{start}{}", random.text(&pieces, 8));
            good += usize::from(DnsOverride::parse(&text).is_ok());
        }
        assert!(good > 0, "the generator never makes a good one");
    }
}
