//! Whole requests against an engine that plays a script: redirects, cookies, proxies, retry, decoding, marks.

use std::collections::VecDeque;
use std::io::Write;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use http::{HeaderName, HeaderValue, header};

use super::cancel::WakePipe;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Limits, Mark, Patience, UNKNOWN};
use super::fetch::{Answer, Http};
use super::fields::Fields;
use super::proxy::{NoProxy, Proxy};
use super::request::Request;
use super::seam::{Answered, Awaited, Engine, Got, Head, Hop, RawBody};
use super::settings::Settings;
use super::testing::{bytes_body, request};
use super::watch::Watcher;

/// What the engine answers to one hop.
enum Reply {
    Answer {
        status: u16,
        fields: Vec<(&'static str, String)>,
        body: Vec<Piece>,
    },
    /// It fails: the kind, and what of reused, request begun and answer begun it says.
    Fail(Kind, bool, bool, bool),
}

#[derive(Clone, Debug)]
enum Piece {
    Bytes(Vec<u8>),
    /// Nothing is there now, once.
    Wait,
    /// Nothing will come any more.
    Silence,
    Break,
}

/// What a hop looked like.
#[derive(Debug)]
struct Seen {
    line: String,
    fields: Vec<String>,
    body: Option<u64>,
    proxy: Option<String>,
    fresh: bool,
}

#[derive(Clone, Debug, Default)]
struct Script(Arc<Mutex<Played>>);

#[derive(Default)]
struct Played {
    replies: VecDeque<Reply>,
    seen: Vec<Seen>,
    /// Bodies that were read to their end, and those dropped before.
    ended: usize,
    dropped: usize,
}

impl std::fmt::Debug for Played {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.seen)
    }
}

