//! A connection and a TLS session serve only requests with the rules that they were made under; pins and certificates hold.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use rustls::pki_types::CertificateDer;
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, RootCertStore, ServerConfig};
use url::Url;

use super::dial::Dialer;
use super::error::{Failure, Kind};
use super::identity::Identity;
use super::loopback::*;
use super::pins::Pins;
use super::seam::Route;
use super::settings::Settings;
use super::testing::pem;
use super::tls_rules::{TlsRules, USUAL};
use super::tls_set_ups::TlsSetUps;

fn identity() -> (Option<Arc<Identity>>, CertificateDer<'static>) {
    let (certificate, key) = certificate(&["me"], |_| {});
    let text = pem("CERTIFICATE", &certificate) + &pem("PRIVATE KEY", key.secret_der());
    (Some(Arc::new(Identity::parse(&text).unwrap())), certificate)
}

/// The pin of a certificate, and one of nobody.
fn pin(certificate: &CertificateDer<'_>) -> Option<Arc<Pins>> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let spki = ParsedCertificate::try_from(certificate).unwrap().subject_public_key_info();
    let hash = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, &spki));
    let text = format!("sha256//{};sha256//{hash}", STANDARD.encode([7; 32]));
    Some(Arc::new(Pins::parse(&text).unwrap()))
}

/// Serves so many connections: whether each session was resumed, and how many certificates the client showed.
fn server(
    config: Arc<ServerConfig>,
    count: usize,
) -> (Url, thread::JoinHandle<Vec<(bool, usize)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let accept = move |_| {
        let (stream, config) = (listener.accept().unwrap().0, config.clone());
        thread::spawn(move || {
            let mut stream = tls_stream(&config, stream);
            echo(&mut stream);
            let shown = stream.conn.peer_certificates().map_or(0, <[_]>::len);
            (stream.conn.handshake_kind() == Some(HandshakeKind::Resumed), shown)
        })
    };
    let serve = move || {
        let all: Vec<_> = (0..count).map(accept).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    };
    (url, thread::spawn(serve))
}

/// One byte there and back on a connection for these rules; whether it had carried one before.
fn once(dialer: &Dialer, url: &Url, rules: &TlsRules, fresh: bool) -> Result<bool, Failure> {
    let (exchange, pipe) = patient_worker();
    let route = Route { tls: rules, ..direct(url) };
    let mut connection = dialer.connect(&route, fresh, &exchange, &pipe)?;
    send_all(&mut connection.wire, b"x", &exchange, &pipe);
    let got = read_up_to(&mut connection.wire, 1, &exchange, &pipe);
    let got = got.map_err(|error| Failure::new(Kind::Tls, exchange.phase(), error.to_string()))?;
    assert_eq!(got, b"x");
    let reused = connection.reused;
    dialer.put_back(connection, Instant::now());
    Ok(reused)
}

#[test]
fn rules_have_connections_and_sessions_of_their_own() {
    for version in [&TLS12, &TLS13] {
        let pair = certificate(&["127.0.0.1"], |_| {});
        let root = pair.0.clone();
        let settings = Settings { extra_roots: vec![root.clone()], ..Settings::default() };
        let dialer = Dialer::new(&settings).unwrap();
        let rules = [
            USUAL.clone(),
            TlsRules { pins: pin(&root), ..USUAL.clone() },
            TlsRules { identity: identity().0, ..USUAL.clone() },
            TlsRules { identity: identity().0, pins: pin(&root) },
        ];
        // Each rules' second connection is made when all others have left sessions.
        let (url, served) = server(tls_server(pair, &[version]), 2 * rules.len());
        for rules in &rules {
            assert_eq!(once(&dialer, &url, rules, false), Ok(false), "not another's connection");
        }
        for rules in &rules {
            assert_eq!(once(&dialer, &url, rules, false), Ok(true));
        }
        dialer.close();
        for rules in &rules {
            assert_eq!(once(&dialer, &url, rules, true), Ok(false));
        }
        let resumed: Vec<bool> = served.join().unwrap().into_iter().map(|(r, _)| r).collect();
        assert_eq!(resumed, [false, false, false, false, true, true, true, true]);
    }
}

#[test]
fn a_session_that_could_be_resumed_does_not_get_past_a_pin() {
    for version in [&TLS12, &TLS13] {
        let pair = certificate(&["127.0.0.1"], |_| {});
        let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
        let dialer = Dialer::new(&settings).unwrap();
        let other = certificate(&["127.0.0.1"], |_| {}).0;
        let strict = TlsRules { pins: pin(&other), ..USUAL.clone() };
        // One connection of the usual rules, and each attempt under the others.
        let (url, _served) = server(tls_server(pair, &[version]), 4);
        for _ in 0..3 {
            assert!(once(&dialer, &url, &USUAL, false).is_ok());
            let failure = once(&dialer, &url, &strict, false).unwrap_err();
            assert_eq!(failure.kind, Kind::Certificate);
            let says = "its public key is not one of those pinned, but sha256//";
            assert!(failure.message.contains(says), "{failure}");
        }
    }
}

#[test]
fn a_certificate_is_shown_where_it_is_asked_for_and_under_its_rules_only() {
    for version in [&TLS12, &TLS13] {
        let (own, root) = identity();
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        let provider = super::crypto::provider();
        let asks = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .allow_unauthenticated()
            .build()
            .unwrap();
        let (certificate, key) = certificate(&["127.0.0.1"], |_| {});
        let settings = Settings { extra_roots: vec![certificate.clone()], ..Settings::default() };
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(asks)
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let dialer = Dialer::new(&settings).unwrap();
        dialer.close();
        let (url, served) = server(Arc::new(config), 4);
        let named = TlsRules { identity: own, ..USUAL.clone() };
        for rules in [&USUAL, &named, &USUAL, &named] {
            assert_eq!(once(&dialer, &url, rules, false), Ok(false));
        }
        let shown: Vec<usize> = served.join().unwrap().into_iter().map(|(_, n)| n).collect();
        assert_eq!(shown, [0, 1, 0, 1]);
    }
}

#[test]
fn equal_rules_share_a_set_up_and_old_ones_are_forgotten() {
    let set_ups = TlsSetUps::new(&Settings::default()).unwrap();
    let rules = |n: u8| {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let pins = Pins::parse(&format!("sha256//{}", STANDARD.encode([n; 32]))).unwrap();
        TlsRules { identity: None, pins: Some(Arc::new(pins)) }
    };
    let first = set_ups.of(&rules(0));
    assert!(Arc::ptr_eq(&set_ups.of(&USUAL), &set_ups.of(&USUAL.clone())));
    for n in 1..16 {
        assert!(!Arc::ptr_eq(&first, &set_ups.of(&rules(n))));
        assert!(Arc::ptr_eq(&first, &set_ups.of(&rules(0))), "equal, and used again");
    }
    for n in 16..40 {
        let _ = set_ups.of(&rules(n));
    }
    assert!(!Arc::ptr_eq(&first, &set_ups.of(&rules(0))));
    let weak = Arc::downgrade(&first);
    drop(first);
    assert!(weak.upgrade().is_none(), "nothing else holds it");
}
