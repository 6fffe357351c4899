//! What happened on every connection, in order, with times.
//!
//! Promises: an event is visible to `/_log` and wakes every `/_wait` before the step after it runs, and the newest
//! `CAPACITY` events are kept. Times are CLOCK_MONOTONIC microseconds, so that a test on the same machine can compare
//! them with its own. Knows nothing of HTTP.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

const CAPACITY: usize = 200_000;

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Counts from 1, without gaps.
    pub seq: u64,
    /// CLOCK_MONOTONIC, microseconds.
    pub t_us: u64,
    /// `accepted`, `request`, `body`, `gate`, `stall`, `done`, `peer-closed`, `peer-reset`, `server-closed`, ...
    pub kind: &'static str,
    /// Number of the connection, 0 if none.
    pub conn: u64,
    /// Local port.
    pub port: u16,
    /// Path of the latest request on this connection, without the query; empty before the first.
    pub path: Arc<str>,
    /// More words.
    pub detail: String,
}

/// The log. All methods may be called from any thread.
#[derive(Default)]
pub struct Journal {
    /// Guards the events and the number of the newest.
    inner: Mutex<Inner>,
    news: Condvar,
}

#[derive(Default)]
struct Inner {
    seq: u64,
    events: VecDeque<Event>,
}

/// What a `/_wait` or `/_log` asks for. Fields that are `None` match everything.
#[derive(Default, Debug)]
pub struct Filter {
    pub since: u64,
    pub kind: Option<String>,
    pub conn: Option<u64>,
    pub port: Option<u16>,
    pub path: Option<String>,
    pub detail: Option<String>,
}

impl Filter {
    fn matches(&self, e: &Event) -> bool {
        e.seq > self.since
            && self.kind.as_deref().is_none_or(|k| {
                k == e.kind
                    || (k == "gone"
                        && matches!(e.kind, "peer-closed" | "peer-reset" | "server-closed"))
            })
            && self.conn.is_none_or(|c| c == e.conn)
            && self.port.is_none_or(|p| p == e.port)
            && self.path.as_deref().is_none_or(|p| p == &*e.path)
            && self.detail.as_deref().is_none_or(|d| e.detail.contains(d))
    }
}

impl Journal {
    /// Adds an event.
    pub fn add(&self, kind: &'static str, conn: u64, port: u16, path: &Arc<str>, detail: String) {
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        inner.seq += 1;
        let event =
            Event { seq: inner.seq, t_us: now_us(), kind, conn, port, path: path.clone(), detail };
        if inner.events.len() == CAPACITY {
            inner.events.pop_front();
        }
        inner.events.push_back(event);
        drop(inner);
        self.news.notify_all();
    }

    /// All kept events that match, oldest first, as JSON lines.
    pub fn lines(&self, filter: &Filter) -> String {
        let inner = self.inner.lock().expect("no holder of this lock panics");
        let first = inner.seq - inner.events.len() as u64;
        let skip = usize::try_from(filter.since.saturating_sub(first)).unwrap_or(usize::MAX);
        let mut out = String::new();
        for event in inner.events.iter().skip(skip).filter(|e| filter.matches(e)) {
            event.write_json(&mut out);
        }
        out
    }

    /// Blocks until `count` events match; answers the last of them. `None` after the time limit.
    pub fn wait(&self, filter: &Filter, count: usize, limit: Duration) -> Option<String> {
        let deadline = Instant::now() + limit;
        let mut inner = self.inner.lock().expect("no holder of this lock panics");
        let mut seen = filter.since;
        let mut found = 0;
        loop {
            let first = inner.seq - inner.events.len() as u64;
            let skip = usize::try_from(seen.saturating_sub(first)).unwrap_or(usize::MAX);
            for event in inner.events.iter().skip(skip) {
                if filter.matches(event) {
                    found += 1;
                    if found == count.max(1) {
                        let mut out = String::new();
                        event.write_json(&mut out);
                        return Some(out);
                    }
                }
            }
            seen = seen.max(inner.seq);
            let left = deadline.checked_duration_since(Instant::now())?;
            inner = self.news.wait_timeout(inner, left).expect("no holder of this lock panics").0;
        }
    }

    /// Number of the newest event.
    pub fn seq(&self) -> u64 {
        self.inner.lock().expect("no holder of this lock panics").seq
    }
}

impl Event {
    fn write_json(&self, out: &mut String) {
        let _ = write!(
            out,
            "{{\"seq\":{},\"t_us\":{},\"event\":\"{}\",\"conn\":{},\"port\":{},\"path\":",
            self.seq, self.t_us, self.kind, self.conn, self.port
        );
        quote(out, &self.path);
        out.push_str(",\"detail\":");
        quote(out, &self.detail);
        out.push_str("}\n");
    }
}

/// Appends `text` as a JSON string.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// CLOCK_MONOTONIC in microseconds.
pub fn now_us() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a valid timespec for the call to fill; CLOCK_MONOTONIC always exists.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000 + t.tv_nsec as u64 / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(j: &Journal, kind: &'static str, path: &str) {
        j.add(kind, 1, 80, &Arc::from(path), "with \"quotes\"\n".into());
    }

    #[test]
    fn lines_start_after_since_and_are_json() {
        let j = Journal::default();
        event(&j, "accepted", "");
        event(&j, "request", "/a");
        let all = j.lines(&Filter::default());
        assert_eq!(all.lines().count(), 2);
        let later = j.lines(&Filter { since: 1, ..Filter::default() });
        assert!(later.starts_with("{\"seq\":2,"), "{later}");
        assert!(later.contains(r#""path":"/a","detail":"with \"quotes\"\u000a"}"#), "{later}");
    }

    #[test]
    fn wait_sees_the_past_the_count_and_the_limit() {
        let j = Journal::default();
        event(&j, "peer-reset", "/a");
        event(&j, "peer-closed", "/a");
        let gone = |count| {
            let f = Filter { kind: Some("gone".into()), ..Filter::default() };
            j.wait(&f, count, Duration::from_millis(1))
        };
        assert!(gone(1).is_some_and(|l| l.contains("peer-reset")));
        assert!(gone(2).is_some_and(|l| l.contains("peer-closed")));
        assert_eq!(gone(3), None);
    }
}
