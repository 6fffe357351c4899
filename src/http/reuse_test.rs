//! What a server sends behind an answer is never taken for the answer to the next request, though TLS hides it in memory.

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustls::version::TLS13;
use url::Url;

use super::dial::Dialer;
use super::hop_rig::{Ask, Client};
use super::loopback::*;
use super::seam::Got;
use super::settings::Settings;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

/// A TLS server: to the first connection it sends `HEAD`, then `record` as one TLS record when it is told to; to the
/// second an honest answer. It keeps both open until `done`.
fn poisoner(record: &'static [u8], go: Receiver<()>, done: Receiver<()>) -> (Url, Settings) {
    let pair = certificate(&["127.0.0.1"], |_| {});
    let settings = Settings { extra_roots: vec![pair.0.clone()], ..Settings::default() };
    let config = tls_server(pair, &[&TLS13]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    thread::spawn(move || {
        let mut first = tls_stream(&config, listener.accept().unwrap().0);
        read_until(&mut first, b"\r\n\r\n");
        first.write_all(HEAD).unwrap();
        first.flush().unwrap();
        go.recv().unwrap();
        first.write_all(record).unwrap();
        first.flush().unwrap();
        let mut second = tls_stream(&config, listener.accept().unwrap().0);
        read_until(&mut second, b"\r\n\r\n");
        second.write_all(HEAD).unwrap();
        second.write_all(b"clean").unwrap();
        second.flush().unwrap();
        let _ = done.recv();
    });
    (url, settings)
}

const POISONED: &[u8] = b"helloHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!";

#[test]
fn a_body_whose_last_record_holds_more_does_not_give_its_connection_back() {
    let ((go, told), (_done, until)) = (channel(), channel());
    let (url, settings) = poisoner(POISONED, told, until);
    let client = Client::with(&settings);
    let ask = Ask::new("GET", &url);
    let (head, mut body) = client.start(&ask).unwrap();
    assert_eq!(head.content_length, Some(5));
    go.send(()).unwrap();
    let mut into = [0; 100];
    assert_eq!(body.read(&mut into, &client.exchange, &client.pipe), Ok(Got::Bytes(5)));
    assert_eq!(&into[..5], b"hello");
    assert_eq!(body.read(&mut into, &client.exchange, &client.pipe), Ok(Got::End));
    let (head, body, failure) = client.fetch(&ask).unwrap();
    assert_eq!((head.reused, &body[..], failure), (false, &b"clean"[..], None));
}

#[test]
fn an_idle_connection_with_plaintext_in_memory_is_not_used() {
    let ((go, told), (_done, until)) = (channel(), channel());
    let (url, settings) = poisoner(POISONED, told, until);
    let dialer = Dialer::new(&settings).unwrap();
    let (exchange, pipe) = patient_worker();
    let mut first = dialer.connect(&direct(&url), false, &exchange, &pipe).unwrap();
    send_all(&mut first.wire, b"GET / HTTP/1.1\r\n\r\n", &exchange, &pipe);
    assert_eq!(read_up_to(&mut first.wire, HEAD.len(), &exchange, &pipe).unwrap(), HEAD);
    assert!(first.wire.is_idle_and_open());
    go.send(()).unwrap();
    let mut hello = Vec::new();
    while hello.len() < 5 {
        let mut byte = [0];
        match first.wire.read(&mut byte, &exchange) {
            Ok(n) => hello.extend_from_slice(&byte[..n]),
            Err(_) => thread::yield_now(),
        }
    }
    assert!(!first.wire.holds_nothing());
    assert!(!first.wire.is_idle_and_open());
}
