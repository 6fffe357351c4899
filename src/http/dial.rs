//! Getting a connection: from the idle pool, or by lookup, TCP, proxy and TLS. And giving it back.
//!
//! Sets the phases and marks of these steps and obeys the exchange in each of them. Knows nothing of requests.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use url::Host;

use super::cancel::WakePipe;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark};
use super::idle::Idle;
use super::idle_key::{Key, Wanted};
use super::lookup_threads::LookupThreads;
use super::proxy::{Proxy, ProxyKind};
use super::resolver::Resolver;
use super::seam::Route;
use super::settings::Settings;
use super::talk::Talk;
use super::tls_rules::USUAL;
use super::tls_set_ups::TlsSetUps;
use super::wire::Wire;
use super::{happy, socks, tls, tunnel};

/// Addresses of a host that a SOCKS proxy is asked for, one after the other, where we resolve the name.
const SOCKS_TARGETS: usize = 4;

/// Makes and keeps connections; one per client.
#[derive(Debug)]
pub struct Dialer {
    resolver: Resolver,
    tls: TlsSetUps,
    /// Guards the idle connections; none is closed while it is held.
    idle: Mutex<Idle<Wire>>,
}

/// A connection in use.
#[derive(Debug)]
pub struct Connection {
    /// The bytes.
    pub wire: Wire,
    /// Whether it carried a request before.
    pub reused: bool,
    /// Set where requests must be sent in absolute form through an HTTP proxy (RFC 9112 3.2.2): the value of
    /// `proxy-authorization`, if the proxy has credentials.
    pub forward_proxy: Option<Option<http::HeaderValue>>,
    key: Arc<Key>,
}

impl Dialer {
    /// Builds the TLS set-up; fails when system roots were asked for and there are none.
    pub fn new(settings: &Settings) -> Result<Arc<Dialer>, Failure> {
        Dialer::with_lookups(settings, LookupThreads::system())
    }

    /// As [`Dialer::new`], with another name lookup.
    pub(crate) fn with_lookups(
        settings: &Settings,
        lookups: LookupThreads,
    ) -> Result<Arc<Dialer>, Failure> {
        Ok(Arc::new(Dialer {
            resolver: Resolver::new(settings.dns_overrides.clone(), lookups),
            tls: TlsSetUps::new(settings)?,
            idle: Mutex::new(Idle::new(settings.idle_connections, settings.idle_connection)),
        }))
    }

    /// A connection for this route; `fresh` does not look into the pool. Blocks under the exchange.
    pub fn connect(
        &self,
        route: &Route<'_>,
        fresh: bool,
        exchange: &Arc<Exchange>,
        pipe: &WakePipe,
    ) -> Result<Connection, Failure> {
        // Whatever has to wait for something looks at the clock.
        exchange.check_abort()?;
        for mark in [
            Mark::ResolveStart,
            Mark::ResolveEnd,
            Mark::ConnectStart,
            Mark::ConnectEnd,
            Mark::TlsStart,
            Mark::TlsEnd,
        ] {
            exchange.unmark(mark);
        }
        let way = Way::of(route)?;
        let forward_proxy = way.forward.map(tunnel::authorization);
        let wanted = way.wanted(route);
        let idle = if fresh { None } else { self.take_idle(&wanted) };
        let reused = idle.is_some();
        exchange.reused.store(reused, Ordering::Relaxed);
        let (key, wire) = match idle {
            Some(idle) => idle,
            None => {
                let wire = self.establish(&way, route, exchange, pipe)?;
                (Arc::new(wanted.to_key()), wire)
            }
        };
        Ok(Connection { wire, reused, forward_proxy, key })
    }

    /// Keeps a connection, whose last answer was read to its end just `now`, for the next request.
    pub fn put_back(&self, connection: Connection, now: Instant) {
        let mut closing = Vec::new();
        self.lock().put(connection.key, connection.wire, now, &mut closing);
    }

    /// Closes idle connections that are too old; returns when the next will be. Also done whenever one is taken or put
    /// back, so this is for the time in which there are no requests.
    pub fn expire_idle(&self) -> Option<Instant> {
        let mut closing = Vec::new();
        let mut idle = self.lock();
        idle.expire(Instant::now(), &mut closing);
        idle.next_expiry()
    }

    /// Closes all idle connections, keeps none from now on, and lets the lookup threads end when they can.
    pub fn close(&self) {
        let mut closing = Vec::new();
        self.lock().close(&mut closing);
        self.resolver.close();
    }

