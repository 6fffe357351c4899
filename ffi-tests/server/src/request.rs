//! Reads requests: the head as raw bytes and as parts, and the body with or without chunked framing.
//!
//! Promises: no input makes it panic or keep more than `HEAD_MAX` of a head or `BODY_MAX` of a body. It is a lenient
//! reader: it must show what a client sent, not judge it.

use std::io;

use crate::pattern;
use crate::wire::Wire;

const HEAD_MAX: usize = 1 << 20;
const BODY_MAX: usize = 64 << 20;

/// The head of a request.
#[derive(Debug, Clone)]
pub struct Head {
    /// As received, with the empty line.
    pub raw: Vec<u8>,
    pub method: String,
    /// As received.
    pub target: String,
    /// Without scheme, authority and query.
    pub path: String,
    /// Behind the first `?`, not decoded.
    pub query: String,
    /// HTTP/1.0, where the peer expects a close unless it says otherwise.
    pub old: bool,
}

/// How much body is still to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length(u64),
    Chunked,
}

/// What came of a body.
#[derive(Debug, Default)]
pub struct Body {
    /// The first `BODY_MAX` bytes, or none where they were not to be kept.
    pub bytes: Vec<u8>,
    pub len: u64,
    pub hash: u64,
}

/// Reads one head. `None` when the peer ends before its first byte.
pub fn read_head(wire: &mut Wire) -> io::Result<Option<Head>> {
    let mut searched = 0;
    loop {
        let have = wire.buffered();
        let from = searched.max(3) - 3;
        if let Some(at) = have[from..].windows(4).position(|w| w == b"\r\n\r\n") {
            let raw = have[..from + at + 4].to_vec();
            wire.consume(raw.len());
            return parse(raw).map(Some);
        }
        searched = have.len();
        if searched > HEAD_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "head too large"));
        }
        if wire.fill()? == 0 {
            return if searched == 0 {
                Ok(None)
            } else {
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, "end inside a head"))
            };
        }
    }
}

fn parse(raw: Vec<u8>) -> io::Result<Head> {
    let line_end = raw.iter().position(|b| *b == b'\r').unwrap_or(raw.len());
    let line = String::from_utf8_lossy(&raw[..line_end]).into_owned();
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a request line"));
    };
    if !version.starts_with("HTTP/") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a request line"));
    }
    let local = match target.split_once("://") {
        // Absolute form, and not a URL inside a query.
        Some((_, rest)) if !target.starts_with('/') => {
            rest.find(['/', '?']).map_or("/", |at| &rest[at..])
        }
        _ => target,
    };
    let (path, query) = local.split_once('?').unwrap_or((local, ""));
    Ok(Head {
        method: method.to_owned(),
        target: target.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        old: version == "HTTP/1.0",
        raw,
    })
}

impl Head {
    /// The first field of this name, trimmed, as text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.raw.split(|b| *b == b'\n').skip(1).find_map(|line| {
            let colon = line.iter().position(|b| *b == b':')?;
            line[..colon]
                .eq_ignore_ascii_case(name.as_bytes())
                .then(|| std::str::from_utf8(&line[colon + 1..]).ok().map(str::trim))
                .flatten()
        })
    }

    /// What the head says about the body.
    pub fn framing(&self) -> Framing {
        if self.field("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
            return Framing::Chunked;
        }
        Framing::Length(self.field("content-length").and_then(|v| v.parse().ok()).unwrap_or(0))
    }

    /// Whether the connection may carry another request.
    pub fn keeps_alive(&self) -> bool {
        let word = self.field("connection").unwrap_or("").to_ascii_lowercase();
        if self.old { word.contains("keep-alive") } else { !word.contains("close") }
    }
}

/// Reads a body, or its first `limit` bytes; keeps the bytes if `keep`. The framing is left at what is still to come.
pub fn read_body(
    wire: &mut Wire,
    framing: &mut Framing,
    limit: u64,
    keep: bool,
) -> io::Result<Body> {
    let mut body = Body { hash: pattern::FNV_START, ..Body::default() };
    match *framing {
        Framing::Length(total) => {
            let mut left = total.min(limit);
            *framing = Framing::Length(total - left);
            while left > 0 {
                take(wire, &mut left, &mut body, keep)?;
            }
        }
        Framing::Chunked => {
            while body.len < limit {
                let line = read_line(wire)?;
                let digits = line.split(|b| *b == b';').next().unwrap_or(&[]);
                let size = std::str::from_utf8(digits)
                    .ok()
                    .and_then(|t| u64::from_str_radix(t.trim(), 16).ok())
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "bad chunk size"))?;
                let mut left = size;
                while left > 0 {
                    take(wire, &mut left, &mut body, keep)?;
                }
                if size == 0 {
                    while !read_line(wire)?.is_empty() {}
                    *framing = Framing::Length(0);
                    break;
                }
                read_line(wire)?;
            }
        }
    }
    Ok(body)
}

fn take(wire: &mut Wire, left: &mut u64, body: &mut Body, keep: bool) -> io::Result<()> {
    if wire.buffered().is_empty() && wire.fill()? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "end inside a body"));
    }
    let have = wire.buffered();
    let n = have.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
    body.hash = pattern::fnv1a(body.hash, &have[..n]);
    body.len += n as u64;
    if keep && body.bytes.len() + n <= BODY_MAX {
        body.bytes.extend_from_slice(&have[..n]);
    }
    wire.consume(n);
    *left -= n as u64;
    Ok(())
}

/// Reads a line and answers it without its end.
pub fn read_line(wire: &mut Wire) -> io::Result<Vec<u8>> {
    loop {
        let have = wire.buffered();
        if let Some(at) = have.iter().position(|b| *b == b'\n') {
            let end = if at > 0 && have[at - 1] == b'\r' { at - 1 } else { at };
            let line = have[..end].to_vec();
            wire.consume(at + 1);
            return Ok(line);
        }
        if have.len() > HEAD_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
        }
        if wire.fill()? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "end inside a line"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_taken_apart() {
        let raw =
            b"GET http://h:1/a?b=c HTTP/1.0\r\nX:  y \r\nConnection: Keep-Alive\r\n\r\n".to_vec();
        let head = parse(raw).expect("a request");
        assert_eq!((head.path.as_str(), head.query.as_str()), ("/a", "b=c"));
        assert_eq!(head.field("x"), Some("y"));
        assert!(head.old && head.keeps_alive());
        assert_eq!(head.framing(), Framing::Length(0));
        let head = parse(b"GET /to?url=http://h/x HTTP/1.1\r\n\r\n".to_vec()).expect("a request");
        assert_eq!((head.path.as_str(), head.query.as_str()), ("/to", "url=http://h/x"));
        assert!(parse(b"nonsense\r\n\r\n".to_vec()).is_err());
    }
}
