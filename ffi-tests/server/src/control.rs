//! The side door for tests, under `/_`: read and await the log, open gates, name scripts, open ports.
//! Its requests are not logged, so that a test sees only what it caused.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::app::Conn;
use crate::gates::RELEASE;
use crate::journal::Filter;
use crate::ports::{self, Kind};
use crate::request::Head;
use crate::routes::{bytes, text};
use crate::script;
use crate::text::{number, query};

/// Answers `/_` + `rest`.
pub fn answer(conn: &mut Conn, rest: &str, head: &Head, body: &[u8]) -> io::Result<()> {
    let app = conn.app.clone();
    let (word, name) = rest.split_once('/').unwrap_or((rest, ""));
    match word {
        "log" => {
            let lines = app.journal.lines(&filter(&head.query));
            bytes(conn, "200 OK", "application/x-ndjson", lines.as_bytes())
        }
        "wait" => {
            let count = number(&head.query, "count", 1) as usize;
            match app.journal.wait(&filter(&head.query), count, limit(&head.query)) {
                Some(line) => bytes(conn, "200 OK", "application/x-ndjson", line.as_bytes()),
                None => text(conn, "408 Request Timeout", "it did not happen\n"),
            }
        }
        "seq" => text(conn, "200 OK", &format!("{}\n", app.journal.seq())),
        "ready" => {
            let line = app.ready.lock().expect("no holder of this lock panics").clone();
            text(conn, "200 OK", &line)
        }
        "stats" => {
            let open = app.open.load(Ordering::Relaxed);
            text(conn, "200 OK", &format!("accepted={} open={open}\n", app.accepted()))
        }
        "open" => {
            app.gates.open(name);
            text(conn, "200 OK", "open\n")
        }
        "shut" => {
            app.gates.shut(name);
            text(conn, "200 OK", "shut\n")
        }
        "release" => {
            app.gates.pulse(RELEASE);
            text(conn, "200 OK", "released\n")
        }
        "scripts" => match script::from_lines(body) {
            Ok(steps) => {
                let mut scripts = app.scripts.lock().expect("no holder of this lock panics");
                scripts.insert(name.to_owned(), steps.into());
                drop(scripts);
                text(conn, "200 OK", "named\n")
            }
            Err(problem) => text(conn, "400 Bad Script", &problem),
        },
        "listen" => match Kind::from_query(&head.query, body) {
            Err(problem) => text(conn, "400 Bad Request", &problem),
            Ok(kind) => match ports::open(&app, kind) {
                Ok(port) => text(conn, "200 OK", &format!("{port}\n")),
                Err(e) => text(conn, "500 No Port", &e.to_string()),
            },
        },
        "connecting" => {
            let port = number(&head.query, "port", 0) as u16;
            let n = number(&head.query, "n", 1) as usize;
            if await_connecting(port, n, limit(&head.query)) {
                text(conn, "200 OK", "connecting\n")
            } else {
                text(conn, "408 Request Timeout", "it did not happen\n")
            }
        }
        _ => text(conn, "404 Not Found", "no such control\n"),
    }
}

fn filter(q: &str) -> Filter {
    Filter {
        since: number(q, "since", 0),
        kind: query(q, "event"),
        conn: query(q, "conn").and_then(|v| v.parse().ok()),
        port: query(q, "port").and_then(|v| v.parse().ok()),
        path: query(q, "path"),
        detail: query(q, "detail"),
    }
}

fn limit(q: &str) -> Duration {
    Duration::from_millis(number(q, "timeout_ms", 30_000).min(600_000))
}

/// Waits until `n` sockets of this machine are in SYN-SENT towards `port`. A SYN that is dropped makes no event, so
/// the kernel's table is read again and again.
fn await_connecting(port: u16, n: usize, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    let remote = format!(":{port:04X}");
    loop {
        let count = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| std::fs::read_to_string(table).ok())
            .flat_map(|table| {
                let is_ours = |line: &str| {
                    let mut words = line.split_ascii_whitespace().skip(2);
                    words.next().is_some_and(|r| r.ends_with(&remote)) && words.next() == Some("02")
                };
                table.lines().filter(|l| is_ours(l)).map(|_| ()).collect::<Vec<()>>()
            })
            .count();
        if count >= n {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
