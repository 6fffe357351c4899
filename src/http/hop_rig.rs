//! What the tests of hops share: a client whose hops take one line, and a server that answers by a script.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::cancel::WakePipe;
use super::dial::Dialer;
use super::error::Failure;
use super::exchange::{Exchange, Limits, Patience};
use super::hop::UreqEngine;
use super::loopback::{direct, patient_worker, read_until, worker};
use super::proxy::Proxy;
use super::request::RequestBody;
use super::seam::{Engine, Got, Head, Hop, RawBody, Route};
use super::settings::Settings;
use super::testing::bytes_body;
use super::wait::{Interest, wait};

/// What is asked for.
pub struct Ask {
    pub method: Method,
    pub url: Url,
    pub fields: Vec<(HeaderName, HeaderValue)>,
    pub body: Option<Arc<dyn RequestBody>>,
    pub header_max: usize,
    pub proxy: Option<Arc<Proxy>>,
}

impl Ask {
    pub fn new(method: &str, url: impl AsRef<str>) -> Ask {
        Ask {
            method: method.parse().unwrap(),
            url: Url::parse(url.as_ref()).unwrap(),
            fields: Vec::new(),
            body: None,
            header_max: 64 * 1024,
            proxy: None,
        }
    }

    pub fn get(at: SocketAddr) -> Ask {
        Ask::new("GET", format!("http://{at}/"))
    }

    pub fn field(mut self, name: &'static str, value: &[u8]) -> Ask {
        self.fields.push((HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap()));
        self
    }

    pub fn body(mut self, bytes: &[u8]) -> Ask {
        self.body = Some(bytes_body(bytes));
        self
    }
}

/// An engine and a worker.
pub struct Client {
    pub engine: UreqEngine,
    pub exchange: Arc<Exchange>,
    pub pipe: Rc<WakePipe>,
}

impl Client {
    pub fn new() -> Client {
        Client::with(&Settings::default())
    }

    pub fn with(settings: &Settings) -> Client {
        let (exchange, pipe) = patient_worker();
        let engine = UreqEngine::new(Dialer::new(settings).unwrap());
        Client { engine, exchange, pipe: Rc::new(pipe) }
    }

    /// The same client for another request.
    pub fn limited(self, limits: Limits) -> Client {
        let (exchange, pipe) = worker(limits);
        Client { exchange, pipe: Rc::new(pipe), ..self }
    }

    pub fn start(&self, ask: &Ask) -> Result<(Head, Box<dyn RawBody>), Failure> {
        let lines: Vec<_> = ask.fields.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let hop = Hop {
            method: &ask.method,
            url: &ask.url,
            lines: &lines,
            body: ask.body.as_ref(),
            route: Route { proxy: ask.proxy.as_ref(), ..direct(&ask.url) },
            header_max_bytes: ask.header_max,
            fresh: false,
        };
        let mut awaited = self.engine.start(&hop, &self.exchange, &self.pipe)?;
        loop {
            if let Some(answer) = awaited.head(&self.exchange)? {
                return Ok(answer);
            }
            let fd = awaited.fd().expect("an answer that is not there has a connection");
            let (forever, read) = (Patience::Forever, Interest::READ);
            wait(fd, read, &self.exchange, &self.pipe, forever, None)?;
        }
    }

    /// The head, and all of the body or how it ended before its end.
    pub fn fetch(&self, ask: &Ask) -> Result<(Head, Vec<u8>, Option<Failure>), Failure> {
        let (head, mut body) = self.start(ask)?;
        let (bytes, failure) = self.drain(&mut *body);
        Ok((head, bytes, failure))
    }

    pub fn drain(&self, body: &mut dyn RawBody) -> (Vec<u8>, Option<Failure>) {
        let (mut all, mut piece) = (Vec::new(), vec![0; 16 * 1024]);
        loop {
            match body.read(&mut piece, &self.exchange, &self.pipe) {
                Ok(Got::Bytes(n)) => all.extend_from_slice(&piece[..n]),
                Ok(Got::End) => {
                    assert_eq!(body.fd(), None, "a complete body has let its connection go");
                    return (all, None);
                }
                Ok(Got::WouldBlock) => panic!("a patient read never gives up"),
                Err(failure) => return (all, Some(failure)),
            }
        }
    }
}

/// Reads one request with its body.
pub fn read_request(stream: &mut TcpStream) -> String {
    let head = String::from_utf8_lossy(&read_until(stream, b"\r\n\r\n")).into_owned();
    let len = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |value| value.parse().unwrap());
    let mut body = vec![0; len];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8_lossy(&body)
}

/// Answers the requests on one connection with these bytes each, then closes; returns the requests.
pub fn script(answers: Vec<Vec<u8>>) -> (SocketAddr, thread::JoinHandle<Vec<String>>) {
    super::loopback::serve_once(move |mut stream| {
        let mut requests = Vec::new();
        for answer in answers {
            requests.push(read_request(&mut stream));
            // The client may have read enough and gone.
            let _ = stream.write_all(&answer);
        }
        requests
    })
}

/// Answers the first request of every connection with `first` and all further ones with an empty 200. Keeps
/// connections open until the client closes them.
pub fn script_then_empty(first: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, first) = (stream.unwrap(), first.clone());
            thread::spawn(move || {
                let mut answer = &first[..];
                while !read_until(&mut stream, b"\r\n\r\n").is_empty() {
                    if stream.write_all(answer).is_err() {
                        return;
                    }
                    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                }
            });
        }
    });
    at
}
