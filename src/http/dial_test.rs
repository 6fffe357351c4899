//! Tests of whole ways to a server: plain, TLS, reuse, marks and failures. Proxies and aborts have files of their own.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, IsCa, date_time_ymd};
use rustls::version::{TLS12, TLS13};
use url::Url;

use super::dial::Dialer;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Limits, Mark, UNKNOWN};
use super::loopback::*;
use super::request::IpFamily;
use super::seam::Route;
use super::settings::{DnsOverride, Settings};

const MARKS: [Mark; 6] = [
    Mark::ResolveStart,
    Mark::ResolveEnd,
    Mark::ConnectStart,
    Mark::ConnectEnd,
    Mark::TlsStart,
    Mark::TlsEnd,
];

fn plain_dialer() -> Arc<Dialer> {
    Dialer::new(&Settings::default()).unwrap()
}

fn connect_fails(dialer: &Dialer, url: &str) -> Failure {
    let (exchange, pipe) = patient_worker();
    dialer.connect(&direct(&Url::parse(url).unwrap()), false, &exchange, &pipe).unwrap_err()
}

#[test]
fn plain_bytes_go_both_ways_and_the_connection_is_used_again() {
    let (at, server) = serve_once(|mut stream| echo(&mut stream));
    let url = Url::parse(&format!("http://{at}/x")).unwrap();
    let (dialer, (exchange, pipe)) = (plain_dialer(), patient_worker());
    let mut first = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    assert!(!first.reused && !first.wire.is_tls() && first.forward_proxy.is_none());
    assert_eq!((first.wire.peer(), exchange.phase()), (at, Phase::Connect));
    let marks = MARKS.map(|m| exchange.marked(m));
    assert!(marks[..4].is_sorted() && marks[0] >= 0, "{marks:?}");
    assert_eq!(marks[4..], [UNKNOWN; 2]);
    send_all(&mut first.wire, b"hello", &exchange, &pipe);
    assert_eq!(read_up_to(&mut first.wire, 5, &exchange, &pipe).unwrap(), b"hello");
    assert_eq!(exchange.wire_bytes(), (5, 5));
    dialer.put_back(first, Instant::now());

    let mut second = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    assert!(second.reused && exchange.reused.load(Ordering::Relaxed));
    assert_eq!(MARKS.map(|m| exchange.marked(m)), [UNKNOWN; 6]);
    send_all(&mut second.wire, b"again", &exchange, &pipe);
    assert_eq!(read_up_to(&mut second.wire, 5, &exchange, &pipe).unwrap(), b"again");
    drop(second);
    server.join().unwrap();
}

#[test]
fn a_pooled_connection_that_was_closed_or_spoke_is_not_used() {
    for speaks in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let (dialer, (exchange, pipe)) = (plain_dialer(), patient_worker());
        let first = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        let fd = first.wire.fd();
        dialer.put_back(first, Instant::now());
        if speaks {
            stream.write_all(b"HTTP/1.1 408 Request Timeout\r\n").unwrap();
        } else {
            drop(stream);
        }
        let seen = super::wait::wait(
            fd,
            super::wait::Interest::READ,
            &exchange,
            &pipe,
            super::exchange::Patience::Forever,
            None,
        );
        seen.unwrap();
        assert!(!dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap().reused);
    }
}

#[test]
fn a_fresh_connection_does_not_come_from_the_pool_and_family_is_part_of_the_key() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let (dialer, (exchange, pipe)) = (plain_dialer(), patient_worker());
    dialer
        .put_back(dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap(), Instant::now());
    assert!(!dialer.connect(&direct(&url), true, &exchange, &pipe).unwrap().reused);
    let v4 = Route { ip_family: IpFamily::V4, ..direct(&url) };
    assert!(!dialer.connect(&v4, false, &exchange, &pipe).unwrap().reused);
    assert!(dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap().reused);
    dialer
        .put_back(dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap(), Instant::now());
    dialer.close();
    assert!(!dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap().reused);
}

