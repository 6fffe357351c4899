//! Fixed answers for people, examples and benchmarks. Their list is in `ffi-tests/README.md`.

use std::io;
use std::time::Duration;

use crate::app::Conn;
use crate::codings::{Coding, Encoder};
use crate::journal::now_us;
use crate::pattern;
use crate::play::Then;
use crate::request::{Body, Head};
use crate::text::{number, percent_decode, query};
use crate::wire::Woken;

/// Answers by path.
pub fn answer(conn: &mut Conn, head: &Head, body: &Body) -> io::Result<Then> {
    let path = head.path.as_str();
    let (first, rest) =
        path[1.min(path.len())..].split_once('/').unwrap_or((path.get(1..).unwrap_or(""), ""));
    let n = rest.parse::<u64>().ok();
    match (first, n) {
        ("" | "hello", _) => text(conn, "200 OK", "Hello, world!\n")?,
        ("echo", _) => {
            let mut both = head.raw.clone();
            both.extend_from_slice(&body.bytes);
            bytes(conn, "200 OK", "application/octet-stream", &both)?;
        }
        ("sink", _) => {
            text(conn, "200 OK", &format!("bytes={} fnv1a={:016x}\n", body.len, body.hash))?;
        }
        ("keepalive", _) => {
            let line = format!("conn={} request={}\n", conn.id, conn.requests);
            text(conn, "200 OK", &line)?;
        }
        ("bytes", Some(n)) => {
            open(conn, "200 OK", &format!("content-length: {n}\r\n"))?;
            pieces(n, 64 * 1024, |piece| conn.wire.put(piece))?;
            conn.wire.flush()?;
        }
        ("chunked", Some(n)) => {
            let size = number(&head.query, "size", 1024).clamp(1, 1 << 20);
            open(conn, "200 OK", "transfer-encoding: chunked\r\n")?;
            pieces(n, size, |piece| chunk(conn, piece))?;
            conn.wire.put(b"0\r\n\r\n")?;
            conn.wire.flush()?;
        }
        ("close-delimited", n) => {
            open(conn, "200 OK", "connection: close\r\n")?;
            pieces(n.unwrap_or(1000), 64 * 1024, |piece| conn.wire.put(piece))?;
            return Ok(Then::Close(true));
        }
        ("status", Some(code)) if (200..1000).contains(&code) => {
            if code == 204 || code == 304 {
                conn.wire.put(format!("HTTP/1.1 {code} Status\r\n\r\n").as_bytes())?;
                conn.wire.flush()?;
            } else {
                text(conn, &format!("{code} Status"), &format!("status {code}\n"))?;
            }
        }
        ("redirect", Some(n)) => {
            let code = number(&head.query, "code", 302);
            let to = match n {
                0 | 1 => "/hello".to_owned(),
                n => format!("/redirect/{}?code={code}", n - 1),
            };
            redirect(conn, code, &to)?;
        }
        ("redirect-to", _) => {
            let to = query(&head.query, "url").unwrap_or_default().replace(['\r', '\n'], "");
            redirect(conn, number(&head.query, "code", 302), &to)?;
        }
        ("cookies", None) if rest == "set" => {
            let mut fields = String::from("content-length: 0\r\n");
            for pair in head.query.split('&').filter(|p| !p.is_empty()) {
                let pair = String::from_utf8_lossy(&percent_decode(pair)).replace(['\r', '\n'], "");
                fields.push_str(&format!("set-cookie: {pair}\r\n"));
            }
            open(conn, "200 OK", &fields)?;
        }
        ("cookies", _) => {
            let line = head.field("cookie").unwrap_or("").to_owned();
            text(conn, "200 OK", &line)?;
        }
        ("stream", _) => return stream(conn, &head.query, None),
        ("gzip" | "deflate" | "raw-deflate" | "br", _) => {
            return stream(conn, &head.query, Coding::named(first));
        }
        _ => text(conn, "404 Not Found", "no such path\n")?,
    }
    Ok(Then::Keep)
}

