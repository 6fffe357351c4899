//! Tests of whole hops against scripted servers: what goes out, what is understood, what is reused, what is refused.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustls::version::TLS13;

use super::error::{Kind, Phase};
use super::exchange::{Limits, Mark};
use super::hop_rig::*;
use super::loopback::*;
use super::proxy::ProxyKind;
use super::seam::Got;
use super::settings::Settings;

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// What the server received.
fn sent(ask: impl FnOnce(&str) -> Ask) -> String {
    let (at, server) = script(vec![EMPTY.to_vec()]);
    let (head, _, _) = Client::new().fetch(&ask(&at.to_string())).unwrap();
    assert_eq!(head.status, 200);
    server.join().unwrap().remove(0).replace(&at.to_string(), "AT")
}

#[test]
fn requests_go_out_as_they_were_asked_for() {
    let line = |method: &str, target: &str| format!("{method} {target} HTTP/1.1\r\nhost: AT\r\n");
    let get = sent(|at| {
        Ask::new("GET", format!("http://u:p@{at}/a%20b/?q={{|}}&r=`^?#frag"))
            .field("x-b", b"1")
            .field("x-a", b"2")
            .field("x-b", b"3")
            .field("x-raw", b"caf\xc3\xa9")
    });
    let want = line("GET", "/a%20b/?q={|}&r=`^?")
        + "x-b: 1\r\nx-a: 2\r\nx-b: 3\r\nx-raw: caf\u{e9}\r\n\r\n";
    assert_eq!(get, want);

    for method in ["POST", "PUT", "PATCH"] {
        let got = sent(|at| Ask::new(method, format!("http://{at}")));
        assert_eq!(got, line(method, "/") + "content-length: 0\r\n\r\n");
    }
    for method in ["HEAD", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let got = sent(|at| Ask::new(method, format!("http://{at}")));
        assert_eq!(got, line(method, "/") + "\r\n");
    }
    for method in ["GET", "HEAD", "DELETE", "POST", "PROPFIND"] {
        let got = sent(|at| {
            Ask::new(method, format!("http://{at}/x"))
                .body(b"hello")
                .field("content-length", b"5")
                .field("accept", b"*/*")
        });
        assert_eq!(got, line(method, "/x") + "content-length: 5\r\naccept: */*\r\n\r\nhello");
    }
    let got = sent(|at| {
        Ask::new("DELETE", format!("http://{at}/")).body(b"").field("expect", b"100-continue")
    });
    assert_eq!(got, line("DELETE", "/") + "\r\n");
    let got = sent(|at| Ask::new("GET", format!("http://{at}/")).field("host", b"other.test:81"));
    assert_eq!(got, "GET / HTTP/1.1\r\nhost: other.test:81\r\n\r\n");
    let got = sent(|at| {
        Ask::new("GET", format!("http://{at}/")).field("authorization", b"x \xe4").field("z", b"1")
    });
    assert_eq!(got, line("GET", "/") + "authorization: x \u{fffd}\r\nz: 1\r\n\r\n");
}

#[test]
fn an_ipv6_host_keeps_its_brackets_and_long_lines_fit() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return };
    let at = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let request = read_request(&mut stream);
        stream.write_all(EMPTY).unwrap();
        request
    });
    let long = "v".repeat(200_000);
    let ask = Ask::new("GET", format!("http://{at}/{long}")).field("cookie", long.as_bytes());
    Client::new().fetch(&ask).unwrap();
    let want = format!("GET /{long} HTTP/1.1\r\nhost: {at}\r\ncookie: {long}\r\n\r\n");
    assert!(server.join().unwrap() == want);
}

#[test]
fn a_forward_proxy_is_asked_in_absolute_form() {
    for (credentials, line) in
        [(None, ""), (Some(("u", "p")), "proxy-authorization: Basic dTpw\r\n")]
    {
        let (at, server) = script(vec![EMPTY.to_vec()]);
        let mut ask = Ask::new("POST", "http://a.test:81/x?y#z").body(b"hi").field("b", b"1");
        ask.proxy = Some(proxy_at(ProxyKind::Http, at, credentials));
        Client::new().fetch(&ask).unwrap();
        let want = format!(
            "POST http://a.test:81/x?y HTTP/1.1\r\nhost: a.test:81\r\ncontent-length: 2\r\n\
             b: 1\r\n{line}\r\nhi"
        );
        assert_eq!(server.join().unwrap(), [want]);
    }
}

