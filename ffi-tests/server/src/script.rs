//! The language of scripts: one step per line, a word and its argument. The whole list is in `ffi-tests/README.md`.
//!
//! In a query or an `x-script` field steps are joined by `&` and percent-encoded; in the body of `PUT /_scripts/NAME`
//! they are lines. Arguments that are bytes know the escapes of `text::unescape`. Parsing decides nothing else.

use std::time::Duration;

use crate::codings::Coding;
use crate::text::{percent_decode, unescape};

/// What to do next on the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `HTTP/1.1 ` + this + CRLF.
    Status(Vec<u8>),
    /// This + CRLF; `transfer-encoding: chunked` also makes body steps write chunks.
    Field(Vec<u8>),
    /// The empty line, sent at once.
    HeadEnd,
    /// Bytes as they are, sent at once.
    Raw(Vec<u8>),
    /// One chunk, sent at once.
    Chunk(Vec<u8>),
    /// One chunk whose size line has this extension.
    ChunkExt(Vec<u8>, Vec<u8>),
    /// Body bytes, framed and coded as said before, sent at once.
    Body(Vec<u8>),
    /// So many bytes of the pattern, continued over steps.
    Bytes(u64),
    /// So many zeros (a bomb, behind `encode`).
    Zeros(u64),
    /// Bytes as they are, so many times.
    Repeat(u64, Vec<u8>),
    /// Bytes as they are, one by one with a pause.
    Trickle(Duration, Vec<u8>),
    /// Body steps go through this coding from now on.
    Encode(Coding),
    /// What comes out of the codings so far goes through this one too.
    EncodeOver(Coding),
    /// Finishes the coding and writes the last chunk, where there are such.
    End,
    /// Every byte written from now on is inverted.
    Corrupt,
    /// A simulated delay.
    Sleep(Duration),
    /// Body bytes in pieces: (how many, piece, pause).
    Drip(u64, usize, Duration),
    /// Never answers again, until the peer goes or `/_release`.
    Stall,
    /// Waits until `/_open/NAME`.
    Gate(String),
    /// RST, then the end.
    Reset,
    /// The end, in good order.
    Close,
    /// The end without TLS close_notify.
    CloseNoNotify,
    /// Reads the request body, or its first bytes.
    ReadBody(u64),
    /// Does not read the request body.
    NoRead,
    /// Reads and drops everything until the peer ends.
    Discard,
    /// Reads up to and with an empty line (for ports that run a script on accept).
    ReadHead,
    /// Reads so many bytes, whatever they are (for ports that run a script on accept).
    ReadBytes(u64),
}

/// Parses steps joined by `&`, each percent-encoded.
pub fn from_query(query: &str) -> Result<Vec<Step>, String> {
    collect(query.split('&').map(percent_decode))
}

/// Parses one step per line.
pub fn from_lines(text: &[u8]) -> Result<Vec<Step>, String> {
    let lines = text.split(|b| *b == b'\n');
    collect(lines.map(|l| l.strip_suffix(b"\r").unwrap_or(l).to_vec()))
}

fn collect(lines: impl Iterator<Item = Vec<u8>>) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for line in lines.filter(|l| !l.is_empty()) {
        parse(&line, &mut steps)
            .ok_or_else(|| format!("not a step: {}", String::from_utf8_lossy(&line)))?;
    }
    Ok(steps)
}

