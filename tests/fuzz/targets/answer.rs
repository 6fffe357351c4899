//! A whole answer over a real socket, through everything that reads it: interim heads, the head, its framing, chunks,
//! codings. Cut anywhere, it means the same. And whatever stands behind it, the next request on the client gets its own
//! answer.
#![no_main]

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use libfuzzer_sys::fuzz_target;
use reqtask::http::redirect::leads_elsewhere;
use reqtask::http::url::parse_url;
use reqtask::http::{
    Answer, Ask, Exchange, Failure, Fetch, Got, Http, Kind, Patience, Request, Settings, WakePipe,
};
use reqtask_fuzz::{Peer, Pieces, Server, is_sentence, policy, steer, worker};

/// Decoded bytes that are looked at.
const BODY_MAX: usize = 256 * 1024;

struct World {
    server: Server,
    http: Http,
}

thread_local! {
    static WORLD: World = World {
        server: Server::new(),
        http: Http::new(Settings::default()).expect("no system roots"),
    };
}

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: u16,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
    /// `None`: too long to be looked at.
    end: Option<Result<(), Kind>>,
    /// It ends where nothing more is there (C-3), so how it was cut does matter.
    impatient: bool,
}

fuzz_target!(|data: &[u8]| {
    let (seed, answer) = steer(data);
    let method =
        [Method::GET, Method::GET, Method::HEAD, Method::POST][usize::from(seed >> 6)].clone();
    WORLD.with(|world| {
        let mut pieces = Pieces::new(seed);
        let whole = Run::of(world, &method, answer, &mut |rest| rest);
        let cut = Run::of(world, &method, answer, &mut |rest| pieces.len().min(rest));
        match (&whole, &cut) {
            (Ok(a), Ok(b)) if a.impatient && b.impatient => assert_eq!(a.fields, b.fields),
            (Ok(a), Ok(b)) => assert_eq!(a, b),
            // A head that is wrong and cut off as well is the one or the other.
            (Err(_), Err(_)) => {}
            other => panic!("{other:?}"),
        }
    });
});

/// One request and what the server does meanwhile.
struct Run<'a> {
    world: &'a World,
    peer: Option<Peer>,
    /// Of the answer, still to be sent.
    rest: &'a [u8],
    ended: bool,
    piece: &'a mut dyn FnMut(usize) -> usize,
    exchange: Arc<Exchange>,
    pipe: Rc<WakePipe>,
}

impl<'a> Run<'a> {
    fn of(
        world: &'a World,
        method: &Method,
        answer: &'a [u8],
        piece: &'a mut dyn FnMut(usize) -> usize,
    ) -> Result<Outcome, Kind> {
        let (exchange, pipe) = worker();
        let mut run = Run { world, peer: None, rest: answer, ended: false, piece, exchange, pipe };
        let outcome = run.first(method);
        if matches!(&outcome, Ok(Outcome { end: Some(Ok(())), .. })) {
            run.second();
        }
        outcome
    }

    fn first(&mut self, method: &Method) -> Result<Outcome, Kind> {
        let mut fetch = self.begin(method);
        let answer = self.head(&mut fetch).map_err(|failure| {
            is_sentence(&failure.message);
            failure.kind
        })?;
        let status = answer.head.status;
        assert!((200..=999).contains(&status));
        let fields: Vec<_> =
            answer.head.fields.iter().map(|(n, v)| (n.to_vec(), v.to_vec())).collect();
        for (_, value) in &fields {
            assert!(!value.iter().any(|b| b"\r\n\0".contains(b)));
        }
        let impatient = leads_elsewhere(status, &answer.head.fields);
        let mut body = answer.body;
        let (mut all, mut into) = (Vec::new(), [0; 8192]);
        self.exchange.set_patience(Patience::UpTo(Duration::ZERO));
        let end = loop {
            match body.read(&mut into, &self.exchange, &self.pipe) {
                Ok(Got::Bytes(n)) => all.extend_from_slice(&into[..n]),
                Ok(Got::WouldBlock) => {
                    if !body.take_break() {
                        self.serve();
                    }
                }
                Ok(Got::End) => break Some(Ok(())),
                Err(failure) => {
                    is_sentence(&failure.message);
                    let known = [Kind::Protocol, Kind::Io, Kind::Decode].contains(&failure.kind);
                    assert!(known, "{failure:?}");
                    break Some(Err(failure.kind));
                }
            }
            if all.len() > BODY_MAX {
                all.truncate(BODY_MAX);
                break None;
            }
        };
        Ok(Outcome { status, fields, body: all, end, impatient })
    }

    /// The next request of the same client, after the server has said all it had to say.
    fn second(&mut self) {
        while !self.rest.is_empty() {
            self.serve();
        }
        let mut fetch = self.begin(&Method::GET);
        let mut answer = None;
        for _ in 0..10_000 {
            match self.world.http.advance(&mut fetch, &self.exchange, &self.pipe) {
                Ok(None) => {}
                Ok(Some(came)) => {
                    answer = Some(came);
                    break;
                }
                Err(failure) => panic!("the second request: {failure:?}"),
            }
            let fresh = self.world.server.accept();
            let is_fresh = fresh.is_some();
            if is_fresh {
                self.peer = fresh;
            }
            let peer = self.peer.as_mut().expect("the first request had one");
            if !peer.read().is_empty() {
                peer.write(b"HTTP/1.1 299 Mine\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            }
        }
        let status = answer.map(|answer| answer.head.status);
        assert_eq!(status, Some(299), "another request's answer");
    }

    fn begin(&mut self, method: &Method) -> Fetch {
        let url = parse_url(&format!("http://{}/x", self.world.server.at())).expect("a good URL");
        let ask = Ask { method: method.clone(), url, fields: Vec::new() };
        let request = Request { ask: Arc::new(ask), body: None, policy: Arc::new(policy()) };
        (self.exchange, self.pipe) = worker();
        self.world.http.begin(request).expect("it is allowed")
    }

    fn head(&mut self, fetch: &mut Fetch) -> Result<Answer, Failure> {
        loop {
            if let Some(answer) = self.world.http.advance(fetch, &self.exchange, &self.pipe)? {
                return Ok(answer);
            }
            self.serve();
        }
    }

    /// The server's turn: a piece of the answer, then the end.
    fn serve(&mut self) {
        if self.peer.is_none() {
            self.peer = (0..1_000_000).find_map(|_| self.world.server.accept());
            self.peer.as_mut().expect("it connects").read();
        }
        let peer = self.peer.as_mut().expect("just accepted");
        if self.rest.is_empty() {
            if !std::mem::replace(&mut self.ended, true) {
                peer.end();
            }
            return;
        }
        let (now, later) = self.rest.split_at((self.piece)(self.rest.len()));
        peer.write(now);
        self.rest = later;
    }
}