#[test]
fn credentials_for_a_proxy_reach_no_origin_and_are_never_there_twice() {
    let own = |url: &str| Ask::new("GET", url).field("proxy-authorization", b"mine");
    let lines = |request: &str| -> Vec<String> {
        let names = request.lines().filter(|line| line.starts_with("proxy-authorization"));
        names.map(str::to_owned).collect()
    };
    assert!(!sent(|at| own(&format!("http://{at}/"))).contains("proxy-auth"));

    for (credentials, want) in
        [(None, "proxy-authorization: mine"), (Some(("u", "p")), "proxy-authorization: Basic dTpw")]
    {
        let (at, server) = script(vec![EMPTY.to_vec()]);
        let mut ask = own("http://a.test/");
        ask.proxy = Some(proxy_at(ProxyKind::Http, at, credentials));
        Client::new().fetch(&ask).unwrap();
        assert_eq!(lines(&server.join().unwrap()[0]), [want]);
    }

    // Behind a tunnel stands the origin.
    let pair = certificate(&["a.test"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS13]);
    let (at, server) = serve_once(move |mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut stream = tls_stream(&config, stream);
        let request = read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(EMPTY).unwrap();
        String::from_utf8(request).unwrap()
    });
    let mut ask = own("https://a.test/");
    ask.proxy = Some(proxy_at(ProxyKind::Http, at, None));
    Client::with(&settings).fetch(&ask).unwrap();
    let request = server.join().unwrap();
    assert!(request.starts_with("GET / HTTP/1.1\r\n") && lines(&request).is_empty(), "{request}");
}

#[test]
fn answers_of_every_framing_are_read_and_clean_connections_reused() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        5;ext=\"a very long extension, longer than twenty bytes\"\r\nhello\r\n0\r\nT: x\r\n\r\n";
    let length = b"HTTP/1.1 201 Made\r\nA: b\r\n c\r\nContent-Length: 5\r\n\r\nhello";
    let interim = b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let close = b"HTTP/1.1 200 OK\r\n\r\nhello";
    let answers = [&chunked[..], length, interim, b"HTTP/1.1 204 X\r\n\r\n", chunked, close];
    let (at, server) = script(answers.iter().map(|a| a.to_vec()).collect());
    let client = Client::new();
    for (i, answer) in answers.iter().enumerate() {
        let (head, body, failure) = client.fetch(&Ask::get(at)).unwrap();
        assert_eq!(failure, None, "{i}");
        assert_eq!(body, if i == 3 { &b""[..] } else { b"hello" }, "{i}");
        assert_eq!((head.reused, head.peer, head.version), (i > 0, at, 11), "{i}");
        assert_eq!(head.content_length, (i == 1 || i == 2).then_some(5), "{i}");
        assert_eq!(client.exchange.phase(), Phase::Body);
        let marks = [Mark::RequestStart, Mark::RequestEnd, Mark::ResponseStart, Mark::ResponseEnd];
        let marks = marks.map(|m| client.exchange.marked(m));
        assert!(marks[0] >= 0 && marks.is_sorted(), "{marks:?}");
        if i == 1 {
            assert_eq!((head.status, head.fields.get("a")), (201, Some(&b"b c"[..])));
        }
        assert!(answer.starts_with(b"HTTP"));
    }
    server.join().unwrap();
}

#[test]
fn a_connection_is_reused_only_where_nothing_speaks_against_it() {
    for (answer, reused) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", true),
        ("HTTP/1.1 304 X\r\nContent-Length: 2\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", false),
        ("HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n!", false),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            false,
        ),
    ] {
        let at = script_then_empty(answer.as_bytes().to_vec());
        let client = Client::new();
        let (_, _, failure) = client.fetch(&Ask::get(at)).unwrap();
        assert_eq!(failure, None, "{answer}");
        let (head, _, _) = client.fetch(&Ask::get(at)).unwrap();
        assert_eq!(head.reused, reused, "{answer}");
    }
    // Dropped in the middle of its body.
    let at = script_then_empty(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no".to_vec());
    let client = Client::new();
    drop(client.start(&Ask::get(at)).unwrap());
    assert!(!client.start(&Ask::get(at)).unwrap().0.reused);
}

