//! Content codings (`http/decode.rs` and its coders). Two bytes steer: how the data is cut, and which codings. Either the
//! data is taken as coded, or it is coded here first, flushed now and then and perhaps damaged. Wherever it is cut, the
//! same comes out, and it ends or fails the same; what was coded here comes back as it was.
#![no_main]

use std::cell::RefCell;
use std::io::{Read, Write};

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use libfuzzer_sys::fuzz_target;
use reqtask::http::decode::Decoder;
use reqtask::http::{Fields, Got, Kind};
use reqtask_fuzz::{Pieces, is_sentence, steer};

/// Output that is looked at; a bomb has more.
const OUTPUT_MAX: usize = 8 * 1024;

/// What came out, and how it ended; `None` where it was cut off at [`OUTPUT_MAX`].
type Outcome = (Vec<u8>, Option<Result<(), String>>);

fuzz_target!(|data: &[u8]| {
    let (seed, rest) = steer(data);
    let (codings, payload) = steer(rest);
    let names = names(codings);
    let mut coded = payload.to_vec();
    if codings & 0x80 != 0 {
        for name in &names {
            coded = encode(name, &coded, seed);
        }
        let damaged = codings & 0x40 != 0 && !coded.is_empty();
        if damaged {
            let at = usize::from(seed) * 7 % coded.len();
            coded[at] ^= 1 << (seed & 7);
        } else {
            let (out, end) = decode(&names, &coded, seed, false);
            assert_eq!(&out[..], &payload[..payload.len().min(OUTPUT_MAX)]);
            assert!(end.is_none_or(|end| end.is_ok()), "what was just coded");
        }
    }
    let whole = decode(&names, &coded, seed, false);
    let cut = decode(&names, &coded, seed, true);
    let shorter = whole.0.len().min(cut.0.len());
    assert_eq!(whole.0[..shorter], cut.0[..shorter]);
    // What comes just before a damage is given out or not; that depends on how much a coder was given at once.
    // Where several are damaged, it decides who sees it first.
    if let (Some(a), Some(b)) = (&whole.1, &cut.1) {
        assert_eq!(a.is_err(), b.is_err());
        assert!(names.len() > 1 || a == b, "{a:?} {b:?}");
        assert!(a.is_err() || whole.0.len() == cut.0.len());
    }
    if names == ["gzip"] {
        as_others_read(&coded, &whole);
    }
});

/// One to three codings, the first of them applied first.
fn names(codings: u8) -> Vec<&'static str> {
    // No encoder for brotli here, so it is only undone.
    let table = if codings & 0x80 == 0 {
        ["gzip", "deflate", "zstd", "br"]
    } else {
        ["gzip", "deflate", "zstd", "raw deflate"]
    };
    let pick = |shift: u8| table[usize::from(codings >> shift & 3)];
    match codings & 0x30 {
        0x10 => vec![pick(0), pick(2)],
        0x30 => vec![pick(0), pick(2), pick(0)],
        _ => vec![pick(0)],
    }
}

fn encode(name: &str, data: &[u8], seed: u8) -> Vec<u8> {
    let level = flate2::Compression::new(u32::from(seed) % 10);
    let mut pieces = Pieces::new(seed);
    match name {
        "gzip" => {
            let mut to = GzEncoder::new(Vec::new(), level);
            feed(&mut to, data, &mut pieces);
            to.finish().expect("into memory")
        }
        "deflate" => {
            let mut to = ZlibEncoder::new(Vec::new(), level);
            feed(&mut to, data, &mut pieces);
            to.finish().expect("into memory")
        }
        "raw deflate" => {
            let mut to = DeflateEncoder::new(Vec::new(), level);
            feed(&mut to, data, &mut pieces);
            to.finish().expect("into memory")
        }
        _ => {
            // Frames may follow each other (RFC 8878 3).
            let mut out = Vec::new();
            for part in data.chunks(data.len() / 2 + 1).chain((data.is_empty()).then_some(&[][..]))
            {
                let mut frame = vec![0; zstd_safe::compress_bound(part.len())];
                let level = i32::from(seed % 4);
                let n = zstd_safe::compress(&mut frame[..], part, level).expect("into memory");
                out.extend_from_slice(&frame[..n]);
            }
            out
        }
    }
}

fn feed(to: &mut impl Write, mut data: &[u8], pieces: &mut Pieces) {
    while !data.is_empty() {
        to.write_all(pieces.take(&mut data)).expect("into memory");
        to.flush().expect("into memory");
    }
}

fn decode(names: &[&str], coded: &[u8], seed: u8, cut: bool) -> Outcome {
    let mut fields = Fields::default();
    let names: Vec<_> = names.iter().map(|n| n.trim_start_matches("raw ")).collect();
    fields.push(b"Content-Encoding", names.join(", ").as_bytes());
    let mut decoder = Decoder::new(&fields).expect("not too many").expect("known codings");
    let left = RefCell::new((coded, Pieces::new(seed), false));
    let mut source = |into: &mut [u8]| {
        let (rest, pieces, waits) = &mut *left.borrow_mut();
        if rest.is_empty() {
            return Ok(Got::End);
        }
        *waits = !*waits && cut;
        if *waits {
            return Ok(Got::WouldBlock);
        }
        let n = if cut { pieces.len() } else { rest.len() }.min(into.len()).min(rest.len());
        into[..n].copy_from_slice(&rest[..n]);
        *rest = &rest[n..];
        Ok(Got::Bytes(n))
    };
    let mut into = vec![0; if cut { 2 * usize::from(seed) + 1 } else { 16 * 1024 }];
    let mut out = Vec::new();
    while out.len() < OUTPUT_MAX {
        match decoder.read(&mut into, &mut source, &|_| Ok(true)) {
            Ok(Got::Bytes(n)) => {
                assert!(n > 0 && n <= into.len());
                out.extend_from_slice(&into[..n]);
            }
            Ok(Got::WouldBlock) => decoder.shed(),
            Ok(Got::End) => return (out, Some(Ok(()))),
            Err(failure) => {
                assert_eq!(failure.kind, Kind::Decode);
                is_sentence(&failure.message);
                return (out, Some(Err(failure.message.into_owned())));
            }
        }
    }
    out.truncate(OUTPUT_MAX);
    (out, None)
}

/// What flate2's own reader of gzip takes as a whole, ours takes too. It is stricter about what follows.
fn as_others_read(coded: &[u8], ours: &Outcome) {
    let mut theirs = Vec::new();
    let read =
        flate2::read::MultiGzDecoder::new(coded).take(OUTPUT_MAX as u64).read_to_end(&mut theirs);
    if read.is_ok() && !coded.is_empty() {
        assert_eq!(ours.0, theirs);
        assert!(!matches!(ours.1, Some(Err(_))), "{:?}", ours.1);
    }
}
