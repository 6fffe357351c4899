//! What all connections share, and what one connection is.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::gates::Gates;
use crate::journal::Journal;
use crate::request::Body;
use crate::script::Step;
use crate::tls::Tls;
use crate::wire::Wire;

/// The server.
pub struct App {
    pub journal: Journal,
    pub gates: Gates,
    pub tls: Tls,
    /// Scripts that were given a name by `PUT /_scripts/NAME`.
    pub scripts: Mutex<HashMap<String, Arc<[Step]>>>,
    /// The line that was printed when all ports were open.
    pub ready: Mutex<String>,
    /// Connections open now, control connections included.
    pub open: AtomicUsize,
    conns: AtomicU64,
}

impl App {
    /// A server without ports.
    pub fn new(tls: Tls) -> App {
        App {
            journal: Journal::default(),
            gates: Gates::default(),
            tls,
            scripts: Mutex::default(),
            ready: Mutex::default(),
            open: AtomicUsize::new(0),
            conns: AtomicU64::new(0),
        }
    }

    /// A number for a connection.
    pub fn next_conn(&self) -> u64 {
        self.conns.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many connections were accepted so far.
    pub fn accepted(&self) -> u64 {
        self.conns.load(Ordering::Relaxed)
    }
}

/// One connection.
pub struct Conn {
    pub id: u64,
    pub port: u16,
    pub app: Arc<App>,
    pub wire: Wire,
    /// Of the latest request.
    pub path: Arc<str>,
    /// How many requests it has carried.
    pub requests: u64,
}

impl Conn {
    /// Logs an event of this connection.
    pub fn log(&self, kind: &'static str, detail: String) {
        self.app.journal.add(kind, self.id, self.port, &self.path, detail);
    }

    /// Logs how much of a request body was read.
    pub fn log_body(&self, body: &Body) {
        if body.len > 0 {
            self.log("body", format!("bytes={} fnv1a={:016x}", body.len, body.hash));
        }
    }

    /// Logs that the peer has gone, as an I/O error tells it.
    pub fn log_gone(&self, error: &io::Error) {
        let kind = match error.kind() {
            io::ErrorKind::UnexpectedEof => "peer-closed",
            _ => "peer-reset",
        };
        self.log(kind, error.to_string());
    }
}
