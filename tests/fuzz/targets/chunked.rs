//! The chunked transfer coding (`http/chunked.rs`) against a naive reader of RFC 9112 7.1 that has all bytes at once. However
//! the bytes are cut, the body, its end and the first mistake are the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::chunked::Dechunker;
use reqtask_fuzz::{Pieces, is_sentence, steer};

#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Behind so many bytes.
    Ended(usize),
    Unfinished,
    Bad,
}

fuzz_target!(|data: &[u8]| {
    let (seed, bytes) = steer(data);
    let want = Naive::read(bytes);
    let mut pieces = Pieces::new(seed);
    assert_eq!(decode(bytes, || pieces.len()), want);
    assert_eq!(decode(bytes, || bytes.len()), want);
    assert_eq!(decode(bytes, || 1), want);
});

fn decode(bytes: &[u8], mut piece: impl FnMut() -> usize) -> (Vec<u8>, End) {
    let mut dechunker = Dechunker::default();
    let (mut body, mut at) = (Vec::new(), 0);
    while at < bytes.len() && !dechunker.is_ended() {
        let mut part = bytes[at..bytes.len().min(at + piece().max(1))].to_vec();
        let decoded = dechunker.decode(&mut part);
        assert!(decoded.produced <= decoded.used && decoded.used <= part.len());
        body.extend_from_slice(&part[..decoded.produced]);
        at += decoded.used;
        if let Some(why) = decoded.bad {
            is_sentence(why);
            return (body, End::Bad);
        }
        assert!(decoded.used == part.len() || dechunker.is_ended(), "bytes were left");
    }
    (body, if dechunker.is_ended() { End::Ended(at) } else { End::Unfinished })
}

/// Reads with a cursor; `None` from a step means that bytes are missing, `Some(Err)` that they are wrong.
struct Naive<'a> {
    bytes: &'a [u8],
    at: usize,
    body: Vec<u8>,
}

impl Naive<'_> {
    fn read(bytes: &[u8]) -> (Vec<u8>, End) {
        let mut naive = Naive { bytes, at: 0, body: Vec::new() };
        let end = match naive.message() {
            None => End::Unfinished,
            Some(Err(())) => End::Bad,
            Some(Ok(())) => End::Ended(naive.at),
        };
        (naive.body, end)
    }

    fn message(&mut self) -> Option<Result<(), ()>> {
        loop {
            let size = match self.size_line()? {
                Ok(size) => size,
                Err(()) => return Some(Err(())),
            };
            if size == 0 {
                return self.trailer();
            }
            let there = &self.bytes[self.at..];
            let n = there.len().min(usize::try_from(size).unwrap_or(usize::MAX));
            self.body.extend_from_slice(&there[..n]);
            self.at += n;
            for want in *b"\r\n" {
                if self.next()? != want {
                    return Some(Err(()));
                }
            }
        }
    }

    /// Digits, perhaps white space, perhaps an extension, CRLF; at most 16 KB up to the CR.
    fn size_line(&mut self) -> Option<Result<u64, ()>> {
        let begin = self.at;
        let (mut size, mut digits, mut padded, mut extension) = (0u64, 0, false, false);
        loop {
            let byte = self.next()?;
            if self.at - begin > 16 * 1024 {
                return Some(Err(()));
            }
            match byte {
                b'\r' if digits > 0 => break,
                b'\n' => return Some(Err(())),
                _ if extension => {}
                b';' if digits > 0 => extension = true,
                b' ' | b'\t' if digits > 0 => padded = true,
                _ if padded => return Some(Err(())),
                _ => match char::from(byte).to_digit(16) {
                    // Sixteen digits that count are 64 bits.
                    Some(_) if size > u64::MAX / 16 => return Some(Err(())),
                    Some(digit) => {
                        size = size * 16 + u64::from(digit);
                        digits += 1;
                    }
                    None => return Some(Err(())),
                },
            }
        }
        Some(if self.next()? == b'\n' { Ok(size) } else { Err(()) })
    }

    /// Lines up to an empty one, at most 64 KB. A line of the trailer may end in LF alone, the empty one may not.
    fn trailer(&mut self) -> Option<Result<(), ()>> {
        let begin = self.at;
        loop {
            let mut first = true;
            loop {
                let byte = self.next()?;
                if self.at - begin > 64 * 1024 {
                    return Some(Err(()));
                }
                if first && byte == b'\r' {
                    return Some(if self.next()? == b'\n' { Ok(()) } else { Err(()) });
                }
                if !first && byte == b'\n' {
                    break;
                }
                first = false;
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
}