fn parse(line: &[u8], out: &mut Vec<Step>) -> Option<()> {
    let space = line.iter().position(|b| *b == b' ').unwrap_or(line.len());
    let word = std::str::from_utf8(&line[..space]).ok()?;
    let rest = line.get(space + 1..).unwrap_or(&[]);
    let text = || std::str::from_utf8(rest).ok();
    let number = || text()?.trim().parse::<u64>().ok();
    let step = match word {
        "status" => Step::Status(unescape(rest)),
        "field" => Step::Field(unescape(rest)),
        "length" => Step::Field(format!("content-length: {}", number()?).into_bytes()),
        "chunked" => Step::Field(b"transfer-encoding: chunked".to_vec()),
        "head-end" => Step::HeadEnd,
        "raw" => Step::Raw(unescape(rest)),
        "nul" => Step::Raw(vec![0; if rest.is_empty() { 1 } else { number()? as usize }]),
        "chunk" => Step::Chunk(unescape(rest)),
        "chunk-ext" => {
            let (ext, data) = text()?.split_once(' ')?;
            Step::ChunkExt(unescape(ext.as_bytes()), unescape(data.as_bytes()))
        }
        "last-chunk" => Step::Raw(b"0\r\n\r\n".to_vec()),
        "body" => Step::Body(unescape(rest)),
        "bytes" => Step::Bytes(number()?),
        "zeros" => Step::Zeros(number()?),
        "repeat" => {
            let space = rest.iter().position(|b| *b == b' ')?;
            let times = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
            Step::Repeat(times, unescape(&rest[space + 1..]))
        }
        "trickle" => {
            let space = rest.iter().position(|b| *b == b' ')?;
            let pause = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
            Step::Trickle(Duration::from_millis(pause), unescape(&rest[space + 1..]))
        }
        "encode" => Step::Encode(Coding::named(text()?)?),
        "encode-over" => Step::EncodeOver(Coding::named(text()?)?),
        "gzip" | "deflate" | "raw-deflate" | "br" => {
            out.push(Step::Encode(Coding::named(word)?));
            Step::Body(unescape(rest))
        }
        "end" => Step::End,
        "corrupt" => Step::Corrupt,
        "sleep" => Step::Sleep(Duration::from_millis(number()?)),
        "drip" => {
            let mut n = text()?.split(' ').map(str::parse::<u64>);
            let total = n.next()?.ok()?;
            let piece = n.next()?.ok()?;
            let pause = n.next().unwrap_or(Ok(0)).ok()?;
            Step::Drip(total, usize::try_from(piece).ok()?, Duration::from_millis(pause))
        }
        "stall" => Step::Stall,
        "gate" => Step::Gate(text()?.trim().to_owned()),
        "reset" => Step::Reset,
        "close" => Step::Close,
        "close-no-notify" => Step::CloseNoNotify,
        "read-body" => Step::ReadBody(if rest.is_empty() { u64::MAX } else { number()? }),
        "no-read" => Step::NoRead,
        "discard" => Step::Discard,
        "read-head" => Step::ReadHead,
        "read-bytes" => Step::ReadBytes(number()?),
        "continue" => Step::Raw(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
        "early-hints" => {
            Step::Raw(b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n".to_vec())
        }
        "redirect" => {
            let (code, location) = text()?.split_once(' ')?;
            let code: u16 = code.parse().ok()?;
            let mut raw = format!("HTTP/1.1 {code} Moved\r\nlocation: ").into_bytes();
            raw.extend(unescape(location.as_bytes()));
            raw.extend_from_slice(b"\r\ncontent-length: 0\r\n\r\n");
            Step::Raw(raw)
        }
        "ok" => {
            let body = unescape(rest);
            out.push(Step::Status(b"200 OK".to_vec()));
            out.push(Step::Field(format!("content-length: {}", body.len()).into_bytes()));
            out.push(Step::HeadEnd);
            Step::Body(body)
        }
        _ => return None,
    };
    out.push(step);
    Some(())
}

/// Whether a script says itself when the request body is read.
pub fn reads_body_itself(steps: &[Step]) -> bool {
    steps.iter().any(|s| matches!(s, Step::ReadBody(_) | Step::NoRead | Step::Discard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_the_same_script() {
        let a = from_query("status%20200%20OK&length%202&head-end&body%20a%5Cn");
        let b = from_lines(b"status 200 OK\r\nlength 2\n\nhead-end\nbody a\\n\n");
        assert_eq!(a, b);
        assert_eq!(a.expect("a script").last(), Some(&Step::Body(b"a\n".to_vec())));
    }

    #[test]
    fn what_is_no_step_is_named() {
        for bad in [
            "nonsense",
            "sleep x",
            "drip 1",
            "encode zip",
            "redirect 302",
            "chunk-ext x",
            "repeat 3",
            "repeat x y",
        ] {
            let error = from_lines(bad.as_bytes()).expect_err(bad);
            assert!(error.ends_with(bad), "{error}");
        }
    }
}
