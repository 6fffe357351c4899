//! Tests of ways through proxies, against small proxies on loopback that say what the test tells them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use url::Url;

use super::dial::{Connection, Dialer};
use super::error::{Failure, Kind, Phase};
use super::loopback::*;
use super::proxy::{Proxy, ProxyKind};
use super::seam::Route;
use super::settings::{DnsOverride, Settings};

/// Connects through a proxy, and sends "ping" and reads "pong" if that works.
fn through(
    proxy: &Arc<Proxy>,
    url: &str,
    tunnel: bool,
    settings: &Settings,
) -> Result<Connection, Failure> {
    let url = Url::parse(url).unwrap();
    let route = Route { proxy: Some(proxy), tunnel, ..direct(&url) };
    let (exchange, pipe) = patient_worker();
    let dialer = Dialer::new(settings).unwrap();
    let mut connection = dialer.connect(&route, false, &exchange, &pipe)?;
    if connection.forward_proxy.is_none() {
        send_all(&mut connection.wire, b"ping", &exchange, &pipe);
        let pong = read_up_to(&mut connection.wire, 4, &exchange, &pipe).unwrap();
        assert_eq!(pong, b"pong");
    }
    Ok(connection)
}

fn pong(stream: &mut (impl Read + Write)) {
    let mut ping = [0; 4];
    stream.read_exact(&mut ping).unwrap();
    assert_eq!(&ping, b"ping");
    stream.write_all(b"pong").unwrap();
    stream.flush().unwrap();
}

/// A proxy that answers CONNECT so, and pongs if `ok`.
fn http_proxy(answer: &'static str, ok: bool) -> (SocketAddr, JoinHandle<String>) {
    serve_once(move |mut stream| {
        let head = read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(answer.as_bytes()).unwrap();
        if ok {
            pong(&mut stream);
        }
        String::from_utf8(head).unwrap()
    })
}

#[test]
fn a_tunnel_is_asked_for_with_credentials_and_nothing_behind_the_head_is_lost() {
    let answer =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n";
    let (at, server) = http_proxy(answer, true);
    let proxy = proxy_at(ProxyKind::Http, at, Some(("Aladdin", "open sesame")));
    let c = through(&proxy, "http://a.test/", true, &Settings::default()).unwrap();
    assert_eq!(c.wire.peer(), at);
    assert_eq!(
        server.join().unwrap(),
        "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\
         Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
    );

    let (at, server) = serve_once(|mut stream| {
        let head = read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\npong").unwrap();
        stream.read_exact(&mut [0; 4]).unwrap();
        String::from_utf8(head).unwrap()
    });
    let proxy = proxy_at(ProxyKind::Http, at, None);
    through(&proxy, "http://[::1]:81/", true, &Settings::default()).unwrap();
    assert_eq!(server.join().unwrap(), "CONNECT [::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n\r\n");
}

#[test]
fn tls_goes_through_a_tunnel_and_checks_the_host_not_the_proxy() {
    let pair = certificate(&["a.test"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&rustls::version::TLS13]);
    let (at, server) = serve_once(move |mut stream| {
        let head = read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut stream = tls_stream(&config, stream);
        pong(&mut stream);
        (head, stream.conn.server_name().map(str::to_owned))
    });
    let proxy = proxy_at(ProxyKind::Http, at, None);
    assert!(through(&proxy, "https://a.test/", false, &settings).unwrap().wire.is_tls());
    let (head, name) = server.join().unwrap();
    assert!(head.starts_with(b"CONNECT a.test:443 HTTP/1.1\r\n"));
    assert_eq!(name.as_deref(), Some("a.test"));
}