#[test]
fn tls_1_2_and_1_3_carry_bytes_and_end_in_order() {
    for version in [&TLS12, &TLS13] {
        let pair = certificate(&["a.test"], |_| {});
        let root = pair.0.clone();
        let config = tls_server(pair, &[version]);
        let (at, server) = serve_once(move |stream| {
            let mut stream = tls_stream(&config, stream);
            let got = read_until(&mut stream, b"!");
            stream.write_all(&got).unwrap();
            stream.conn.send_close_notify();
            stream.flush().unwrap();
            // Until the client has closed as well.
            let _ = stream.read(&mut [0]);
        });
        let settings = Settings {
            extra_roots: vec![root],
            dns_overrides: vec![DnsOverride {
                host: "a.test".into(),
                port: at.port(),
                addresses: vec![at.ip()],
            }],
            ..Settings::default()
        };
        let dialer = Dialer::new(&settings).unwrap();
        let url = Url::parse(&format!("https://a.test:{}/", at.port())).unwrap();
        let (exchange, pipe) = patient_worker();
        let mut c = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
        assert_eq!((c.wire.is_tls(), exchange.phase()), (true, Phase::Tls));
        let marks = MARKS.map(|m| exchange.marked(m));
        assert!(marks.is_sorted() && marks[0] >= 0, "{marks:?}");
        // More than the kernel takes at once, so that partial writes are met.
        let mut sent = vec![b'.'; 3_000_000];
        sent.push(b'!');
        send_all(&mut c.wire, &sent, &exchange, &pipe);
        let got = read_up_to(&mut c.wire, usize::MAX, &exchange, &pipe).unwrap();
        assert!(got == sent, "{} bytes", got.len());
        let (out, back) = exchange.wire_bytes();
        assert!(out > 3_000_000 && back > 3_000_000, "{out} {back}");
        drop(c);
        server.join().unwrap();
    }
}

#[test]
fn tls_without_close_notify_is_an_unexpected_end() {
    let pair = certificate(&["127.0.0.1"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS13]);
    let (at, server) = serve_once(move |stream| {
        let mut stream = tls_stream(&config, stream);
        read_until(&mut stream, b"!");
        stream.write_all(b"half").unwrap();
        stream.flush().unwrap();
    });
    let dialer = Dialer::new(&settings).unwrap();
    // The certificate names an IP address, which needs no DNS and sends no SNI.
    let url = Url::parse(&format!("https://{at}/")).unwrap();
    let (exchange, pipe) = patient_worker();
    let mut c = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    send_all(&mut c.wire, b"!", &exchange, &pipe);
    assert_eq!(read_up_to(&mut c.wire, 4, &exchange, &pipe).unwrap(), b"half");
    let end = read_up_to(&mut c.wire, 1, &exchange, &pipe).unwrap_err();
    assert_eq!(end.kind(), ErrorKind::UnexpectedEof);
    server.join().unwrap();
}

#[test]
fn session_tickets_do_not_spoil_an_idle_tls_connection_and_sessions_are_resumed() {
    let pair = certificate(&["127.0.0.1"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS13]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let server = thread::spawn(move || {
        [(); 2].map(|()| {
            let mut stream = tls_stream(&config, listener.accept().unwrap().0);
            echo(&mut stream);
            stream.conn.handshake_kind()
        })
    });
    let dialer = Dialer::new(&settings).unwrap();
    let (exchange, pipe) = patient_worker();
    let mut first = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    // The tickets follow the handshake at once and nobody has read them yet.
    let fd = first.wire.fd();
    let (read, forever) = (super::wait::Interest::READ, super::exchange::Patience::Forever);
    super::wait::wait(fd, read, &exchange, &pipe, forever, None).unwrap();
    assert!(first.wire.is_idle_and_open());
    send_all(&mut first.wire, b"x", &exchange, &pipe);
    assert_eq!(read_up_to(&mut first.wire, 1, &exchange, &pipe).unwrap(), b"x");
    dialer.put_back(first, Instant::now());
    let again = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    assert!(again.reused);
    drop(again);
    let mut second = dialer.connect(&direct(&url), true, &exchange, &pipe).unwrap();
    send_all(&mut second.wire, b"y", &exchange, &pipe);
    assert_eq!(read_up_to(&mut second.wire, 1, &exchange, &pipe).unwrap(), b"y");
    drop(second);
    let kinds = server.join().unwrap();
    assert_eq!(kinds.map(|k| k == Some(rustls::HandshakeKind::Resumed)), [false, true]);
}

/// As `openssl req -x509` makes it, and as developers hand it over.
#[test]
fn a_self_signed_authority_that_was_handed_over_is_accepted_as_a_server() {
    let pair = certificate(&["127.0.0.1"], |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS12, &TLS13]);
    let (at, server) = serve_once(move |stream| echo(&mut tls_stream(&config, stream)));
    let dialer = Dialer::new(&settings).unwrap();
    let url = Url::parse(&format!("https://{at}/")).unwrap();
    let (exchange, pipe) = patient_worker();
    let mut c = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    send_all(&mut c.wire, b"x", &exchange, &pipe);
    assert_eq!(read_up_to(&mut c.wire, 1, &exchange, &pipe).unwrap(), b"x");
    drop(c);
    server.join().unwrap();
}

