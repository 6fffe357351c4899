//! Tests of hops that are stopped or overtaken: early answers, "100 Continue", aborts, and reads that come back later.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustls::version::{TLS12, TLS13};

use super::cancel::WakePipe;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Patience};
use super::hop_rig::*;
use super::loopback::*;
use super::request::RequestBody;
use super::seam::{Got, RawBody};
use super::settings::Settings;
use super::wait::{Interest, Ready, wait};

/// More than all socket buffers on the way.
const LARGE: u64 = 64 * 1024 * 1024;

/// A large body that counts what was read from it and what it was told.
#[derive(Debug, Default)]
struct Counted {
    read: AtomicU64,
    sent: AtomicU64,
}

impl RequestBody for Counted {
    fn len(&self) -> u64 {
        LARGE
    }
    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let n = most.min((LARGE - offset) as usize);
        to(&vec![b'x'; n]);
        self.read.store(offset + n as u64, Ordering::Relaxed);
        Ok(())
    }
    fn sent(&self, bytes: u64) {
        assert!(self.sent.swap(bytes, Ordering::Relaxed) < bytes, "progress only grows");
    }
}

fn upload(at: std::net::SocketAddr) -> (Ask, Arc<Counted>) {
    let body = Arc::new(Counted::default());
    let mut ask = Ask::new("POST", format!("http://{at}/"));
    ask.body = Some(body.clone());
    (ask, body)
}

/// Reads and forgets all that comes; how much it was.
fn swallow(stream: &mut TcpStream) -> u64 {
    let (mut all, mut bytes) = (0, vec![0; 65_536]);
    while let Ok(n @ 1..) = stream.read(&mut bytes) {
        all += n as u64;
    }
    all
}

#[test]
fn a_refusal_in_the_middle_of_an_upload_stops_it_and_is_reported() {
    // How the server behaves after its answer: hangs up at once with data unread (the kernel resets), closes its side
    // and reads on, or just reads on.
    for behaviour in ["reset", "half-close", "read on"] {
        let (at, server) = serve_once(move |mut stream| {
            read_until(&mut stream, b"\r\n\r\n");
            let answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge";
            stream.write_all(answer).unwrap();
            match behaviour {
                "reset" => return 0,
                "half-close" => stream.shutdown(std::net::Shutdown::Write).unwrap(),
                _ => {}
            }
            swallow(&mut stream)
        });
        let client = Client::new();
        let (ask, counted) = upload(at);
        let (head, body, failure) = client.fetch(&ask).expect(behaviour);
        assert_eq!((head.status, &body[..], failure), (413, &b"large"[..], None), "{behaviour}");
        assert!(client.exchange.answered_early.load(Ordering::Relaxed));
        assert!(counted.read.load(Ordering::Relaxed) < LARGE, "{behaviour}: it was stopped");
        // Ends only when the connection was closed, so it was not kept.
        assert!(server.join().unwrap() < LARGE);
    }
}

#[test]
fn a_success_in_the_middle_of_an_upload_lets_it_go_on() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 102 Processing\r\nA: b\r\n\r\n").unwrap();
        let body = vec![b'y'; 1_000_000];
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
        let mut writer = stream.try_clone().unwrap();
        // More than the client holds meanwhile, so its end is written while the client still sends.
        let writing = thread::spawn(move || writer.write_all(&body).unwrap());
        let mut left = vec![0; LARGE as usize];
        stream.read_exact(&mut left).unwrap();
        writing.join().unwrap();
    });
    let client = Client::new();
    let (ask, counted) = upload(at);
    let (head, body, failure) = client.fetch(&ask).unwrap();
    assert_eq!((head.status, body.len(), failure), (200, 1_000_000, None));
    assert!(!client.exchange.answered_early.load(Ordering::Relaxed));
    assert_eq!(counted.sent.load(Ordering::Relaxed), LARGE);
    server.join().unwrap();
}

#[test]
fn a_server_that_hangs_up_on_an_upload_is_a_failure_in_sending() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
    });
    let client = Client::new();
    let failure = client.fetch(&upload(at).0).unwrap_err();
    server.join().unwrap();
    assert_eq!((failure.kind, failure.phase), (Kind::Io, Phase::Send), "{failure:?}");
    assert!(client.exchange.request_begun.load(Ordering::Relaxed));
    assert!(!client.exchange.answer_begun.load(Ordering::Relaxed));
}