#[test]
fn what_is_no_good_answer_fails_with_its_kind_and_phase() {
    let fields = |n: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(n));
    let flood = "HTTP/1.1 103 X\r\nA: b\r\n\r\n".repeat(10_000);
    for (answer, kind, word) in [
        ("", Kind::Io, "without an answer"),
        ("HTTP/1.1 200 OK\r\nA: ", Kind::Io, "middle"),
        ("HTTP/1.1 103 X\r\n\r\n", Kind::Io, "without an answer"),
        ("hello", Kind::Protocol, "HTTP"),
        ("HTTP/2 200 OK\r\n\r\n", Kind::Protocol, "HTTP"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", Kind::Protocol, "colon"),
        ("HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", Kind::Protocol, "protocol"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            Kind::Protocol,
            "different",
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Kind::Protocol, "chunked"),
        (&*fields(129), Kind::TooLarge, "128"),
        (&*flood, Kind::TooLarge, "65536"),
        (&*format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(70_000)), Kind::TooLarge, "65536"),
    ] {
        let (at, server) = script(vec![answer.as_bytes().to_vec()]);
        let client = Client::new();
        let failure = client.start(&Ask::get(at)).expect_err(answer);
        assert_eq!((failure.kind, failure.phase), (kind, Phase::Headers), "{failure:?}");
        assert!(failure.message.contains(word), "{failure:?}");
        let begun = client.exchange.answer_begun.load(Ordering::Relaxed);
        assert_eq!(begun, !answer.is_empty(), "{answer:.60}");
        assert!(client.exchange.request_begun.load(Ordering::Relaxed));
        server.join().unwrap();
    }
    let (at, _server) = script(vec![fields(128).into_bytes()]);
    assert_eq!(Client::new().start(&Ask::get(at)).unwrap().0.fields.len(), 128);
}

#[test]
fn a_body_that_ends_early_or_is_damaged_is_never_a_success() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (answer, body, kind) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "hello", Kind::Io),
        (&*format!("{chunked}5\r\nhello"), "hello", Kind::Io),
        (&*format!("{chunked}5\r\nhello\r\n"), "hello", Kind::Io),
        (&*format!("{chunked}5\r\nhello\r\n0\r\n"), "hello", Kind::Io),
        (&*format!("{chunked}9\r\nhello"), "hello", Kind::Io),
        (chunked, "", Kind::Io),
        (&*format!("{chunked}5\r\nhelloX"), "hello", Kind::Protocol),
        (&*format!("{chunked}5\r\nhello\r\nzz\r\n"), "hello", Kind::Protocol),
        (&*format!("{chunked}fffffffffffffffff\r\n"), "", Kind::Protocol),
    ] {
        let (at, server) = script(vec![answer.as_bytes().to_vec()]);
        let client = Client::new();
        let (_, mut raw) = client.start(&Ask::get(at)).unwrap();
        let (bytes, failure) = client.drain(&mut *raw);
        let failure = failure.expect(answer);
        assert_eq!((failure.kind, failure.phase), (kind, Phase::Body), "{answer} {failure:?}");
        assert_eq!(bytes, body.as_bytes(), "{answer}");
        assert_eq!(client.drain(&mut *raw), (vec![], Some(failure)), "it fails again");
        assert_eq!(raw.fd(), None);
        server.join().unwrap();
    }
}

/// Closing with unread data in the receive buffer makes the kernel send a reset.
pub fn reset(stream: TcpStream) {
    let mut byte = [0];
    stream.peek(&mut byte).unwrap();
    drop(stream);
}