    /// After [`Dialer::close`]: waits for the lookup threads. False when one was still in a lookup at `deadline`.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        self.resolver.wait_closed(deadline)
    }

    fn lock(&self) -> MutexGuard<'_, Idle<Wire>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_idle(&self, wanted: &Wanted<'_>) -> Option<(Arc<Key>, Wire)> {
        let mut closing = Vec::new();
        loop {
            let taken = self.lock().take(wanted, Instant::now(), &mut closing);
            closing.clear();
            let (key, mut wire) = taken?;
            if wire.is_idle_and_open() {
                return Some((key, wire));
            }
        }
    }

    /// A new connection, ready for a request.
    fn establish(
        &self,
        way: &Way<'_>,
        route: &Route<'_>,
        exchange: &Arc<Exchange>,
        pipe: &WakePipe,
    ) -> Result<Wire, Failure> {
        let look_up = |host: &str, port: u16| {
            self.resolver.resolve(host, port, route.ip_family, exchange, pipe)
        };
        exchange.enter_phase(Phase::Resolve);
        exchange.mark(Mark::ResolveStart);
        let addresses = match way.proxy {
            Some(proxy) => look_up(&proxy.host, proxy.port).map_err(|f| unreachable(proxy, f))?,
            None => look_up(way.host, way.port)?,
        };
        let targets = match way.proxy {
            Some(proxy) if proxy.kind == ProxyKind::Socks5 => look_up(way.host, way.port)?,
            _ => Vec::new(),
        };
        exchange.mark(Mark::ResolveEnd);

        exchange.enter_phase(Phase::Connect);
        exchange.mark(Mark::ConnectStart);
        let wire = match way.proxy {
            None => tcp(&addresses, exchange, pipe)?,
            Some(proxy) => way.through(proxy, &addresses, &targets, exchange, pipe)?,
        };
        exchange.mark(Mark::ConnectEnd);
        if !way.tls {
            return Ok(wire);
        }

        exchange.enter_phase(Phase::Tls);
        exchange.mark(Mark::TlsStart);
        let session =
            tls::handshake(&self.tls.of(route.tls), way.host, wire.socket(), exchange, pipe)?;
        exchange.mark(Mark::TlsEnd);
        Ok(wire.with_tls(session))
    }
}

/// A route, looked at closely.
struct Way<'a> {
    tls: bool,
    /// An IPv6 literal has brackets.
    host: &'a str,
    port: u16,
    proxy: Option<&'a Arc<Proxy>>,
    /// The proxy, where it is not asked for a tunnel but sent the requests.
    forward: Option<&'a Proxy>,
}

impl<'a> Way<'a> {
    fn of(route: &Route<'a>) -> Result<Way<'a>, Failure> {
        let unusable = || {
            let sentence = format!("the scheme {} is not supported", route.url.scheme());
            Failure::new(Kind::Unsupported, Phase::None, sentence)
        };
        let tls = match route.url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(unusable()),
        };
        let host = route.url.host_str().ok_or_else(unusable)?;
        let port = route.url.port_or_known_default().ok_or_else(unusable)?;
        let forward = route
            .proxy
            .map(Arc::as_ref)
            .filter(|proxy| proxy.kind == ProxyKind::Http && !tls && !route.tunnel);
        Ok(Way { tls, host, port, proxy: route.proxy, forward })
    }

    fn wanted(&self, route: &Route<'a>) -> Wanted<'a> {
        let forward = self.forward.is_some();
        Wanted {
            tls: self.tls,
            host: if forward { "" } else { self.host },
            port: if forward { 0 } else { self.port },
            proxy: self.proxy,
            tunnel: self.proxy.is_some() && !forward,
            ip_family: route.ip_family,
            tls_rules: if self.tls { route.tls } else { &USUAL },
        }
    }

    /// Connects to the proxy at `addresses` and has it connect to the host.
    fn through(
        &self,
        proxy: &Proxy,
        addresses: &[SocketAddr],
        targets: &[SocketAddr],
        exchange: &Exchange,
        pipe: &WakePipe,
    ) -> Result<Wire, Failure> {
        let reach = || tcp(addresses, exchange, pipe).map_err(|f| unreachable(proxy, f));
        match proxy.kind {
            ProxyKind::Http => {
                let wire = reach()?;
                if self.forward.is_none() {
                    let talk = Talk { socket: wire.socket(), exchange, pipe };
                    tunnel::open(&talk, proxy, self.host, self.port)?;
                }
                Ok(wire)
            }
            ProxyKind::Socks5h => {
                let wire = reach()?;
                let talk = Talk { socket: wire.socket(), exchange, pipe };
                socks::open(&talk, proxy, self.remote_target()).map_err(|r| r.failure)?;
                Ok(wire)
            }
            ProxyKind::Socks5 => {
                let mut last = None;
                for target in targets.iter().take(SOCKS_TARGETS) {
                    let wire = reach()?;
                    let talk = Talk { socket: wire.socket(), exchange, pipe };
                    match socks::open(&talk, proxy, socks::Target::Address(*target)) {
                        Ok(()) => return Ok(wire),
                        Err(refusal) if refusal.other_address_may_do => {
                            last = Some(refusal.failure)
                        }
                        Err(refusal) => return Err(refusal.failure),
                    }
                }
                Err(last.expect("a lookup that succeeds gives at least one address"))
            }
        }
    }

    /// An address literal needs no resolving, and not every proxy takes one for a name.
    fn remote_target(&self) -> socks::Target<'_> {
        match Host::parse(self.host) {
            Ok(Host::Ipv4(ip)) => socks::Target::Address(SocketAddr::new(ip.into(), self.port)),
            Ok(Host::Ipv6(ip)) => socks::Target::Address(SocketAddr::new(ip.into(), self.port)),
            _ => socks::Target::Name(self.host, self.port),
        }
    }
}

fn tcp(addresses: &[SocketAddr], exchange: &Exchange, pipe: &WakePipe) -> Result<Wire, Failure> {
    happy::connect(addresses, exchange, pipe).map(|(socket, peer)| Wire::plain(socket, peer))
}

/// A proxy that is not found or does not answer is the proxy's failure; aborts, timeouts and shortages are not.
fn unreachable(proxy: &Proxy, mut failure: Failure) -> Failure {
    if matches!(failure.kind, Kind::Resolve | Kind::Connect) {
        failure.kind = Kind::Proxy;
        failure.message = format!(
            "the proxy {}:{} cannot be reached: {}",
            proxy.host, proxy.port, failure.message
        )
        .into();
    }
    failure
}
