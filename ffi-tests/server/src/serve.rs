//! The life of an HTTP connection: request, answer, request, ... and its end.
//!
//! Garbage gets a 400 and the end; nothing a peer sends makes it panic.

use std::io;
use std::time::Duration;

use crate::app::Conn;
use crate::play::{Then, play};
use crate::request::{self, Framing, Head};
use crate::script::{self, Step};
use crate::{control, routes};

/// Serves until one side ends.
pub fn serve(conn: &mut Conn) {
    loop {
        match one(conn) {
            Ok(Then::Keep) => {}
            Ok(end) => return finish(conn, end),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                conn.log("garbage", e.to_string());
                let _ = conn.wire.put(
                    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
                return finish(conn, Then::Close(true));
            }
            Err(e) => return conn.log_gone(&e),
        }
    }
}

/// Runs a script as soon as a connection is there, for ports that imitate something else than a good HTTP server.
pub fn serve_script(conn: &mut Conn, steps: &[Step]) {
    match play(conn, steps, &mut Framing::Length(0)) {
        Ok(Then::Keep) => finish(conn, Then::Close(true)),
        Ok(end) => finish(conn, end),
        Err(e) => conn.log_gone(&e),
    }
}

fn one(conn: &mut Conn) -> io::Result<Then> {
    let Some(head) = request::read_head(&mut conn.wire)? else {
        conn.log("peer-closed", "between requests".to_owned());
        return Ok(Then::Gone);
    };
    conn.requests += 1;
    let mut framing = head.framing();
    if let Some(rest) = head.path.strip_prefix("/_") {
        let body = request::read_body(&mut conn.wire, &mut framing, u64::MAX, true)?;
        control::answer(conn, rest, &head, &body.bytes)?;
        return Ok(after(&head));
    }
    if *conn.path != *head.path {
        conn.path = head.path.as_str().into();
    }
    conn.log("request", format!("{} {}", head.method, head.target));
    let then = match steps(conn, &head) {
        None => {
            let body = request::read_body(&mut conn.wire, &mut framing, u64::MAX, true)?;
            conn.log_body(&body);
            routes::answer(conn, &head, &body)?
        }
        Some(Err(problem)) => {
            let body = request::read_body(&mut conn.wire, &mut framing, u64::MAX, false)?;
            conn.log_body(&body);
            routes::text(conn, "400 Bad Script", &problem)?;
            Then::Keep
        }
        Some(Ok(steps)) => {
            if !script::reads_body_itself(&steps) {
                let body = request::read_body(&mut conn.wire, &mut framing, u64::MAX, false)?;
                conn.log_body(&body);
            }
            play(conn, &steps, &mut framing)?
        }
    };
    if then == Then::Keep {
        conn.log("done", String::new());
        if framing != Framing::Length(0) {
            let body = request::read_body(&mut conn.wire, &mut framing, u64::MAX, false)?;
            conn.log_body(&body);
        }
        return Ok(after(&head));
    }
    Ok(then)
}

fn after(head: &Head) -> Then {
    if head.keeps_alive() { Then::Keep } else { Then::Close(true) }
}

/// The script of a request, where it has one.
fn steps(conn: &Conn, head: &Head) -> Option<Result<Vec<Step>, String>> {
    if head.path == "/script" || head.path.starts_with("/script/") {
        return Some(script::from_query(&head.query));
    }
    if let Some(text) = head.field("x-script") {
        return Some(script::from_query(text));
    }
    let name = head.path.strip_prefix("/s/")?;
    let scripts = conn.app.scripts.lock().expect("no holder of this lock panics");
    Some(match scripts.get(name.split('/').next().unwrap_or(name)) {
        Some(steps) => Ok(steps.to_vec()),
        None => Err(format!("no script is named {name}")),
    })
}

fn finish(conn: &mut Conn, then: Then) {
    match then {
        Then::Keep | Then::Gone => {}
        Then::Reset => {
            let _ = conn.wire.flush();
            conn.wire.set_reset_on_close();
            conn.log("server-closed", "reset".to_owned());
        }
        Then::Close(politely) => {
            if politely {
                conn.wire.finish();
            } else {
                conn.wire.finish_abruptly();
            }
            conn.log("server-closed", String::new());
            linger(conn);
        }
    }
}

/// Reads what the peer still sends, for a while: closing with unread bytes would send RST and destroy our answer
/// (RFC 9112 9.6).
fn linger(conn: &mut Conn) {
    conn.wire.set_read_timeout(Duration::from_secs(2));
    let mut budget = 4096;
    while budget > 0 {
        let have = conn.wire.buffered().len();
        conn.wire.consume(have);
        match conn.wire.fill() {
            Ok(n) if n > 0 => budget -= 1,
            _ => break,
        }
    }
}