#[test]
fn a_reset_is_not_the_end_of_a_body_without_length() {
    let (at, server) = serve_once(|mut stream| {
        // One byte of the request stays unread.
        let mut request =
            vec![
                0;
                format!("GET / HTTP/1.1\r\nhost: {}\r\n\r", stream.local_addr().unwrap()).len()
            ];
        stream.read_exact(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
        reset(stream);
    });
    let client = Client::new();
    let (_, body, failure) = client.fetch(&Ask::get(at)).unwrap();
    server.join().unwrap();
    assert_eq!(body, b"hello");
    let failure = failure.expect("cut off");
    assert_eq!((failure.kind, failure.phase), (Kind::Io, Phase::Body));
    assert_ne!(failure.os_error, 0);
}

#[test]
fn a_tls_body_needs_its_goodbye_unless_its_length_is_known() {
    for (answer, goodbye, good) in [
        ("HTTP/1.1 200 OK\r\n\r\nhello", true, true),
        ("HTTP/1.1 200 OK\r\n\r\nhello", false, false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", true, false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", false, false),
    ] {
        let pair = certificate(&["127.0.0.1"], |_| {});
        let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
        let config = tls_server(pair, &[&TLS13]);
        let (at, server) = serve_once(move |stream| {
            let mut stream = tls_stream(&config, stream);
            read_until(&mut stream, b"\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if goodbye {
                stream.conn.send_close_notify();
            }
            stream.flush().unwrap();
        });
        let ask = Ask::new("GET", format!("https://{at}/"));
        let (_, body, failure) = Client::with(&settings).fetch(&ask).unwrap();
        server.join().unwrap();
        assert_eq!(body, b"hello");
        assert_eq!(failure.as_ref().map(|f| f.kind), (!good).then_some(Kind::Io), "{answer}");
    }
}

#[test]
fn a_damaged_tls_record_fails_after_the_good_ones_before_it() {
    const RECORD: usize = 16 * 1024;
    let pair = certificate(&["127.0.0.1"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS13]);
    let (at, server) = serve_once(move |stream| {
        let mut stream = tls_stream(&config, stream);
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n").unwrap();
        stream.flush().unwrap();
        let mut records = Vec::new();
        for len in [RECORD, RECORD, 100] {
            stream.conn.writer().write_all(&vec![b'x'; len]).unwrap();
            while stream.conn.wants_write() {
                stream.conn.write_tls(&mut records).unwrap();
            }
        }
        *records.last_mut().unwrap() ^= 1;
        // All in one, and then silence: what shows the damage is not another read from the socket.
        stream.sock.write_all(&records).unwrap();
        let _ = std::io::copy(&mut stream.sock, &mut std::io::sink());
    });
    let limits = Limits { total: Some(Duration::from_secs(20)), ..Limits::default() };
    let client = Client::with(&settings).limited(limits);
    let (_, mut body) = client.start(&Ask::new("GET", format!("https://{at}/"))).unwrap();
    let (mut all, mut piece) = (0, vec![0; 4 * RECORD]);
    let failure = loop {
        match body.read(&mut piece, &client.exchange, &client.pipe) {
            Ok(Got::Bytes(n)) => all += n,
            Ok(got) => panic!("{got:?}"),
            Err(failure) => break failure,
        }
    };
    assert_eq!((all, failure.kind, failure.phase), (2 * RECORD, Kind::Tls, Phase::Body));
    drop((body, client));
    server.join().unwrap();
}

#[test]
fn large_bodies_arrive_whole() {
    let content: Vec<u8> =
        (0..12_000_000u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for (i, chunk) in content.chunks(9_973).enumerate() {
        write!(chunked, "{:x};n={i}\r\n", chunk.len()).unwrap();
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content.len());
    let length = [head.as_bytes(), &content].concat();
    let close = [b"HTTP/1.1 200 OK\r\n\r\n", &content[..]].concat();
    let (at, server) = script(vec![chunked, length, close]);
    let client = Client::new();
    for i in 0..3 {
        let (head, body, failure) = client.fetch(&Ask::get(at)).unwrap();
        assert_eq!((failure, head.reused), (None, i > 0));
        assert!(body == content, "{i}: {} bytes", body.len());
    }
    server.join().unwrap();
}

#[test]
fn silence_has_its_limits() {
    for (limits, phase) in [
        (Limits { headers: Some(Duration::from_millis(30)), ..Limits::default() }, Phase::Headers),
        (Limits { total: Some(Duration::from_millis(800)), ..Limits::default() }, Phase::Body),
    ] {
        let (at, server) = serve_once(move |mut stream| {
            read_until(&mut stream, b"\r\n\r\n");
            if phase == Phase::Body {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
            }
            let _ = stream.read(&mut [0]);
        });
        let client = Client::new().limited(limits);
        let began = Instant::now();
        let failure = match client.fetch(&Ask::get(at)) {
            Ok((_, body, failure)) => {
                assert_eq!(body, b"hello");
                failure.expect("too late")
            }
            Err(failure) => failure,
        };
        assert_eq!((failure.kind, failure.phase), (Kind::Timeout, phase), "{failure:?}");
        assert!(began.elapsed() >= Duration::from_millis(30));
        server.join().unwrap();
    }
}