#[test]
fn http_is_forwarded_and_the_pool_does_not_care_for_the_host() {
    let (at, server) = serve_once(|mut stream| stream.read_to_end(&mut Vec::new()).unwrap());
    let proxy = proxy_at(ProxyKind::Http, at, Some(("u", "p")));
    let dialer = Dialer::new(&Settings::default()).unwrap();
    let (exchange, pipe) = patient_worker();
    let [a, b] = ["http://a.test/", "http://b.test:81/"].map(|u| Url::parse(u).unwrap());
    let route = Route { proxy: Some(&proxy), ..direct(&a) };
    let first = dialer.connect(&route, false, &exchange, &pipe).unwrap();
    let value = first.forward_proxy.clone().unwrap().unwrap();
    assert!(value == "Basic dTpw" && value.is_sensitive());
    dialer.put_back(first, Instant::now());
    let others = proxy_at(ProxyKind::Http, at, Some(("u", "other")));
    let other_user = Route { proxy: Some(&others), ..direct(&b) };
    assert!(!dialer.connect(&other_user, false, &exchange, &pipe).unwrap().reused);
    let same_user = Route { proxy: Some(&proxy), ..direct(&b) };
    assert!(dialer.connect(&same_user, false, &exchange, &pipe).unwrap().reused);
    server.join().unwrap();
}

#[test]
fn a_proxy_that_refuses_or_babbles_is_told_by_its_status() {
    for (answer, words) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "asks for credentials (status 407)"),
        ("HTTP/1.1 502 Bad Gateway\r\nx: y\r\n\r\n", "with status 502 Bad Gateway"),
        ("SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        ("HTTP/1.1 200 OK\r\nCut", "closed the connection"),
    ] {
        let (at, server) = http_proxy(answer, false);
        let proxy = proxy_at(ProxyKind::Http, at, None);
        let failure = through(&proxy, "https://a.test/", false, &Settings::default()).unwrap_err();
        assert_eq!((failure.kind, failure.phase), (Kind::Proxy, Phase::Connect));
        assert!(failure.message.contains(words), "{failure}");
        server.join().unwrap();
    }
}

#[test]
fn a_head_without_end_is_refused() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        while stream.write_all(b"x-padding: 0123456789\r\n").is_ok() {}
    });
    let proxy = proxy_at(ProxyKind::Http, at, None);
    let failure = through(&proxy, "https://a.test/", false, &Settings::default()).unwrap_err();
    assert!(failure.kind == Kind::Proxy && failure.message.contains("too large"), "{failure}");
    server.join().unwrap();
}

#[test]
fn a_proxy_that_cannot_be_reached_is_the_proxys_failure() {
    let (at, _held) = refusing_address();
    for kind in [ProxyKind::Http, ProxyKind::Socks5h] {
        let proxy = proxy_at(kind, at, Some(("user", "secret")));
        let failure = through(&proxy, "http://a.test/", false, &Settings::default()).unwrap_err();
        assert_eq!((failure.kind, failure.os_error), (Kind::Proxy, libc::ECONNREFUSED));
        assert!(!failure.message.contains("secret"));
    }
}

/// Reads a SOCKS request (RFC 1928 section 4) and returns its address type, address and port.
fn socks_request(stream: &mut TcpStream) -> (u8, Vec<u8>, u16) {
    let mut head = [0; 4];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[..3], [5, 1, 0]);
    let len = match head[3] {
        1 => 4,
        4 => 16,
        _ => {
            let mut len = [0];
            stream.read_exact(&mut len).unwrap();
            usize::from(len[0])
        }
    };
    let mut rest = vec![0; len + 2];
    stream.read_exact(&mut rest).unwrap();
    let port = u16::from_be_bytes([rest[len], rest[len + 1]]);
    rest.truncate(len);
    (head[3], rest, port)
}