#[test]
fn a_body_waits_for_100_continue_as_long_as_that_is_sensible() {
    for (first, body_comes) in [
        ("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 100 Continue\r\nX: y\r\n\r\n", true),
        // Silence: after a second the body is sent unasked.
        ("", true),
        ("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", false),
    ] {
        let (at, server) = serve_once(move |mut stream| {
            let head = String::from_utf8(read_until(&mut stream, b"\r\n\r\n")).unwrap();
            assert!(head.contains("expect: 100-Continue\r\n"), "{head}");
            stream.write_all(first.as_bytes()).unwrap();
            let mut body = Vec::new();
            if body_comes {
                body = vec![0; 5];
                stream.read_exact(&mut body).unwrap();
                let late =
                    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 X\r\nContent-Length: 2\r\n\r\nok";
                stream.write_all(late).unwrap();
            }
            swallow(&mut stream);
            body
        });
        let ask = Ask::new("PUT", format!("http://{at}/")).body(b"hello");
        let ask = ask.field("expect", b"100-Continue");
        let client = Client::new();
        let began = Instant::now();
        let (head, body, failure) = client.fetch(&ask).unwrap();
        assert_eq!(failure, None);
        assert_eq!(body, if body_comes { b"ok" } else { b"no" });
        assert_eq!(head.status == 201, body_comes);
        assert!(!first.is_empty() || began.elapsed() >= Duration::from_millis(900));
        drop(client);
        assert_eq!(server.join().unwrap(), if body_comes { &b"hello"[..] } else { b"" });
    }
}

#[test]
fn an_expected_continue_needs_not_end_the_connection() {
    let (at, server) = serve_once(|mut stream| {
        for _ in 0..2 {
            read_until(&mut stream, b"\r\n\r\n");
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
            stream.read_exact(&mut [0; 5]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        }
    });
    let client = Client::new();
    let ask = Ask::new("PUT", format!("http://{at}/")).body(b"hello");
    let ask = ask.field("expect", b"100-continue");
    for reused in [false, true] {
        assert_eq!(client.fetch(&ask).unwrap().0.reused, reused);
    }
    server.join().unwrap();
}

#[test]
fn an_abort_is_heard_while_sending_waiting_and_reading() {
    for phase in [Phase::Send, Phase::Headers, Phase::Body] {
        let client = Client::new();
        let exchange = client.exchange.clone();
        let (at, server) = serve_once(move |mut stream| {
            read_until(&mut stream, b"\r\n\r\n");
            if phase == Phase::Body {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
            }
            // For sending: the client has much more to send than anybody takes.
            while exchange.phase() != phase {
                thread::yield_now();
            }
            let at = Instant::now();
            exchange.cancel.set();
            // Ends when the client has hung up.
            swallow(&mut stream);
            at
        });
        let (large, _) = upload(at);
        let ask = if phase == Phase::Send { large } else { Ask::get(at) };
        let failure = match client.fetch(&ask) {
            Ok((_, _, failure)) => failure.expect("an abort"),
            Err(failure) => failure,
        };
        let heard = Instant::now();
        assert_eq!((failure.kind, failure.phase), (Kind::Aborted, phase));
        let took = heard.saturating_duration_since(server.join().unwrap());
        // A wake-up that got lost would take the 20 s of the whole request.
        assert!(took < Duration::from_secs(2), "{phase:?} took {took:?}");
    }
}

#[test]
fn an_abort_is_heard_in_a_flood() {
    for (head, piece) in [
        ("HTTP/1.1 200 OK\r\n\r\n", "x"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ] {
        let client = Client::new();
        let exchange = client.exchange.clone();
        let (at, server) = serve_once(move |mut stream| {
            read_until(&mut stream, b"\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            let flood = piece.repeat(1_000);
            let mut in_body = 0;
            while stream.write_all(flood.as_bytes()).is_ok() {
                in_body += u32::from(exchange.phase() == Phase::Body);
                if in_body == 20 {
                    exchange.cancel.set();
                }
            }
        });
        let (_, _, failure) = client.fetch(&Ask::get(at)).unwrap();
        assert_eq!(failure.expect("an abort").kind, Kind::Aborted);
        server.join().unwrap();
    }
}

/// Sends one byte each time it is told to.
fn dribble(stream: &mut TcpStream, bytes: &[u8], go: &mpsc::Receiver<()>) {
    stream.set_nodelay(true).unwrap();
    for byte in bytes {
        go.recv().unwrap();
        stream.write_all(&[*byte]).unwrap();
    }
}

/// Reads a body whose server sends a byte whenever nothing is there, each time on another thread.
fn read_by_turns(
    mut body: Box<dyn RawBody>,
    exchange: &Arc<Exchange>,
    go: &mpsc::Sender<()>,
) -> (Vec<u8>, u32) {
    exchange.set_patience(Patience::UpTo(Duration::ZERO));
    let (mut all, mut resumed) = (Vec::new(), 0);
    loop {
        let here = exchange.clone();
        let turn = thread::spawn(move || {
            let pipe = Rc::new(WakePipe::new().unwrap());
            let (mut bytes, mut piece) = (Vec::new(), [0; 100]);
            loop {
                match body.read(&mut piece, &here, &pipe).unwrap() {
                    Got::Bytes(n) => bytes.extend_from_slice(&piece[..n]),
                    got => return (body, bytes, got),
                }
            }
        });
        let (back, bytes, got) = turn.join().unwrap();
        body = back;
        all.extend_from_slice(&bytes);
        if got == Got::End {
            return (all, resumed);
        }
        resumed += 1;
        body.shed();
        let pipe = WakePipe::new().unwrap();
        go.send(()).unwrap();
        let fd = body.fd().unwrap();
        let ready = wait(fd, Interest::READ, exchange, &pipe, Patience::Forever, None).unwrap();
        assert!(matches!(ready, Ready::Socket(_)));
    }
}

const BY_TURNS: &[u8] =
    b"3;long-extension=12345678901234567890\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n";

#[test]
fn a_chunked_body_is_gone_on_with_at_any_byte_on_any_thread() {
    let (go, told) = mpsc::channel();
    let (at, server) = serve_once(move |mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).unwrap();
        dribble(&mut stream, BY_TURNS, &told);
        swallow(&mut stream);
    });
    let client = Client::new();
    let (_, body) = client.start(&Ask::get(at)).unwrap();
    let (all, resumed) = read_by_turns(body, &client.exchange, &go);
    assert_eq!((&all[..], resumed as usize), (&b"abc0123456789"[..], BY_TURNS.len()));
    drop(client);
    server.join().unwrap();
}

#[test]
fn a_tls_body_is_gone_on_with_at_any_byte_on_any_thread() {
    for version in [&TLS12, &TLS13] {
        let pair = certificate(&["127.0.0.1"], |_| {});
        let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
        let config = tls_server(pair, &[version]);
        let (go, told) = mpsc::channel();
        let (at, server) = serve_once(move |stream| {
            let mut stream = tls_stream(&config, stream);
            read_until(&mut stream, b"\r\n\r\n");
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            stream.write_all(head).unwrap();
            stream.flush().unwrap();
            let mut bytes = 0;
            for part in BY_TURNS.chunks(7) {
                let mut records = Vec::new();
                stream.conn.writer().write_all(part).unwrap();
                while stream.conn.wants_write() {
                    stream.conn.write_tls(&mut records).unwrap();
                }
                bytes += records.len();
                dribble(&mut stream.sock, &records, &told);
            }
            swallow(&mut stream.sock);
            bytes
        });
        let client = Client::with(&settings);
        let (_, body) = client.start(&Ask::new("GET", format!("https://{at}/"))).unwrap();
        let (all, resumed) = read_by_turns(body, &client.exchange, &go);
        assert_eq!(all, b"abc0123456789");
        drop(client);
        assert_eq!(resumed as usize, server.join().unwrap());
    }
}

#[test]
fn a_read_with_some_patience_waits_and_then_gives_up() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").unwrap();
        swallow(&mut stream);
    });
    let client = Client::new();
    let (_, mut body) = client.start(&Ask::get(at)).unwrap();
    client.exchange.set_patience(Patience::UpTo(Duration::from_millis(20)));
    let mut read = || body.read(&mut [0; 10], &client.exchange, &client.pipe);
    let began = Instant::now();
    assert_eq!(read().unwrap(), Got::WouldBlock);
    assert!(began.elapsed() >= Duration::from_millis(20));
    drop(body);
    server.join().unwrap();
}

