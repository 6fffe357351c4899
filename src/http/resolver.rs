//! From a host to its addresses: literals, overrides and `localhost` at once, all else by lookup threads.
//!
//! Knows what a host in a URL looks like and which address families are allowed; knows nothing of how a lookup is done.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::cancel::WakePipe;
use super::error::{Failure, Kind};
use super::exchange::Exchange;
use super::lookup_threads::LookupThreads;
use super::request::IpFamily;
use super::settings::DnsOverride;

/// See the module's text. One per client.
#[derive(Debug)]
pub struct Resolver {
    overrides: Vec<DnsOverride>,
    lookups: LookupThreads,
}

impl Resolver {
    /// A resolver with these fixed answers.
    pub fn new(overrides: Vec<DnsOverride>, lookups: LookupThreads) -> Resolver {
        Resolver { overrides, lookups }
    }

    /// The addresses of a host, at least one, in the order of preference. `host` is a name or an address literal, in
    /// brackets or not. Blocks under the exchange; the caller has entered its phase.
    pub fn resolve(
        &self,
        host: &str,
        port: u16,
        family: IpFamily,
        exchange: &Exchange,
        pipe: &WakePipe,
    ) -> Result<Vec<SocketAddr>, Failure> {
        exchange.check()?;
        let host = bare(host);
        let allowed = |address: &IpAddr| match family {
            IpFamily::Any => true,
            IpFamily::V4 => address.is_ipv4(),
            IpFamily::V6 => address.is_ipv6(),
        };
        let all: Arc<[IpAddr]> = match self.known(host, port) {
            Some(known) => known.into(),
            None => self.lookups.look_up(host, family, exchange, pipe)?,
        };
        let usable: Vec<SocketAddr> =
            all.iter().filter(|a| allowed(a)).map(|a| SocketAddr::new(*a, port)).collect();
        if usable.is_empty() {
            let what = match family {
                IpFamily::Any => "address",
                IpFamily::V4 => "IPv4 address",
                IpFamily::V6 => "IPv6 address",
            };
            return Err(Failure::new(
                Kind::Resolve,
                exchange.phase(),
                format!("the host {host} has no {what}"),
            ));
        }
        Ok(usable)
    }

    /// Begins no more lookups; idle threads end now, others when their lookup returns.
    pub fn close(&self) {
        self.lookups.close();
    }

    /// After [`Resolver::close`]: waits for the threads to end. False when one was still in a lookup at `deadline`.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        self.lookups.wait_closed(deadline)
    }

    /// What needs no thread.
    fn known(&self, host: &str, port: u16) -> Option<Vec<IpAddr>> {
        let fixed: Vec<IpAddr> = self
            .overrides
            .iter()
            .filter(|o| o.port == port && o.host.eq_ignore_ascii_case(host))
            .flat_map(|o| o.addresses.iter().copied())
            .collect();
        if !fixed.is_empty() {
            return Some(fixed);
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(vec![address]);
        }
        is_localhost(host).then(|| vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()])
    }
}

/// Without the brackets of an IPv6 literal in a URL.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host)
}

/// RFC 6761 section 6.3: `localhost` and everything below it, absolute or not, never leaves the device.
fn is_localhost(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host
            .len()
            .checked_sub(".localhost".len())
            .and_then(|at| host.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(".localhost"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::loopback::patient_worker;

    fn resolver(overrides: Vec<DnsOverride>) -> Resolver {
        let nobody = Box::new(|host: &str, _| panic!("{host} needs no lookup"));
        Resolver::new(overrides, LookupThreads::asking(Duration::ZERO, nobody))
    }

    fn resolve(resolver: &Resolver, host: &str, family: IpFamily) -> Result<Vec<String>, Failure> {
        let (exchange, pipe) = patient_worker();
        let found = resolver.resolve(host, 80, family, &exchange, &pipe)?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn literals_and_localhost_need_no_lookup() {
        let r = resolver(Vec::new());
        let any = |host| resolve(&r, host, IpFamily::Any).unwrap();
        assert_eq!(any("127.0.0.1"), ["127.0.0.1:80"]);
        for literal in ["[::1]", "::1"] {
            assert_eq!(any(literal), ["[::1]:80"]);
        }
        for name in ["localhost", "LOCALHOST.", "a.b.localhost", "a.Localhost."] {
            assert_eq!(any(name), ["[::1]:80", "127.0.0.1:80"], "{name}");
        }
        assert_eq!(resolve(&r, "localhost", IpFamily::V4).unwrap(), ["127.0.0.1:80"]);
        assert_eq!(resolve(&r, "localhost", IpFamily::V6).unwrap(), ["[::1]:80"]);
        for other in ["notlocalhost", "localhost.test", ".localhos", "\u{e9}localhost"] {
            assert!(!is_localhost(other), "{other}");
        }
    }

    #[test]
    fn overrides_hold_for_their_port_and_come_before_all_else() {
        let fixed = |host: &str, port, address: &str| DnsOverride {
            host: host.into(),
            port,
            addresses: vec![address.parse().unwrap()],
        };
        let r = resolver(vec![
            fixed("a.test", 80, "10.0.0.1"),
            fixed("a.test", 443, "10.0.0.3"),
            fixed("a.test", 80, "10.0.0.2"),
            fixed("localhost", 80, "10.0.0.4"),
        ]);
        let any = |host| resolve(&r, host, IpFamily::Any).unwrap();
        assert_eq!(any("A.test"), ["10.0.0.1:80", "10.0.0.2:80"]);
        assert_eq!(any("localhost"), ["10.0.0.4:80"]);
    }

    #[test]
    fn no_address_of_the_family_is_said_so() {
        let failure = resolve(&resolver(Vec::new()), "[::1]", IpFamily::V4).unwrap_err();
        assert_eq!(failure.kind, Kind::Resolve);
        assert_eq!(failure.message, "the host ::1 has no IPv4 address");
    }
}
