//! Header injection is impossible: whatever an app hands over as method, path, field names and values, the bytes on the wire
//! are one request that says just that, or nothing is sent (`http/check.rs`, `http/outgoing.rs`, `http/request_head.rs`).
//! The parts of an input stand between bytes 0x1e: method, path, then names and values in turn, the last one is the body.
#![no_main]

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use reqtask::http::check::{check_request, field_name, field_value, method};
use reqtask::http::url::parse_url;
use reqtask::http::{Ask, Failure, Http, Request, RequestBody, Settings};
use reqtask_fuzz::{Server, is_sentence, is_token, is_value_byte, policy, trim, worker};

thread_local! {
    static SERVER: Server = Server::new();
    static HTTP: Http = Http::new(Settings::default()).expect("no system roots");
}

#[derive(Debug)]
struct Bytes(Vec<u8>);

impl RequestBody for Bytes {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        to(&rest[..rest.len().min(most)]);
        Ok(())
    }
    fn sent(&self, _bytes: u64) {}
}

fuzz_target!(|data: &[u8]| {
    let mut parts = data.split(|b| *b == 0x1e);
    let word = parts.next().unwrap_or_default();
    let path = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let mut rest: Vec<&[u8]> = parts.collect();
    let body = if rest.len() % 2 == 1 { rest.pop() } else { None };
    let fields = rest.chunks(2).filter_map(|pair| field(pair[0], pair[1])).collect();
    let verb = match method(word) {
        Ok(verb) => {
            assert!(is_token(word) && word != b"CONNECT");
            verb
        }
        Err(why) => return is_sentence(&why),
    };
    SERVER.with(|server| {
        let text = format!("http://user:pw@{}/{path}", server.at());
        let url = match parse_url(&text) {
            // A path can turn an authority into something else only by a parser that is wrong.
            Ok(url) => url,
            Err(why) => return is_sentence(&why),
        };
        assert_eq!(url.port(), Some(server.at().port()));
        let ask = Ask { method: verb, url, fields };
        let body = body.map(|body| Arc::new(Bytes(body.to_vec())) as Arc<dyn RequestBody>);
        let mut request = Request { ask: Arc::new(ask), body, policy: Arc::new(policy()) };
        if let Err(why) = check_request(&mut request) {
            return is_sentence(&why);
        }
        // Without an answer it would wait a second for "100 Continue".
        if !request.ask.fields.iter().any(|(name, _)| name == "expect") {
            goes_out_as_it_is(server, request);
        }
    });
});

/// A field as the C API takes it.
fn field(name: &[u8], value: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let checked = match field_name(name) {
        Ok(checked) => checked,
        Err(why) => {
            is_sentence(&why);
            return None;
        }
    };
    assert!(is_token(name), "{checked}");
    match field_value(&checked, value) {
        Ok(kept) => {
            assert!(kept.as_bytes().iter().all(|b| is_value_byte(*b)));
            assert_eq!(kept.as_bytes(), trim(value));
            Some((checked, kept))
        }
        Err(why) => {
            is_sentence(&why);
            assert!(value.iter().any(|b| !is_value_byte(*b)));
            None
        }
    }
}

fn goes_out_as_it_is(server: &Server, request: Request) {
    let (exchange, pipe) = worker();
    let ask = request.ask.clone();
    let body_len = request.body.as_ref().map_or(0, |body| body.len());
    let sent = HTTP.with(|http| {
        let mut fetch = http.begin(request).expect("it was checked");
        let begun = http.advance(&mut fetch, &exchange, &pipe);
        let mut peer = (0..1_000_000).find_map(|_| server.accept()).expect("it connects");
        assert!(matches!(begun, Ok(None)), "{begun:?}");
        peer.read()
    });
    let end = sent.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
    assert_eq!((sent.len() - end - 4) as u64, body_len, "nothing but the body follows");
    // Split at every byte that any reader could take for the end of a line.
    let head = String::from_utf8_lossy(&sent[..end]).into_owned();
    assert_eq!(head.matches('\n').count(), head.matches("\r\n").count());
    assert_eq!(head.matches('\r').count(), head.matches("\r\n").count());
    let mut lines = sent[..end].split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    let target = &ask.url[url::Position::BeforePath..url::Position::AfterQuery];
    let first = format!("{} {target} HTTP/1.1", ask.method);
    assert_eq!(lines.next(), Some(first.as_bytes()));
    assert_eq!(first.split(' ').count(), 3);
    let lines: Vec<(&[u8], &[u8])> = lines
        .map(|line| {
            let colon = line.iter().position(|b| *b == b':').expect("a field");
            (&line[..colon], trim(&line[colon + 1..]))
        })
        .collect();
    let named = |name: &[u8]| lines.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count();
    assert_eq!((named(b"host"), named(b"transfer-encoding")), (1, 0));
    assert_eq!((named(b"connection"), named(b"upgrade")), (0, 0));
    assert!(named(b"cookie") <= 1 && named(b"content-length") <= 1);
    assert_eq!(named(b"content-length"), usize::from(body_len > 0 || length_is_said(&ask.method)));
    // The app's fields, in their order, each as it was given.
    let ours = ["host", "content-length", "cookie", "proxy-authorization"];
    let mut left = lines.iter();
    for (name, value) in ask.fields.iter().filter(|(name, _)| !ours.contains(&name.as_str())) {
        let found = left.any(|(n, v)| *n == name.as_str().as_bytes() && *v == value.as_bytes());
        assert!(found, "{name} is missing in {head:?}");
    }
}

/// RFC 9110 8.6.
fn length_is_said(method: &http::Method) -> bool {
    ["POST", "PUT", "PATCH"].contains(&method.as_str())
}