#[test]
fn a_body_that_waits_holds_little() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
        swallow(&mut stream);
    });
    let client = Client::new();
    let (_, mut body) = client.start(&Ask::get(at)).unwrap();
    client.exchange.set_patience(Patience::UpTo(Duration::ZERO));
    while body.read(&mut [0; 64], &client.exchange, &client.pipe).unwrap() != Got::WouldBlock {}
    body.shed();
    // Besides this there is only what the connection itself holds; the buffers are gone.
    let size = std::mem::size_of_val(&*body);
    assert!(size <= 400, "{size} bytes");
    drop(body);
    server.join().unwrap();
}

#[test]
fn a_stale_connection_is_told_apart() {
    // The server reads the second request and hangs up without a word.
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        read_until(&mut stream, b"\r\n\r\n");
    });
    let client = Client::new();
    client.fetch(&Ask::get(at)).unwrap();
    let failure = client.fetch(&Ask::get(at)).unwrap_err();
    assert_eq!((failure.kind, failure.phase), (Kind::Io, Phase::Headers));
    let exchange = &client.exchange;
    let flags = [&exchange.reused, &exchange.request_begun, &exchange.answer_begun];
    assert_eq!(flags.map(|flag| flag.load(Ordering::Relaxed)), [true, true, false]);
    server.join().unwrap();
}

/// Announces more than it has.
#[derive(Debug)]
struct Short;

impl RequestBody for Short {
    fn len(&self) -> u64 {
        LARGE
    }
    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let left = 100_000usize.saturating_sub(offset as usize);
        to(&vec![b'x'; most.min(left)]);
        Ok(())
    }
    fn sent(&self, bytes: u64) {
        assert!(bytes <= 100_000);
    }
}

#[test]
fn a_body_that_ends_before_its_length_fails() {
    let (at, server) = serve_once(|mut stream| {
        read_until(&mut stream, b"\r\n\r\n");
        swallow(&mut stream)
    });
    let mut ask = Ask::new("POST", format!("http://{at}/"));
    ask.body = Some(Arc::new(Short));
    let failure = Client::new().start(&ask).expect_err("the body is too short");
    assert_eq!((failure.kind, failure.phase), (Kind::Io, Phase::Send));
    assert!(failure.message.contains("ended before its length"), "{failure:?}");
    server.join().expect("the server saw the connection end");
}