#[test]
fn certificates_that_are_not_trusted_are_told_apart() {
    let mut said = Vec::new();
    for (trusted, name, from, to, ca) in [
        (false, "127.0.0.1", 2020, 4000, false),
        (true, "other.test", 2020, 4000, false),
        (true, "127.0.0.1", 2020, 2021, false),
        (true, "127.0.0.1", 3000, 4000, false),
        (false, "127.0.0.1", 2020, 4000, true),
        (true, "other.test", 2020, 4000, true),
        (true, "127.0.0.1", 2020, 2021, true),
    ] {
        let pair = certificate(&[name], |params| {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
            if ca {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            }
        });
        let roots = if trusted { vec![pair.0.clone()] } else { Vec::new() };
        let settings = Settings { extra_roots: roots, ..Settings::default() };
        let config = tls_server(pair, &[&TLS13]);
        let (at, server) = serve_once(move |stream| {
            let _ = tls_stream(&config, stream).read(&mut [0]);
        });
        let dialer = Dialer::new(&settings).unwrap();
        let failure = connect_fails(&dialer, &format!("https://{at}/"));
        assert_eq!((failure.kind, failure.phase), (Kind::Certificate, Phase::Tls));
        said.push(failure.message.split(": ").nth(1).unwrap().to_owned());
        server.join().unwrap();
    }
    assert_eq!(
        said,
        [
            "its issuer is unknown",
            "it is not valid for the name 127.0.0.1",
            "it expired on 2021-01-01",
            "it is not valid before 3000-01-01; is the clock right?",
            "it is that of a certificate authority (CA:TRUE), which no server may use",
            "it is not valid for the name 127.0.0.1",
            "it expired on 2021-01-01",
        ]
    );
}

#[test]
fn a_server_that_does_not_speak_tls_is_a_tls_failure() {
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let (at, server) = serve_once(move |mut stream| {
            stream.read_exact(&mut [0]).unwrap();
            stream.write_all(answer).unwrap();
        });
        let failure = connect_fails(&plain_dialer(), &format!("https://{at}/"));
        assert_eq!((failure.kind, failure.phase), (Kind::Tls, Phase::Tls), "{failure}");
        server.join().unwrap();
    }
}

#[test]
fn a_refused_connect_names_address_and_errno() {
    let (at, _held) = refusing_address();
    let failure = connect_fails(&plain_dialer(), &format!("http://{at}/"));
    assert_eq!((failure.kind, failure.phase), (Kind::Connect, Phase::Connect));
    assert_eq!(failure.os_error, libc::ECONNREFUSED);
    assert!(failure.message.contains(&at.to_string()), "{failure}");
}

#[test]
fn the_connect_limit_covers_a_silent_tls_server() {
    let (at, server) = serve_once(|mut stream| stream.read_to_end(&mut Vec::new()).unwrap());
    let limit = Some(Duration::from_millis(30));
    let (exchange, pipe) = worker(Limits { connect: limit, ..Limits::default() });
    let url = Url::parse(&format!("https://{at}/")).unwrap();
    let failure = plain_dialer().connect(&direct(&url), false, &exchange, &pipe).unwrap_err();
    assert_eq!((failure.kind, failure.phase), (Kind::Timeout, Phase::Tls));
    server.join().unwrap();
}