#[test]
fn socks_sends_the_name_or_an_address_and_logs_in() {
    let overrides = vec![DnsOverride {
        host: "a.test".into(),
        port: 80,
        addresses: vec!["10.0.0.7".parse().unwrap()],
    }];
    let settings = Settings { dns_overrides: overrides, ..Settings::default() };
    for (kind, url, want) in [
        (ProxyKind::Socks5h, "http://a.test/", (3, b"a.test".to_vec(), 80)),
        (ProxyKind::Socks5, "http://a.test/", (1, vec![10, 0, 0, 7], 80)),
        (ProxyKind::Socks5h, "http://127.0.0.1:81/", (1, vec![127, 0, 0, 1], 81)),
        (ProxyKind::Socks5h, "http://[::7]/", (4, [[0; 15].as_slice(), &[7]].concat(), 80)),
    ] {
        let (at, server) = serve_once(|mut stream| {
            let mut greeting = [0; 4];
            stream.read_exact(&mut greeting).unwrap();
            assert_eq!(greeting, [5, 2, 0, 2]);
            stream.write_all(&[5, 2]).unwrap();
            let mut login = [0; 7];
            stream.read_exact(&mut login).unwrap();
            assert_eq!(&login, b"\x01\x02me\x02pw");
            stream.write_all(&[1, 0]).unwrap();
            let request = socks_request(&mut stream);
            // Its own address as a name, and the first bytes of the server in the same segment.
            stream.write_all(b"\x05\x00\x00\x03\x02xy\x00\x01pong").unwrap();
            stream.read_exact(&mut [0; 4]).unwrap();
            request
        });
        let proxy = proxy_at(kind, at, Some(("me", "pw")));
        through(&proxy, url, false, &settings).unwrap();
        assert_eq!(server.join().unwrap(), want);
    }
}

#[test]
fn socks_failures_say_what_the_reply_means() {
    for (choice, reply, words) in [
        (&[5, 0][..], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0][..], "not allowed by its rules"),
        (&[5, 0], &[5, 5, 0, 1, 0, 0, 0, 0, 0, 0], "connection refused"),
        (&[5, 0], &[5, 99, 0, 1, 0, 0, 0, 0, 0, 0], "unknown reply 99"),
        (&[5, 0], &[5, 0, 0, 9], "unknown address type"),
        (&[5, 0], &[4, 0, 0, 1], "does not speak SOCKS5"),
        (&[5, 0], &[5, 0], "closed the connection"),
        (&[5, 0xff], &[], "asks for credentials"),
        (&[5, 1], &[], "no way to log in"),
        (b"HT", &[], "does not speak SOCKS5"),
    ] {
        let (at, server) = serve_once(move |mut stream| {
            stream.read_exact(&mut [0; 3]).unwrap();
            stream.write_all(choice).unwrap();
            if !reply.is_empty() {
                socks_request(&mut stream);
                stream.write_all(reply).unwrap();
            }
        });
        let proxy = proxy_at(ProxyKind::Socks5h, at, None);
        let failure = through(&proxy, "http://a.test/", false, &Settings::default()).unwrap_err();
        assert_eq!((failure.kind, failure.phase), (Kind::Proxy, Phase::Connect));
        assert!(failure.message.contains(words), "{failure}");
        server.join().unwrap();
    }
}

#[test]
fn socks_tries_the_next_address_where_only_the_address_is_at_fault() {
    for (reply, addresses_tried) in [(4, 2), (2, 1)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let mut tried = Vec::new();
            for reply in [reply, 0].into_iter().take(addresses_tried) {
                let mut stream = listener.accept().unwrap().0;
                stream.read_exact(&mut [0; 3]).unwrap();
                stream.write_all(&[5, 0]).unwrap();
                tried.push(socks_request(&mut stream).1);
                stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
                if reply == 0 {
                    pong(&mut stream);
                }
            }
            tried
        });
        let overrides = vec![DnsOverride {
            host: "a.test".into(),
            port: 80,
            addresses: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
        }];
        let settings = Settings { dns_overrides: overrides, ..Settings::default() };
        let proxy = proxy_at(ProxyKind::Socks5, at, None);
        let done = through(&proxy, "http://a.test/", false, &settings);
        assert_eq!(done.is_ok(), addresses_tried == 2);
        let all = [[10, 0, 0, 1], [10, 0, 0, 2]];
        assert_eq!(server.join().unwrap(), all[..addresses_tried]);
    }
}
