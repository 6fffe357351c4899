//! The raw body of an answer, read straight into the caller's buffer.
//!
//! All state between two reads is here and is small, so a read that found nothing can be gone on with later, by another
//! thread. A body that ends early is a failure, never an end. A buffer exists only for what came behind the head, and
//! while a large body flows quickly. When the body is complete, its connection goes back for the next request.

use std::fmt;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::cancel::WakePipe;
use super::chunked::Dechunker;
use super::dial::{Connection, Dialer};
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Mark, Patience};
use super::head::Framing;
use super::reply::{Arrived, broken};
use super::seam::{Got, RawBody};
use super::wait::{Interest, Ready, wait};
use super::watch::Watcher;

/// One system call takes so much while a large body flows.
const BULK_BYTES: usize = 256 * 1024;
/// A caller that reads so much at once needs no buffer between.
const DIRECT_BYTES: usize = 64 * 1024;
/// A bulk read that finds less shows that the flow has become slow.
const SLOW_BYTES: usize = 32 * 1024;
/// So many reads that fill the caller's buffer make a large body that flows.
const FULL_READS: u8 = 2;

/// See the module's text.
pub struct HopBody {
    dialer: Arc<Dialer>,
    /// Gone at the end, or after a failure.
    connection: Option<Connection>,
    progress: Progress,
    reusable: bool,
    /// Received but not yet looked at: `held[at..end]`.
    held: Vec<u8>,
    at: usize,
    end: usize,
    full_reads: u8,
    /// The last system call took less than it could.
    drained: bool,
    /// What all later reads fail with.
    failed: Option<Box<Failure>>,
    /// See [`Arrived::cut`].
    cut: Option<Box<Failure>>,
}

/// What is held of the body may be a secret.
impl fmt::Debug for HopBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HopBody({:?}, {} bytes held)", self.progress, self.end - self.at)
    }
}

/// How far the body was read.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Length { left: u64, whole: u64 },
    Chunked(Dechunker),
    Close,
    Ended,
}

impl HopBody {
    /// The body that follows a head. If there is none, it is complete now.
    pub fn new(arrived: Arrived, dialer: &Arc<Dialer>, exchange: &Exchange) -> HopBody {
        let mut body = HopBody {
            dialer: dialer.clone(),
            connection: Some(arrived.connection),
            progress: match arrived.framing {
                Framing::None | Framing::Length(0) => Progress::Ended,
                Framing::Length(whole) => Progress::Length { left: whole, whole },
                Framing::Chunked => Progress::Chunked(Dechunker::default()),
                Framing::Close => Progress::Close,
            },
            reusable: arrived.reusable,
            at: 0,
            end: arrived.rest.len(),
            held: arrived.rest,
            full_reads: 0,
            drained: false,
            failed: None,
            cut: arrived.cut,
        };
        if matches!(body.progress, Progress::Ended) {
            body.finish(exchange);
        }
        body
    }

    /// The body is complete.
    fn finish(&mut self, exchange: &Exchange) {
        let now = exchange.mark(Mark::ResponseEnd);
        self.progress = Progress::Ended;
        // Bytes that nobody asked for: whatever comes next would be taken for the answer to another request.
        let clean = self.reusable && self.at == self.end;
        self.held = Vec::new();
        (self.at, self.end) = (0, 0);
        if let Some(mut connection) = self.connection.take()
            && clean
            && connection.wire.holds_nothing()
        {
            self.dialer.put_back(connection, now);
        }
    }

    /// The body cannot be read further.
    fn fail(&mut self, failure: Failure) {
        self.connection = None;
        self.held = Vec::new();
        (self.at, self.end) = (0, 0);
        self.failed = Some(Box::new(failure));
    }

    /// Bytes as they came, held ones first. 0 is the end of the connection.
    fn receive(&mut self, into: &mut [u8], exchange: &Exchange) -> io::Result<usize> {
        let connection = self.connection.as_mut().expect("a body that has not ended has one");
        if self.at == self.end {
            if self.full_reads < FULL_READS || into.len() >= DIRECT_BYTES {
                let n = connection.wire.read(into, exchange)?;
                // TLS may hold more than it has given.
                self.drained = n < into.len() && !connection.wire.is_tls();
                // TLS decrypts record by record, so one call more or less makes no difference there.
                let full = n == into.len() && !connection.wire.is_tls() && self.is_large();
                self.full_reads = if full { (self.full_reads + 1).min(FULL_READS) } else { 0 };
                return Ok(n);
            }
            self.held.resize(BULK_BYTES, 0);
            let n = connection.wire.read(&mut self.held, exchange)?;
            self.drained = n < BULK_BYTES && !connection.wire.is_tls();
            (self.at, self.end) = (0, n);
            if n < SLOW_BYTES {
                self.full_reads = 0;
            }
        }
        let n = into.len().min(self.end - self.at);
        into[..n].copy_from_slice(&self.held[self.at..self.at + n]);
        self.at += n;
        if self.at == self.end && self.full_reads < FULL_READS {
            self.held = Vec::new();
            (self.at, self.end) = (0, 0);
        }
        Ok(n)
    }

