//! Coded bodies that go on for ever and make nothing: the worker is given back, and an abort is seen.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::exchange::Limits;
use super::super::fields::Fields;
use super::super::loopback::worker;
use super::*;

/// More raw bytes than any one read may take.
const TOO_MANY_BYTES: usize = 64 * 1024 * 1024;

/// `first`, then `rest` again and again; nobody here looks at the exchange.
#[derive(Debug)]
struct Endless {
    first: Option<Vec<u8>>,
    rest: Vec<u8>,
    given: Arc<AtomicUsize>,
    abort_at: usize,
}

impl RawBody for Endless {
    fn read(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        let bytes =
            self.first.take().unwrap_or_else(|| self.rest.repeat(into.len() / self.rest.len()));
        into[..bytes.len()].copy_from_slice(&bytes);
        let given = self.given.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
        assert!(given < TOO_MANY_BYTES, "the worker is never given back");
        if given >= self.abort_at {
            exchange.cancel.set();
        }
        Ok(Got::Bytes(bytes.len()))
    }
    fn fd(&self) -> Option<RawFd> {
        None
    }
    fn watch(&mut self, _: &Arc<dyn Watcher>) -> Option<usize> {
        None
    }
    fn is_drained(&self) -> bool {
        true
    }
    fn has_buffers(&self) -> bool {
        false
    }
    fn ends_by_close(&self) -> bool {
        true
    }
    fn shed(&mut self) {}
}

/// (coding, beginning, what follows for ever).
fn samples() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    // RFC 1951 3.2.4: a stored block of no bytes that is not the last.
    let empty_block = vec![0, 0, 0, 0xff, 0xff];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"x").expect("into memory");
    let gzip = gzip.finish().expect("into memory");
    // A stored block that holds a whole gzip member, so that the inner coding is at its end.
    let mut both = vec![0, gzip.len() as u8, 0, !(gzip.len() as u8), 0xff];
    both.extend_from_slice(&gzip);
    // A stored block of one byte.
    let one_byte = vec![0, 1, 0, 0xfe, 0xff, b'-'];
    vec![
        ("gzip", gzip, b"-".to_vec()),
        ("deflate", [&[0, 1, 0, 0xfe, 0xff, b'x'][..], &empty_block].concat(), empty_block),
        ("gzip, deflate", both, one_byte),
    ]
}

fn body(coding: &str, raw: Endless) -> Body {
    let mut fields = Fields::default();
    fields.push(b"content-encoding", coding.as_bytes());
    let head = Head {
        status: 200,
        version: 11,
        fields,
        peer: ([127, 0, 0, 1], 80).into(),
        reused: false,
        content_length: None,
    };
    Body::new(Box::new(raw), &head, &Method::GET, true).expect("known codings")
}

#[test]
fn a_worker_is_given_back_from_time_to_time() {
    for (coding, first, rest) in samples() {
        let given = Arc::new(AtomicUsize::new(0));
        let first = Some(first);
        let raw = Endless { first, rest, given: given.clone(), abort_at: usize::MAX };
        let mut body = body(coding, raw);
        let (exchange, pipe) = worker(Limits::default());
        let pipe = Rc::new(pipe);
        exchange.set_patience(Patience::UpTo(Duration::ZERO));
        let mut into = [0; 4096];
        assert_eq!(body.read(&mut into, &exchange, &pipe), Ok(Got::Bytes(1)), "{coding}");
        for _ in 0..3 {
            let before = given.load(Ordering::Relaxed);
            assert_eq!(body.read(&mut into, &exchange, &pipe), Ok(Got::WouldBlock), "{coding}");
            assert!(body.take_break() && !body.take_break(), "{coding}: there is more");
            let taken = given.load(Ordering::Relaxed) - before;
            assert!(taken <= BARREN_BYTES + 8192, "{coding}: {taken}");
        }
        assert_eq!(body.received(), given.load(Ordering::Relaxed) as u64);
    }
}

#[test]
fn an_abort_is_seen_though_nothing_comes_out() {
    for (coding, first, rest) in samples() {
        let given = Arc::new(AtomicUsize::new(0));
        let (first, abort_at) = (Some(first), 3 * BARREN_BYTES);
        let mut body = body(coding, Endless { first, rest, given: given.clone(), abort_at });
        let (exchange, pipe) = worker(Limits::default());
        let pipe = Rc::new(pipe);
        exchange.set_patience(Patience::UpTo(Duration::ZERO));
        let mut into = [0; 4096];
        assert_eq!(body.read(&mut into, &exchange, &pipe), Ok(Got::Bytes(1)), "{coding}");
        let failure = loop {
            match body.read(&mut into, &exchange, &pipe) {
                Ok(got) => {
                    assert_eq!((got, body.take_break()), (Got::WouldBlock, true), "{coding}")
                }
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure.kind, Kind::Aborted);
        assert!(given.load(Ordering::Relaxed) < abort_at + 8192);
    }
}

#[test]
fn a_body_that_ends_where_it_would_wait_is_read_to_that_end() {
    let given = Arc::default();
    let raw = Endless { first: None, rest: Vec::new(), given, abort_at: usize::MAX };
    let mut body = body("identity", raw);
    assert!(body.is_drained());
    body.do_not_wait_for_close();
    assert!(!body.is_drained());
}
