//! The server over real sockets: every step, the log, the gates, the proxies, and garbage.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    ready: String,
}

impl Server {
    fn start() -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scripted-server"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let stdin = child.stdin.take();
        Server { child, stdin, ready }
    }

    fn port(&self, name: &str) -> u16 {
        let key = format!("{name}=");
        self.ready
            .split_whitespace()
            .find_map(|w| w.strip_prefix(&key))
            .unwrap_or_else(|| panic!("no {name} in {}", self.ready))
            .parse()
            .unwrap()
    }

    fn connect(&self, name: &str) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port(name))).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Sends raw bytes and reads to the end.
    fn raw(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect(name);
        stream.write_all(bytes).unwrap();
        let mut out = Vec::new();
        // A reset is an end, too; some tests want one.
        let _ = stream.read_to_end(&mut out);
        out
    }

    fn get(&self, target: &str) -> String {
        let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        String::from_utf8_lossy(&self.raw("http", request.as_bytes())).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        assert!(self.child.wait().unwrap().success(), "it ends by itself when stdin ends");
    }
}

fn encode(steps: &[&str]) -> String {
    let one = |s: &&str| {
        s.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    (b as char).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect::<String>()
    };
    steps.iter().map(one).collect::<Vec<_>>().join("&")
}

fn pattern(n: u32) -> Vec<u8> {
    (0..n).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn body(answer: &[u8]) -> &[u8] {
    let at = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    &answer[at + 4..]
}

#[test]
fn a_script_is_sent_as_written() {
    let server = Server::start();
    let script = encode(&[
        "status 200 Fine",
        "field a: b\\r\\n folded",
        "chunked",
        "head-end",
        "chunk one\\0\\xff",
        "chunk-ext ;x=y two",
        "body three",
        "end",
        "close",
    ]);
    let answer = server.raw("http", format!("GET /script?{script} HTTP/1.1\r\n\r\n").as_bytes());
    let expected = b"HTTP/1.1 200 Fine\r\na: b\r\n folded\r\ntransfer-encoding: chunked\r\n\r\n\
        5\r\none\0\xff\r\n3;x=y\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&answer), String::from_utf8_lossy(expected));
}

#[test]
fn scripts_come_by_field_and_by_name_too() {
    let server = Server::start();
    let answer =
        server.raw("http", b"GET /any HTTP/1.1\r\nx-script: ok%20hi\r\nconnection: close\r\n\r\n");
    assert!(answer.ends_with(b"content-length: 2\r\n\r\nhi"));
    let put = b"PUT /_scripts/n HTTP/1.1\r\ncontent-length: 8\r\nconnection: close\r\n\r\nok named";
    assert!(server.raw("http", put).starts_with(b"HTTP/1.1 200"));
    assert!(server.get("/s/n").ends_with("\r\n\r\nnamed"));
    assert!(server.get("/s/unknown").starts_with("HTTP/1.1 400"));
    assert!(server.get("/script?nonsense").contains("not a step: nonsense"));
}

#[test]
fn bodies_have_the_documented_bytes() {
    let server = Server::start();
    let get = |t: &str| server.raw("http", format!("GET {t} HTTP/1.0\r\n\r\n").as_bytes());
    assert_eq!(body(&get("/bytes/70000")), pattern(70_000));
    assert_eq!(body(&get("/close-delimited/3000")), pattern(3000));
    let script = encode(&["status 200", "head-end", "bytes 10", "drip 10 3", "bytes 80"]);
    assert_eq!(body(&get(&format!("/script?{script}"))), pattern(100));
    let chunked = get("/chunked/5?size=2");
    assert!(body(&chunked).starts_with(b"2\r\n\x00\x9e\r\n2\r\n"), "{chunked:?}");
    assert!(chunked.ends_with(b"0\r\n\r\n"));
}

#[test]
fn codings_decode() {
    let server = Server::start();
    let script = encode(&["status 200", "head-end", "gzip one ", "body two", "end"]);
    let raw = server.raw("http", format!("GET /script?{script} HTTP/1.0\r\n\r\n").as_bytes());
    let mut text = String::new();
    flate2::read::GzDecoder::new(body(&raw)).read_to_string(&mut text).unwrap();
    assert_eq!(text, "one two");
    let script = encode(&["status 200", "head-end", "encode gzip", "corrupt", "body x", "end"]);
    let raw = server.raw("http", format!("GET /script?{script} HTTP/1.0\r\n\r\n").as_bytes());
    assert!(flate2::read::GzDecoder::new(body(&raw)).read_to_string(&mut text).is_err());
}

#[test]
fn echo_is_exact_and_keep_alive_works() {
    let server = Server::start();
    let mut stream = server.connect("http");
    let request = b"POST /echo?q HTTP/1.1\r\nX-Odd:  spaces  \r\ncontent-length: 3\r\n\r\na\0b";
    for _ in 0..2 {
        stream.write_all(request).unwrap();
        let mut reader = BufReader::new(&stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        let mut all = vec![0; request.len()];
        reader.read_exact(&mut all).unwrap();
        assert_eq!(all, request);
    }
    drop(stream);
    let chunked = b"POST /sink HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    assert!(server.raw("http", chunked).ends_with(b"bytes=1 fnv1a=af63dc4c8601ec8c\n"));
}

#[test]
fn gates_and_the_log_make_tests_wait_for_events() {
    let server = Server::start();
    let mut stream = server.connect("http");
    let script = encode(&["gate g", "ok through"]);
    stream.write_all(format!("GET /script/g?{script} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
    assert!(server.get("/_wait?event=gate&path=/script/g").contains("\"detail\":\"g\""));
    assert!(server.get("/_open/g").starts_with("HTTP/1.1 200"));
    let mut answer = [0; 45];
    stream.read_exact(&mut answer).unwrap();
    assert!(answer.ends_with(b"through"), "{}", String::from_utf8_lossy(&answer));
    assert!(server.get("/_wait?event=done&path=/script/g").starts_with("HTTP/1.1 200"));
    drop(stream);
    assert!(server.get("/_wait?event=peer-closed&path=/script/g").starts_with("HTTP/1.1 200"));
    assert!(server.get("/_wait?event=never&timeout_ms=1").starts_with("HTTP/1.1 408"));
    let log = server.get("/_log?path=/script/g");
    let kinds: Vec<&str> = log
        .lines()
        .filter_map(|l| l.split("\"event\":\"").nth(1))
        .filter_map(|l| l.split('"').next())
        .collect();
    assert_eq!(kinds, ["request", "gate", "done", "peer-closed"]);
}

#[test]
fn a_peer_that_leaves_a_stalled_answer_is_seen() {
    let server = Server::start();
    let mut stream = server.connect("http");
    let script = encode(&["status 200", "head-end", "stall", "body late", "close"]);
    stream.write_all(format!("GET /script/a?{script} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
    server.get("/_wait?event=stall&path=/script/a");
    drop(stream);
    assert!(server.get("/_wait?event=gone&path=/script/a").contains("while the script waited"));

    let mut stream = server.connect("http");
    stream.write_all(format!("GET /script/b?{script} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
    server.get("/_wait?event=stall&path=/script/b");
    server.get("/_release");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("late"));
}

#[test]
fn bodies_can_be_left_unread_or_read_in_part() {
    let server = Server::start();
    let head = |script: &[&str], tag: &str| {
        format!("POST /script/{tag}?{} HTTP/1.1\r\ncontent-length: 6\r\n\r\n", encode(script))
    };
    let mut stream = server.connect("http");
    stream.write_all(head(&["no-read", "ok early"], "n").as_bytes()).unwrap();
    server.get("/_wait?event=done&path=/script/n");
    stream.write_all(b"abcdef").unwrap();
    assert!(server.get("/_wait?event=body&path=/script/n").contains("bytes=6"));

    let mut stream = server.connect("http");
    stream.write_all(head(&["continue", "read-body 2", "ok", "close"], "r").as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ab").unwrap();
    assert!(server.get("/_wait?event=body&path=/script/r").contains("bytes=2"));
}

#[test]
fn a_reset_is_a_reset() {
    let server = Server::start();
    let mut stream = server.connect("http");
    let request = format!("GET /script?{} HTTP/1.1\r\n\r\n", encode(&["reset"]));
    stream.write_all(request.as_bytes()).unwrap();
    let error = stream.read(&mut [0; 9]).expect_err("a reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[test]
fn the_odd_ports_are_odd() {
    let server = Server::start();
    let connect = |name: &str| {
        let address = format!("127.0.0.1:{}", server.port(name)).parse().unwrap();
        TcpStream::connect_timeout(&address, Duration::from_millis(100))
    };
    assert_eq!(connect("refused").unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    assert_eq!(connect("blackhole").unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    let port = server.port("silent");
    drop(connect("silent").unwrap());
    let wait = format!("/_wait?event=peer-closed&port={port}");
    assert!(server.get(&wait).starts_with("HTTP/1.1 200"));

    let listen = |script: &str| {
        let n = script.len();
        let head = format!("POST /_listen?kind=script HTTP/1.0\r\ncontent-length: {n}\r\n\r\n");
        String::from_utf8(server.raw("http", (head + script).as_bytes())).unwrap()
    };
    assert!(listen("raw hi\nclos").ends_with("not a step: clos"));
    let answer = listen("raw hi");
    let port: u16 = answer.lines().last().unwrap().parse().unwrap();
    let mut text = String::new();
    TcpStream::connect(("127.0.0.1", port)).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "hi");
}

#[test]
fn a_connect_that_hangs_can_be_awaited() {
    let server = Server::start();
    let port = server.port("blackhole");
    let quick = server.get(&format!("/_connecting?port={port}&timeout_ms=1"));
    assert!(quick.starts_with("HTTP/1.1 408"), "{quick}");
    let address = format!("127.0.0.1:{port}").parse().unwrap();
    let waiting = std::thread::spawn(move || {
        TcpStream::connect_timeout(&address, Duration::from_secs(3)).is_err()
    });
    let seen = server.get(&format!("/_connecting?port={port}"));
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    assert!(waiting.join().unwrap());
}

#[test]
fn the_proxies_pass_on() {
    let server = Server::start();
    let http = server.port("http");
    let ask = format!(
        "GET http://origin.test:{http}/echo HTTP/1.1\r\nhost: origin.test\r\n\
         proxy-authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n\r\n"
    );
    for name in ["proxy", "proxy-auth"] {
        let answer = String::from_utf8(server.raw(name, ask.as_bytes())).unwrap();
        assert!(answer.contains("GET /echo HTTP/1.1\r\nhost: origin.test\r\nvia: "), "{answer}");
    }
    let hello = "GET /hello HTTP/1.1\r\nconnection: close\r\n\r\n";
    let mut stream = server.connect("proxy");
    let connect = format!("CONNECT origin.test:{http} HTTP/1.1\r\n\r\n{hello}");
    stream.write_all(connect.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("Hello, world!\n"), "{answer}");
    let no = server.raw("proxy-auth", b"CONNECT a:1 HTTP/1.1\r\nconnection: close\r\n\r\nx");
    assert!(no.starts_with(b"HTTP/1.1 407"));

    let [hi, lo] = http.to_be_bytes();
    let mut ask = b"\x05\x01\x02\x01\x04user\x09pass word\x05\x01\x00\x03\x0borigin.test".to_vec();
    ask.extend([hi, lo]);
    ask.extend_from_slice(hello.as_bytes());
    let answer = server.raw("socks-auth", &ask);
    assert!(answer.starts_with(b"\x05\x02\x01\x00\x05\x00"), "{answer:?}");
    assert!(answer.ends_with(b"Hello, world!\n"));
    assert_eq!(server.raw("socks", b"\x05\x01\x07"), b"\x05\xff");
}

#[test]
fn garbage_ends_the_connection_and_nothing_else() {
    let server = Server::start();
    let pieces: [&[u8]; 8] = [
        b"\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / FTP/1\r\n\r\n",
        b"\xff\xfe /%zz?%%% HTTP/1.1\r\n:\r\n\r\n",
        b"POST /echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET ? HTTP/1.1\r\n\r\n",
    ];
    for name in ["http", "https", "proxy", "socks", "proxy-auth", "socks-auth"] {
        for piece in pieces {
            let mut stream = server.connect(name);
            let _ = stream.write_all(piece);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
    assert!(server.get("/hello").ends_with("Hello, world!\n"));
}