    /// Whether so much may follow that a large buffer pays.
    fn is_large(&self) -> bool {
        match self.progress {
            Progress::Length { left, .. } => left >= BULK_BYTES as u64,
            Progress::Chunked(_) | Progress::Close => true,
            Progress::Ended => false,
        }
    }

    /// Takes the framing off `raw` and returns how many bytes of the body stand at its front.
    fn digest(&mut self, raw: &mut [u8], exchange: &Exchange) -> usize {
        match &mut self.progress {
            Progress::Length { left, .. } => {
                *left -= raw.len() as u64;
                if *left == 0 {
                    self.finish(exchange);
                }
                raw.len()
            }
            Progress::Chunked(dechunker) => {
                let decoded = dechunker.decode(raw);
                if let Some(sentence) = decoded.bad {
                    self.fail(Failure::new(Kind::Protocol, Phase::Body, sentence));
                } else if dechunker.is_ended() {
                    self.reusable &= decoded.used == raw.len();
                    self.finish(exchange);
                }
                decoded.produced
            }
            Progress::Close | Progress::Ended => raw.len(),
        }
    }

    /// The server ended the connection in an orderly way.
    fn closed(&mut self, exchange: &Exchange) -> Result<Got, Failure> {
        if let Some(failure) = self.cut.take() {
            self.fail((*failure).clone());
            return Err(*failure);
        }
        let sentence = match self.progress {
            Progress::Close | Progress::Ended => {
                self.reusable = false;
                self.finish(exchange);
                return Ok(Got::End);
            }
            Progress::Length { left, whole } => {
                format!("the connection was closed after {} of {whole} bytes", whole - left)
            }
            Progress::Chunked(_) => "the connection was closed before the last chunk".to_owned(),
        };
        let failure = Failure::new(Kind::Io, Phase::Body, sentence);
        self.fail(failure.clone());
        Err(failure)
    }

    /// Nothing is there. `None`: something may be now. How long a silence may last is the reader's business, who knows
    /// whether the app has asked for it.
    fn silence(&mut self, exchange: &Exchange, pipe: &WakePipe) -> Result<Option<Got>, Failure> {
        let patience = exchange.patience();
        let fd = self.fd().expect("a body that has not ended has one");
        let ready = match patience {
            // The read has just told what poll would.
            Patience::UpTo(Duration::ZERO) => Ready::WouldBlock,
            _ => wait(fd, Interest::READ, exchange, pipe, patience, None)?,
        };
        match ready {
            Ready::Socket(_) => Ok(None),
            Ready::WouldBlock => Ok(Some(Got::WouldBlock)),
        }
    }
}

impl RawBody for HopBody {
    fn read(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        if into.is_empty() {
            return Ok(Got::WouldBlock);
        }
        // How late it is, the reader asks before each read.
        exchange.check_abort()?;
        loop {
            if let Some(failure) = &self.failed {
                return Err((**failure).clone());
            }
            let most = match self.progress {
                Progress::Ended => return Ok(Got::End),
                Progress::Length { left, .. } => left.min(into.len() as u64) as usize,
                Progress::Chunked(_) | Progress::Close => into.len(),
            };
            match self.receive(&mut into[..most], exchange) {
                Ok(0) => return self.closed(exchange),
                Ok(n) => {
                    let produced = self.digest(&mut into[..n], exchange);
                    if produced > 0 {
                        return Ok(Got::Bytes(produced));
                    }
                    // Only framing came.
                    exchange.check()?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(got) = self.silence(exchange, pipe)? {
                        return Ok(got);
                    }
                }
                Err(error) => {
                    self.fail(broken(&error, Phase::Body, "reading the body"));
                }
            }
        }
    }

    fn fd(&self) -> Option<RawFd> {
        self.connection.as_ref().map(|connection| connection.wire.fd())
    }

    fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize> {
        self.connection.as_mut().map(|connection| connection.wire.watch(watcher))
    }

    fn is_drained(&self) -> bool {
        self.drained && self.at == self.end && self.connection.is_some()
    }

    fn has_buffers(&self) -> bool {
        self.held.capacity() > 0
    }

    fn ends_by_close(&self) -> bool {
        matches!(self.progress, Progress::Close)
    }

    fn shed(&mut self) {
        if self.at == self.end {
            self.held = Vec::new();
            (self.at, self.end) = (0, 0);
            self.full_reads = 0;
        }
        // The connection holds no buffer of its own; rustls frees what is empty.
    }
}