impl Engine for Script {
    fn start(
        &self,
        hop: &Hop<'_>,
        exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<Box<dyn Awaited>, Failure> {
        let mut played = self.0.lock().expect("not poisoned");
        played.seen.push(Seen {
            line: format!("{} {}", hop.method, hop.url),
            fields: hop
                .lines
                .iter()
                .map(|(n, v)| format!("{n}: {}", String::from_utf8_lossy(v)))
                .collect(),
            body: hop.body.map(|b| b.len()),
            proxy: hop.route.proxy.map(|p| p.host.clone()),
            fresh: hop.fresh,
        });
        match played.replies.pop_front().expect("no more hops than replies") {
            Reply::Fail(kind, reused, request_begun, answer_begun) => {
                exchange.reused.store(reused, Ordering::SeqCst);
                exchange.request_begun.store(request_begun, Ordering::SeqCst);
                exchange.answer_begun.store(answer_begun, Ordering::SeqCst);
                let failure = Failure::new(kind, Phase::Headers, "the connection was closed");
                if request_begun {
                    Ok(Box::new(ScriptAwaited { waited: false, outcome: Some(Err(failure)) }))
                } else {
                    Err(failure)
                }
            }
            Reply::Answer { status, fields, body } => {
                let mut list = Fields::default();
                for (name, value) in &fields {
                    list.push(name.as_bytes(), value.as_bytes());
                }
                let head = Head {
                    status,
                    version: 11,
                    fields: list,
                    peer: ([127, 0, 0, 1], 80).into(),
                    reused: false,
                    content_length: None,
                };
                let by_close = head.fields.get("content-length").is_none();
                let (pieces, script) = (body.into(), self.clone());
                let body = Box::new(ScriptBody { pieces, by_close, ended: false, script });
                Ok(Box::new(ScriptAwaited { waited: false, outcome: Some(Ok((head, body))) }))
            }
        }
    }
}

/// An answer for which one has to wait once.
#[derive(Debug)]
struct ScriptAwaited {
    waited: bool,
    outcome: Option<Result<Answered, Failure>>,
}

impl Awaited for ScriptAwaited {
    fn head(&mut self, _: &Exchange) -> Result<Option<Answered>, Failure> {
        if !std::mem::replace(&mut self.waited, true) {
            return Ok(None);
        }
        self.outcome.take().expect("asked until it is there").map(Some)
    }
    fn fd(&self) -> Option<RawFd> {
        Some(7)
    }
    fn watch(&mut self, _: &Arc<dyn Watcher>) -> Option<usize> {
        None
    }
}

#[derive(Debug)]
struct ScriptBody {
    pieces: VecDeque<Piece>,
    by_close: bool,
    ended: bool,
    script: Script,
}

impl RawBody for ScriptBody {
    fn read(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        match self.pieces.pop_front() {
            None => {
                self.ended = true;
                Ok(Got::End)
            }
            Some(Piece::Bytes(bytes)) => {
                let n = bytes.len().min(into.len());
                into[..n].copy_from_slice(&bytes[..n]);
                if n < bytes.len() {
                    self.pieces.push_front(Piece::Bytes(bytes[n..].to_vec()));
                }
                Ok(Got::Bytes(n))
            }
            Some(Piece::Wait) => Ok(Got::WouldBlock),
            Some(Piece::Silence) => {
                assert_ne!(exchange.patience(), Patience::Forever, "this read would hang");
                self.pieces.push_front(Piece::Silence);
                Ok(Got::WouldBlock)
            }
            Some(Piece::Break) => Err(Failure::new(Kind::Io, Phase::Body, "reset")),
        }
    }
    fn fd(&self) -> Option<RawFd> {
        (!self.ended).then_some(7)
    }
    fn watch(&mut self, _: &Arc<dyn Watcher>) -> Option<usize> {
        None
    }
    fn is_drained(&self) -> bool {
        false
    }
    fn has_buffers(&self) -> bool {
        false
    }
    fn ends_by_close(&self) -> bool {
        self.by_close
    }
    fn shed(&mut self) {}
}

impl Drop for ScriptBody {
    fn drop(&mut self) {
        let mut played = self.script.0.lock().expect("not poisoned");
        if self.ended {
            played.ended += 1;
        } else {
            played.dropped += 1;
        }
    }
}

fn ok(body: &[u8]) -> Reply {
    answer(200, &[], vec![Piece::Bytes(body.to_vec())])
}

fn to(status: u16, location: &str) -> Reply {
    answer(status, &[("location", location)], vec![])
}

fn answer(status: u16, fields: &[(&'static str, &str)], body: Vec<Piece>) -> Reply {
    let fields = fields.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
    Reply::Answer { status, fields, body }
}

/// A client on a script.
struct Client {
    http: Http,
    script: Script,
    exchange: Arc<Exchange>,
    pipe: Rc<WakePipe>,
}

impl Client {
    fn new(settings: Settings, replies: Vec<Reply>) -> Client {
        let script = Script::default();
        script.0.lock().expect("not poisoned").replies = replies.into();
        Client {
            http: Http::with_engine(settings, Box::new(script.clone())),
            script,
            exchange: Arc::new(Exchange::new(Limits::default())),
            pipe: Rc::new(WakePipe::new().expect("a pipe")),
        }
    }

    fn plain(replies: Vec<Reply>) -> Client {
        Client::new(Settings::default(), replies)
    }

    fn fetch(&self, request: &Request) -> Result<Answer, Failure> {
        // As a worker does.
        self.exchange.begin();
        let mut fetch = self.http.begin(request.clone())?;
        loop {
            if let Some(answer) = self.http.advance(&mut fetch, &self.exchange, &self.pipe)? {
                return Ok(answer);
            }
        }
    }

    /// The whole body.
    fn read(&self, answer: &mut Answer) -> Result<Vec<u8>, Failure> {
        let (mut out, mut into) = (Vec::new(), [0; 5]);
        loop {
            match answer.body.read(&mut into, &self.exchange, &self.pipe)? {
                Got::Bytes(n) => out.extend_from_slice(&into[..n]),
                Got::WouldBlock => answer.body.shed(),
                Got::End => return Ok(out),
            }
        }
    }

    fn seen<R>(&self, look: impl FnOnce(&[Seen]) -> R) -> R {
        look(&self.script.0.lock().expect("not poisoned").seen)
    }

    fn lines(&self) -> Vec<String> {
        self.seen(|s| s.iter().map(|s| s.line.clone()).collect())
    }
}

fn with(mut request: Request, fields: &[(&'static str, &'static str)]) -> Request {
    for (n, v) in fields {
        request.ask_mut().fields.push((HeaderName::from_static(n), HeaderValue::from_static(v)));
    }
    request
}

#[test]
fn an_answer_with_its_body_and_marks() {
    let c = Client::plain(vec![ok(b"hello world")]);
    let mut a = c.fetch(&request("GET", "http://h/x#f")).expect("an answer");
    assert_eq!((a.head.status, a.redirects, a.ask.url.as_str()), (200, 0, "http://h/x#f"));
    assert_eq!(a.body.fd(), Some(7));
    assert_eq!(c.exchange.marked(Mark::ResponseEnd), UNKNOWN);
    assert_eq!(c.read(&mut a), Ok(b"hello world".to_vec()));
    assert_eq!((a.body.received(), a.body.fd()), (11, None));
    assert_eq!(a.body.read(&mut [0], &c.exchange, &c.pipe), Ok(Got::End));
    assert!(c.exchange.marked(Mark::ResponseEnd) >= 0);
    assert_eq!(c.exchange.marked(Mark::RedirectStart), UNKNOWN);
    assert_eq!(c.exchange.phase(), Phase::Body);
}

#[test]
fn redirects_are_followed_with_method_body_and_fields() {
    let c = Client::plain(vec![to(307, "/b"), to(302, "//k/c#g"), to(303, "/d"), ok(b"")]);
    let mut r = request("POST", "http://u:p@h/a#f");
    r.body = Some(bytes_body(b"12345"));
    let r = with(
        r,
        &[
            ("authorization", "secret"),
            ("content-type", "text/plain"),
            ("cookie", "a=b"),
            ("x", "y"),
        ],
    );
    let a = c.fetch(&r).expect("an answer");
    assert_eq!((a.ask.url.as_str(), a.redirects), ("http://k/d#g", 3));
    let want = ["POST http://h/a#f", "POST http://h/b#f", "GET http://k/c#g", "GET http://k/d#g"];
    assert_eq!(c.lines(), want);
    c.seen(|seen| {
        let names = |i: usize| -> Vec<&str> {
            seen[i].fields.iter().filter_map(|f| f.split(':').next()).collect()
        };
        let common = ["user-agent", "accept", "accept-encoding"];
        assert_eq!(names(1)[..3], ["authorization", "content-type", "x"]);
        assert_eq!(names(1).last(), Some(&"cookie"));
        for i in [2, 3] {
            assert_eq!(names(i), [&["x"][..], &common].concat());
        }
        let bodies: Vec<_> = seen.iter().map(|s| s.body).collect();
        assert_eq!(bodies, [Some(5), Some(5), None, None]);
    });
    let (start, end) =
        (c.exchange.marked(Mark::RedirectStart), c.exchange.marked(Mark::RedirectEnd));
    assert!(start >= 0 && end >= start, "{start} {end}");
    // The three redirect bodies were read to their end, so their connections can be used again.
    assert_eq!(c.script.0.lock().expect("not poisoned").ended, 3);
}

#[test]
fn a_redirect_body_is_never_waited_for() {
    let big = vec![0; 70_000];
    for body in [
        vec![Piece::Silence],
        vec![Piece::Bytes(vec![1; 10]), Piece::Silence],
        vec![Piece::Bytes(big)],
        vec![Piece::Break],
    ] {
        let c = Client::plain(vec![answer(302, &[("location", "/b")], body), ok(b"there")]);
        let mut a = c.fetch(&request("GET", "http://h/a")).expect("an answer");
        assert_eq!(c.script.0.lock().expect("not poisoned").dropped, 1);
        assert_eq!(c.exchange.patience(), Patience::Forever);
        assert_eq!(c.read(&mut a), Ok(b"there".to_vec()));
    }
}

#[test]
fn a_redirect_that_is_handed_back_is_never_waited_for_without_framing() {
    let read = |status, fields: &[(&'static str, &str)], body: Vec<Piece>| {
        let c = Client::plain(vec![answer(status, fields, body)]);
        let mut r = request("GET", "http://h/a");
        Arc::make_mut(&mut r.policy).redirects_max = 0;
        let mut a = c.fetch(&r).expect("an answer");
        let got = c.read(&mut a);
        assert_eq!((a.head.status, c.exchange.patience()), (status, Patience::Forever));
        got.map_err(|failure| failure.kind)
    };
    let text = || Piece::Bytes(b"moved here".to_vec());
    for status in [301, 302, 303, 307, 308] {
        let to = [("location", "/b")];
        assert_eq!(read(status, &to, vec![Piece::Silence]), Ok(b"".to_vec()));
        assert_eq!(read(status, &to, vec![text(), Piece::Silence]), Ok(b"moved here".to_vec()));
        assert_eq!(read(status, &to, vec![Piece::Break]), Ok(b"".to_vec()));
    }
    // The beginning of coded text, which is damaged if no more comes.
    let coded = [("location", "/b"), ("content-encoding", "gzip")];
    let cut = || Piece::Bytes(gzip(b"moved")[..10].to_vec());
    for body in [vec![cut(), Piece::Silence], vec![cut()]] {
        assert_eq!(read(302, &coded, body), Ok(b"".to_vec()));
    }
    // With framing, without a location, or another status: as ever.
    let late = || vec![Piece::Wait, text(), Piece::Wait, text()];
    let all = b"moved heremoved here";
    let framed = [("location", "/b"), ("content-length", "20")];
    assert_eq!(read(302, &framed, late()), Ok(all.to_vec()));
    assert_eq!(read(302, &framed, vec![text(), Piece::Break]), Err(Kind::Io));
    assert_eq!(read(302, &[("location", " ")], late()), Ok(all.to_vec()));
    assert_eq!(read(201, &[("location", "/b")], late()), Ok(all.to_vec()));
}

#[test]
fn redirects_end() {
    let endless = || (0..20).map(|_| to(302, "/a")).collect();
    let fails = |c: &Client, r: &Request| {
        let failure = c.fetch(r).expect_err("a refusal");
        assert_eq!((failure.kind, failure.phase), (Kind::Redirect, Phase::Headers));
        failure.message
    };
    let c = Client::plain(endless());
    assert!(fails(&c, &request("GET", "http://h/a")).contains("more than 10"));
    assert_eq!(c.lines().len(), 11);
    let c = Client::plain(endless());
    let mut r = request("GET", "http://h/a");
    Arc::make_mut(&mut r.policy).redirects_max = 0;
    assert_eq!(c.fetch(&r).map(|a| (a.head.status, a.redirects)), Ok((302, 0)));
    for location in ["http://foo.1.2.3.4.5/", "ftp://h/", "http://h:0/"] {
        let c = Client::plain(vec![to(302, location)]);
        assert!(fails(&c, &request("GET", "https://h/a")).contains(location));
        assert_eq!(c.script.0.lock().expect("not poisoned").dropped, 1);
    }
    let c = Client::plain(vec![to(302, "http://h/")]);
    assert!(fails(&c, &request("GET", "https://h/a")).contains("https to http"));
}

#[test]
fn an_abort_stops_the_redirects() {
    let c = Client::plain(vec![to(302, "/b")]);
    c.exchange.cancel.set();
    let failure = c.fetch(&request("GET", "http://h/a")).expect_err("aborted");
    assert_eq!(failure.kind, Kind::Aborted);
    assert_eq!(c.lines().len(), 1);
}

#[test]
fn https_only_is_looked_at_again() {
    let c = Client::plain(vec![]);
    let mut r = request("GET", "http://h/a");
    Arc::make_mut(&mut r.policy).https_only = true;
    assert_eq!(c.fetch(&r).expect_err("http").kind, Kind::Unsupported);
}

#[test]
fn cookies_of_a_redirect_count_for_the_next_hop() {
    let settings = Settings { cookies: true, ..Settings::default() };
    let set = [("location", "/b"), ("set-cookie", "s=1; Path=/"), ("set-cookie", "t=2")];
    let replies = vec![answer(302, &set, vec![]), to(302, "http://k/"), ok(b""), ok(b"")];
    let c = Client::new(settings, replies);
    let r = with(request("GET", "http://h.example/a"), &[("cookie", "app=0")]);
    c.fetch(&r).expect("an answer");
    let cookie =
        |i: usize| c.seen(|s| s[i].fields.iter().find(|f| f.starts_with("cookie")).cloned());
    assert_eq!(cookie(0).as_deref(), Some("cookie: app=0"));
    assert_eq!(cookie(1).as_deref(), Some("cookie: app=0; s=1; t=2"));
    assert_eq!(cookie(2), None);
    c.fetch(&request("GET", "http://h.example/")).expect("an answer");
    assert_eq!(cookie(3).as_deref(), Some("cookie: s=1; t=2"));
    // Without the option there is no jar.
    let c = Client::plain(vec![answer(302, &set, vec![]), ok(b"")]);
    c.fetch(&request("GET", "http://h.example/a")).expect("an answer");
    assert!(c.seen(|s| s[1].fields.iter().all(|f| !f.starts_with("cookie"))));
}

#[test]
fn a_stale_connection_is_tried_once_more() {
    // (method, kind, reused, request begun, answer begun) and whether there is a second attempt.
    for (method, kind, reused, request_begun, answer_begun, again) in [
        ("GET", Kind::Io, true, true, false, true),
        ("PUT", Kind::Io, true, true, false, true),
        ("DELETE", Kind::Protocol, true, true, false, true),
        ("POST", Kind::Io, true, false, false, true),
        ("POST", Kind::Io, true, true, false, false),
        ("PATCH", Kind::Io, true, true, false, false),
        ("GET", Kind::Io, false, true, false, false),
        ("GET", Kind::Io, true, true, true, false),
        ("GET", Kind::Timeout, true, true, false, false),
        ("GET", Kind::Aborted, true, true, false, false),
        ("GET", Kind::TooLarge, true, true, false, false),
    ] {
        let what = format!("{method} {kind:?} {reused} {request_begun} {answer_begun}");
        let c =
            Client::plain(vec![Reply::Fail(kind, reused, request_begun, answer_begun), ok(b"")]);
        let got = c.fetch(&request(method, "http://h/")).map(|a| a.head.status).map_err(|f| f.kind);
        assert_eq!(got, if again { Ok(200) } else { Err(kind) }, "{what}");
        let fresh: Vec<_> = c.seen(|s| s.iter().map(|s| s.fresh).collect());
        assert_eq!(fresh, if again { vec![false, true] } else { vec![false] }, "{what}");
    }
    let stale = || Reply::Fail(Kind::Io, true, true, false);
    let c = Client::plain(vec![stale(), stale(), ok(b"")]);
    assert!(c.fetch(&request("GET", "http://h/")).is_err(), "twice is enough");
}

#[test]
fn proxies_are_chosen() {
    let proxy = |host: &str| Some(Arc::new(Proxy::parse(host).expect("a good proxy")));
    let settings = || Settings {
        env_proxy: (proxy("plain"), proxy("secure")),
        no_proxy: NoProxy::parse("direct, [::1]:8080").expect("a good list"),
        ..Settings::default()
    };
    let chosen = |url: &str, own: Option<&str>, direct: bool| {
        let c = Client::new(settings(), vec![ok(b"")]);
        let mut r = request("GET", url);
        Arc::make_mut(&mut r.policy).proxy = own.and_then(proxy);
        Arc::make_mut(&mut r.policy).direct = direct;
        c.fetch(&r).expect("an answer");
        c.seen(|s| s[0].proxy.clone())
    };
    assert_eq!(chosen("http://h/", None, false).as_deref(), Some("plain"));
    assert_eq!(chosen("https://h/", None, false).as_deref(), Some("secure"));
    assert_eq!(chosen("https://h/", Some("own"), false).as_deref(), Some("own"));
    assert_eq!(chosen("http://h/", None, true), None);
    assert_eq!(chosen("http://www.direct/", Some("own"), false), None);
    assert_eq!(chosen("http://[::1]:8080/", None, false), None);
    assert_eq!(chosen("http://[::1]/", None, false).as_deref(), Some("plain"));
    // Each hop chooses anew.
    let c =
        Client::new(settings(), vec![to(302, "https://h/"), to(302, "https://direct/"), ok(b"")]);
    c.fetch(&request("GET", "http://h/")).expect("an answer");
    let proxies: Vec<_> = c.seen(|s| s.iter().map(|s| s.proxy.clone()).collect());
    assert_eq!(proxies, [Some("plain".to_owned()), Some("secure".to_owned()), None]);
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    e.write_all(data).expect("into memory");
    e.finish().expect("into memory")
}

/// A coded body that comes byte by byte.
fn dripping(data: &[u8]) -> Vec<Piece> {
    data.iter().flat_map(|b| [Piece::Wait, Piece::Bytes(vec![*b])]).collect()
}

#[test]
fn bodies_are_decoded_and_heads_stay_as_received() {
    let coded = gzip(b"hello world");
    let fields = [("content-encoding", "GZIP"), ("content-length", "31")];
    let fetch = |method: &str, status, decode, body: Vec<Piece>| {
        let c = Client::plain(vec![answer(status, &fields, body)]);
        let mut r = request(method, "http://h/");
        Arc::make_mut(&mut r.policy).decode = decode;
        let mut a = c.fetch(&r).expect("an answer");
        let got = c.read(&mut a);
        assert_eq!(a.head.fields.get("content-encoding"), Some(&b"GZIP"[..]));
        assert_eq!(a.head.fields.get("content-length"), Some(&b"31"[..]));
        (got, a.body.received())
    };
    let len = coded.len() as u64;
    assert_eq!(fetch("GET", 200, true, dripping(&coded)), (Ok(b"hello world".to_vec()), len));
    assert_eq!(fetch("GET", 404, true, dripping(&coded)), (Ok(b"hello world".to_vec()), len));
    assert_eq!(fetch("GET", 200, false, dripping(&coded)), (Ok(coded.clone()), len));
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304), ("GET", 200)] {
        assert_eq!(fetch(method, status, true, vec![]), (Ok(vec![]), 0), "{method} {status}");
    }
    let (got, _) = fetch("GET", 200, true, dripping(&coded[..20]));
    assert_eq!(got.map_err(|f| (f.kind, f.phase)), Err((Kind::Decode, Phase::Body)));
    let broken = [dripping(&coded[..20]), vec![Piece::Break]].concat();
    let (got, _) = fetch("GET", 200, true, broken);
    assert_eq!(got.map_err(|f| (f.kind, f.message)), Err((Kind::Io, "reset".into())));
}

#[test]
fn too_many_codings_fail_before_the_body() {
    let c = Client::plain(vec![answer(200, &[("content-encoding", "br,br,br,br,br,br")], vec![])]);
    assert_eq!(c.fetch(&request("GET", "http://h/")).expect_err("six").kind, Kind::Decode);
}

#[test]
fn credentials_of_a_location_replace_those_of_the_app() {
    let c = Client::plain(vec![to(302, "http://u:p@h/b"), to(302, "/c"), to(302, "//k/"), ok(b"")]);
    let r = with(request("GET", "http://h/a"), &[("authorization", "mine")]);
    let a = c.fetch(&r).expect("an answer");
    assert_eq!(a.ask.url.as_str(), "http://k/");
    let name = format!("{}: ", header::AUTHORIZATION);
    let sent: Vec<Option<String>> = c.seen(|s| {
        let of = |s: &Seen| s.fields.iter().find_map(|f| f.strip_prefix(&name).map(str::to_owned));
        s.iter().map(of).collect()
    });
    let basic = || Some("Basic dTpw".to_owned());
    assert_eq!(sent, [Some("mine".to_owned()), basic(), basic(), None]);
}
