//! An abort from another thread ends each step of making a connection at once. With `--nocapture` it prints how soon.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::dial::Dialer;
use super::error::{Kind, Phase};
use super::exchange::Exchange;
use super::lookup_threads::LookupThreads;
use super::loopback::*;
use super::proxy::{Proxy, ProxyKind};
use super::seam::Route;
use super::settings::Settings;

/// Aborts a connect over and over, each time as soon as `there` says that the worker has come to the step; checks
/// where it ended and returns the times from abort to return.
fn abort_in(
    dialer: &Dialer,
    url: &str,
    proxy: Option<&Arc<Proxy>>,
    phase: Phase,
    there: impl Fn(&Exchange) -> bool + Sync,
) {
    let url = Url::parse(url).unwrap();
    let route = Route { proxy, tunnel: true, ..direct(&url) };
    let mut times = Vec::new();
    for n in 0..40 {
        let (exchange, pipe) = patient_worker();
        let (failure, took) = thread::scope(|scope| {
            let aborter = scope.spawn(|| {
                while exchange.phase() != phase || !there(&exchange) {
                    thread::yield_now();
                }
                // Half of the aborts hit a worker that is still on its way, half one that is asleep in poll.
                if n % 2 == 0 {
                    thread::sleep(Duration::from_millis(2));
                }
                let at = Instant::now();
                exchange.cancel.set();
                at
            });
            let failure = dialer.connect(&route, false, &exchange, &pipe).unwrap_err();
            let end = Instant::now();
            (failure, end.saturating_duration_since(aborter.join().unwrap()))
        });
        assert_eq!((failure.kind, failure.phase), (Kind::Aborted, phase));
        times.push(took);
    }
    times.sort();
    let (p50, max) = (times[times.len() / 2], times[times.len() - 1]);
    println!("abort in {phase:?} of {url} through {proxy:?}: p50 {p50:?}, max {max:?}");
    // Far above what it takes, far below any timeout: says that nothing was waited for.
    assert!(p50 < Duration::from_millis(200), "{times:?}");
}

fn sent(exchange: &Exchange) -> bool {
    exchange.wire_bytes().0 > 0
}

/// Accepts, by its queue, and says nothing.
fn silent() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[test]
fn during_the_lookup() {
    let (gate, lookups) = Gate::closed(Duration::ZERO);
    let dialer = Dialer::with_lookups(&Settings::default(), lookups).unwrap();
    abort_in(&dialer, "http://a.test/", None, Phase::Resolve, |_| gate.begun() == 1);
    gate.open();
}

#[test]
#[cfg(target_os = "linux")]
fn during_the_connect() {
    let (at, _held) = dead_address();
    let dialer = Dialer::new(&Settings::default()).unwrap();
    abort_in(&dialer, &format!("http://{at}/"), None, Phase::Connect, |_| true);
}

#[test]
fn during_the_talk_with_a_proxy() {
    let dialer = Dialer::with_lookups(&Settings::default(), LookupThreads::system()).unwrap();
    for kind in [ProxyKind::Http, ProxyKind::Socks5h] {
        let server = silent();
        let proxy = proxy_at(kind, server.local_addr().unwrap(), None);
        abort_in(&dialer, "http://a.test/", Some(&proxy), Phase::Connect, sent);
    }
}

#[test]
fn during_the_tls_handshake() {
    let server = silent();
    let url = format!("https://{}/", server.local_addr().unwrap());
    let dialer = Dialer::new(&Settings::default()).unwrap();
    abort_in(&dialer, &url, None, Phase::Tls, sent);
}
