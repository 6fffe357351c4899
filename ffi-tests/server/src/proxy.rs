//! A small HTTP proxy: CONNECT (RFC 9110 9.3.6) and absolute-form requests (RFC 9112 3.2.2), with Basic credentials
//! where the port has some. Each request is logged with its whole head, so that a test can see what a proxy sees.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::Conn;
use crate::relay;
use crate::request::{self, Head};

/// What a proxy wants to hear.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
}

/// Serves one connection.
pub fn serve(conn: &mut Conn, login: Option<&Login>) {
    if let Err(e) = run(conn, login) {
        conn.log_gone(&e);
    }
}

fn run(conn: &mut Conn, login: Option<&Login>) -> io::Result<()> {
    loop {
        let Some(head) = request::read_head(&mut conn.wire)? else {
            conn.log("peer-closed", "between requests".to_owned());
            return Ok(());
        };
        conn.path = head.path.as_str().into();
        conn.log("proxy", String::from_utf8_lossy(&head.raw).into_owned());
        if login.is_some_and(|l| !admits(l, &head)) {
            refuse(
                conn,
                "407 Proxy Authentication Required",
                "proxy-authenticate: Basic realm=\"p\"\r\n",
            )?;
            let mut framing = head.framing();
            request::read_body(&mut conn.wire, &mut framing, u64::MAX, false)?;
            if head.keeps_alive() {
                continue;
            }
            conn.wire.finish();
            return Ok(());
        }
        return if head.method == "CONNECT" { tunnel(conn, &head) } else { forward(conn, &head) };
    }
}

fn admits(login: &Login, head: &Head) -> bool {
    let wanted = format!("Basic {}", STANDARD.encode(format!("{}:{}", login.user, login.password)));
    head.field("proxy-authorization") == Some(wanted.as_str())
}

fn refuse(conn: &mut Conn, status: &str, fields: &str) -> io::Result<()> {
    conn.wire.put(format!("HTTP/1.1 {status}\r\n{fields}content-length: 0\r\n\r\n").as_bytes())?;
    conn.wire.flush()
}

fn tunnel(conn: &mut Conn, head: &Head) -> io::Result<()> {
    let upstream = relay::authority(&head.target, 443)
        .ok_or_else(|| io::Error::other("not an authority"))
        .and_then(|(host, port)| relay::connect(host, port));
    match upstream {
        Err(_) => refuse(conn, "502 Bad Gateway", ""),
        Ok(mut upstream) => {
            conn.wire.put(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            conn.wire.flush()?;
            pass_buffered(conn, &mut upstream)?;
            relay::run(conn, upstream)
        }
    }
}

fn forward(conn: &mut Conn, head: &Head) -> io::Result<()> {
    let Some(rest) = head.target.strip_prefix("http://") else {
        return refuse(conn, "400 Absolute Form Needed", "");
    };
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let upstream = relay::authority(authority, 80)
        .ok_or_else(|| io::Error::other("not an authority"))
        .and_then(|(host, port)| relay::connect(host, port));
    let Ok(mut upstream) = upstream else {
        return refuse(conn, "502 Bad Gateway", "");
    };
    let question = if head.query.is_empty() { "" } else { "?" };
    let mut out =
        format!("{} {}{question}{} HTTP/1.1\r\n", head.method, head.path, head.query).into_bytes();
    let lines = head.raw.split(|b| *b == b'\n').skip(1);
    for line in lines.filter(|l| l.len() > 1) {
        let lower = line.to_ascii_lowercase();
        if !lower.starts_with(b"proxy-") && !lower.starts_with(b"connection:") {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
    }
    out.extend_from_slice(b"via: 1.1 scripted\r\nconnection: close\r\n\r\n");
    upstream.write_all(&out)?;
    pass_buffered(conn, &mut upstream)?;
    relay::run(conn, upstream)
}

fn pass_buffered(conn: &mut Conn, upstream: &mut std::net::TcpStream) -> io::Result<()> {
    let n = conn.wire.buffered().len();
    upstream.write_all(conn.wire.buffered())?;
    conn.wire.consume(n);
    Ok(())
}
