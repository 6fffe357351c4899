//! A bug of ours on a worker ends the one task that met it; the pool goes on with the same threads.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use http::Method;

use super::*;
use crate::http::testing::policy;
use crate::http::url::parse_url;
use crate::http::{Ask, Exchange, Failure, Head, Limits, Policy, Request, Settings};

/// Where the owner panics, as a bug in what a worker calls would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    InBegin,
    InHead,
    InRoom,
    InChunk,
    InTell,
    Nowhere,
}

#[derive(Debug)]
struct Told {
    bug: Bug,
    id: u64,
    at: SocketAddr,
    exchange: Arc<Exchange>,
    ends: Mutex<Sender<Result<(), Failure>>>,
}

impl Told {
    fn meets(&self, bug: Bug) {
        assert!(self.bug != bug, "a bug, made by the test");
    }
}

impl Owner for Told {
    fn id(&self) -> u64 {
        self.id
    }
    fn host(&self) -> Option<Host> {
        Some("one".into())
    }
    fn exchange(&self) -> Arc<Exchange> {
        self.exchange.clone()
    }
    fn begin(&self) -> Option<Request> {
        self.meets(Bug::InBegin);
        let url = parse_url(&format!("http://{}/", self.at)).expect("a URL");
        let policy = Policy { direct: true, ..policy() };
        let ask = Ask { method: Method::GET, url, fields: Vec::new() };
        Some(Request { ask: Arc::new(ask), body: None, policy: Arc::new(policy) })
    }
    fn head(&self, _: Head, _: &str, _: u32) {
        self.meets(Bug::InHead);
    }
    fn room(&self) -> usize {
        self.meets(Bug::InRoom);
        1000
    }
    fn paused(&self) -> bool {
        false
    }
    fn resumed_at(&self) -> Option<Instant> {
        None
    }
    fn chunk(&self, _: u64, bytes: Vec<u8>) -> Option<Vec<u8>> {
        self.meets(Bug::InChunk);
        Some(bytes)
    }
    fn spare(&self) -> Option<Vec<u8>> {
        None
    }
    fn keeps_body(&self) -> bool {
        false
    }
    fn body_max(&self) -> Option<u64> {
        None
    }
    fn received(&self, _: u64, _: Option<u64>) {}
    fn tell(&self) {
        self.meets(Bug::InTell);
        lock(&self.ends).send(Ok(())).expect("the test listens");
    }
    fn end(&self, result: Result<(), Failure>, _: Option<Vec<u8>>) {
        lock(&self.ends).send(result).expect("the test listens");
    }
}

/// Answers each connection once.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    at
}

/// One place, and one for the host: whatever a task does not give back holds up the next.
fn pool() -> Arc<Pool> {
    let limits = PoolLimits {
        workers_max: 1,
        worker_idle: Duration::from_secs(60),
        queue_max: None,
        per_host_max: Some(1),
        stack: 4 * 1024 * 1024,
        listeners: false,
    };
    Pool::new(&limits, Http::new(Settings::default()).expect("a client"))
}

fn owner(bug: Bug, id: u64, at: SocketAddr) -> (Arc<Told>, Receiver<Result<(), Failure>>) {
    let (ends, heard) = channel();
    let exchange = Arc::new(Exchange::new(Limits::default()));
    (Arc::new(Told { bug, id, at, exchange, ends: Mutex::new(ends) }), heard)
}

#[test]
fn a_panic_ends_one_task_and_the_pool_lives() {
    let (at, pool) = (server(), pool());
    let mut id = 0;
    let mut run = |bug| {
        id += 1;
        let (owner, heard) = owner(bug, id, at);
        pool.admit(owner, Some("one".into())).expect("there is room");
        heard.recv_timeout(Duration::from_secs(20)).expect("every task ends")
    };
    for bug in [Bug::InBegin, Bug::InHead, Bug::InRoom, Bug::InChunk] {
        let failure = run(bug).expect_err("it met a bug");
        assert_eq!(failure.kind, Kind::Panic, "{bug:?}");
        assert_eq!(run(Bug::Nowhere), Ok(()), "after {bug:?}");
    }
    pool.close();
    assert!(pool.wait_closed(Instant::now() + Duration::from_secs(20)));
}

#[test]
fn a_panic_while_news_is_told_harms_nobody_else() {
    let pool = pool();
    let at = SocketAddr::from(([127, 0, 0, 1], 1));
    pool.tell(owner(Bug::InTell, 1, at).0);
    let (good, heard) = owner(Bug::Nowhere, 2, at);
    pool.tell(good);
    assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok(Ok(())));
    pool.close();
    assert!(pool.wait_closed(Instant::now() + Duration::from_secs(20)));
}