/// Server-sent events as a language model sends them: `n` events of at least `size` bytes, `ms` between two; with
/// `then=stall` silence follows. `t_us` is the time of sending by CLOCK_MONOTONIC.
fn stream(conn: &mut Conn, query_text: &str, coding: Option<Coding>) -> io::Result<Then> {
    let n = number(query_text, "n", 10);
    let pause =
        Duration::from_millis(number(query_text, "ms", if coding.is_some() { 0 } else { 50 }));
    let size = number(query_text, "size", 0).min(1 << 20) as usize;
    let field = match coding {
        None => "",
        Some(Coding::Gzip) => "content-encoding: gzip\r\n",
        Some(Coding::Deflate | Coding::RawDeflate) => "content-encoding: deflate\r\n",
        Some(Coding::Br) => "content-encoding: br\r\n",
    };
    let mut encoder = coding.map(Encoder::new);
    let fields =
        format!("content-type: text/event-stream\r\n{field}transfer-encoding: chunked\r\n");
    open(conn, "200 OK", &fields)?;
    for i in 0..n {
        let mut event = format!("data: {{\"i\":{i},\"t_us\":{},\"text\":\"", now_us());
        let pad = size.saturating_sub(event.len() + 4);
        event.extend((0..pad).map(|k| char::from(b'a' + ((i as usize + k) % 26) as u8)));
        event.push_str("\"}\n\n");
        match &mut encoder {
            Some(e) => {
                let coded = e.push(event.as_bytes())?;
                chunk(conn, &coded)?;
            }
            None => chunk(conn, event.as_bytes())?,
        }
        if i + 1 < n && !pause.is_zero() {
            match conn.wire.wait_for(None, Some(pause)) {
                Woken::Closed => return gone(conn, "peer-closed"),
                Woken::Reset => return gone(conn, "peer-reset"),
                Woken::Signal | Woken::Time => {}
            }
        }
    }
    if query(query_text, "then").as_deref() == Some("stall") {
        return match conn.wire.wait_for(None, None) {
            Woken::Reset => gone(conn, "peer-reset"),
            _ => gone(conn, "peer-closed"),
        };
    }
    if let Some(e) = encoder {
        let rest = e.finish()?;
        if !rest.is_empty() {
            chunk(conn, &rest)?;
        }
    }
    conn.wire.put(b"0\r\n\r\n")?;
    conn.wire.flush()?;
    Ok(Then::Keep)
}

fn gone(conn: &Conn, kind: &'static str) -> io::Result<Then> {
    conn.log(kind, "during a stream".to_owned());
    Ok(Then::Gone)
}

/// Status line, these fields, and the empty line.
fn open(conn: &mut Conn, status: &str, fields: &str) -> io::Result<()> {
    conn.wire.put(format!("HTTP/1.1 {status}\r\n{fields}\r\n").as_bytes())?;
    conn.wire.flush()
}

/// A whole text answer.
pub fn text(conn: &mut Conn, status: &str, body: &str) -> io::Result<()> {
    bytes(conn, status, "text/plain; charset=utf-8", body.as_bytes())
}

/// A whole answer.
pub fn bytes(conn: &mut Conn, status: &str, kind: &str, body: &[u8]) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    conn.wire.put(head.as_bytes())?;
    conn.wire.put(body)?;
    conn.wire.flush()
}

fn redirect(conn: &mut Conn, code: u64, to: &str) -> io::Result<()> {
    open(conn, &format!("{code} Moved"), &format!("location: {to}\r\ncontent-length: 0\r\n"))
}

fn chunk(conn: &mut Conn, data: &[u8]) -> io::Result<()> {
    conn.wire.put(format!("{:x}\r\n", data.len()).as_bytes())?;
    conn.wire.put(data)?;
    conn.wire.put(b"\r\n")?;
    conn.wire.flush()
}

/// Cuts `n` bytes of the pattern into pieces.
fn pieces(n: u64, size: u64, mut put: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut piece = Vec::new();
    let mut at = 0;
    while at < n {
        let len = (n - at).min(size);
        piece.clear();
        pattern::append(&mut piece, at, len as usize);
        put(&piece)?;
        at += len;
    }
    Ok(())
}
