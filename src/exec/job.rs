//! One task from dequeue to completion. Read this first.
//!
//! ```text
//!  Fresh ──send──► Asking ──head──► Reading ──read──► chunk ──► owner
//!                   │  ▲              │  ▲
//!     nothing there │  │              │  │ readable, window open, too late, cancelled
//!                   ▼  │              ▼  │
//!                          parked (no thread)
//! ```
//! A job runs on a worker until it is done, or has nothing to read, or its window is full, or others have waited long
//! enough. It decides nothing about threads: it says what it needs ([`After`]), and the pool sees to it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::berth::Berth;
use super::owner::Owner;
use super::pool::Pool;
use crate::http::wait::earlier;
use crate::http::{Body, Exchange, Failure, Fetch, Got, Kind, Patience, Phase, WakePipe, Watcher};

/// Bytes read in one go at first; small enough to stay in the processor's first cache.
const READ_BYTES: usize = 16 * 1024;
/// Most, for a body that fills its reads: each piece becomes an event, which costs more than the cache saves.
const READ_MOST_BYTES: usize = 64 * 1024;
/// After so many bytes a stream lets others have the worker.
const SLICE_BYTES: usize = 1024 * 1024;
/// A stream that spoke this recently keeps its running place, if it still has one.
const LINGER_LEAST: Duration = Duration::from_millis(5);
const LINGER_MOST: Duration = Duration::from_millis(100);
/// A stream that has been silent for so long gives back its buffers.
const SHED_AFTER: Duration = Duration::from_millis(200);
/// Reserved at once for a body whose length is declared; more only as bytes really come.
const BODY_RESERVE_MOST: u64 = 1024 * 1024;

/// A task on its way.
#[derive(Debug)]
pub struct Job {
    owner: Arc<dyn Owner>,
    stage: Stage,
    /// It counts as running (`Admission`): until its stream is silent for the first time.
    pub has_place: bool,
    /// While it was parked, the poller saw that the server will send nothing more.
    pub peer_closed: bool,
}

#[derive(Debug)]
enum Stage {
    Fresh,
    Asking(Box<Fetch>),
    Reading(Box<Stream>),
    /// Another job runs the transfer, if it is not over: this one has the owner tell the app what waits.
    Telling,
    /// The owner has been told the end.
    Over,
}

#[derive(Debug)]
struct Stream {
    body: Body,
    /// Decoded bytes so far.
    offset: u64,
    /// What the next read asks for.
    ask: usize,
    /// The whole body so far, where it is kept.
    kept: Option<Vec<u8>>,
    content_length: Option<u64>,
    quiet_since: Instant,
    /// Time between the last two reads that found something.
    gap: Duration,
    /// The window was closed: the silence since then is the app's, not the server's.
    was_full: bool,
}

/// What a worker brings along.
pub struct Worker {
    /// Its wake-up pipe.
    pub pipe: Rc<WakePipe>,
    /// Its read buffer, reused while nobody keeps it.
    pub scratch: Vec<u8>,
}

/// What is to happen with a job that its worker gives up.
#[derive(Debug)]
pub enum After {
    /// Nothing; the owner has been told.
    Done,
    /// Run it again soon: streams that have something to read are waiting for a worker.
    Yield,
    /// Keep it until something happens.
    Park(Berth),
}

impl Job {
    /// A job that has just been given a place and has not run.
    pub fn new(owner: Arc<dyn Owner>) -> Job {
        Job { owner, stage: Stage::Fresh, has_place: true, peer_closed: false }
    }

    /// A job that only has the owner tell what waits.
    pub fn telling(owner: Arc<dyn Owner>) -> Job {
        Job { owner, stage: Stage::Telling, has_place: false, peer_closed: false }
    }

    /// Whether it is one of those.
    pub fn only_tells(&self) -> bool {
        matches!(self.stage, Stage::Telling)
    }

    /// Whom it is for.
    pub fn owner(&self) -> &Arc<dyn Owner> {
        &self.owner
    }

    /// Has its connection watched; the key.
    pub fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize> {
        match &mut self.stage {
            Stage::Fresh | Stage::Telling | Stage::Over => None,
            Stage::Asking(fetch) => fetch.watch(watcher),
            Stage::Reading(stream) => stream.body.watch(watcher),
        }
    }

    /// Runs on the calling worker. The exchange's cancel flag is attached to the worker meanwhile.
    pub fn run(&mut self, worker: &mut Worker, pool: &Pool) -> After {
        if self.only_tells() {
            self.owner.tell();
            return After::Done;
        }
        let exchange = self.owner.exchange();
        exchange.cancel.attach(worker.pipe.waker());
        let after = self.advance(&exchange, worker, pool);
        exchange.cancel.detach();
        match after {
            Ok(after) => after,
            Err(failure) => {
                self.end(Err(failure));
                After::Done
            }
        }
    }

    /// Ends it from outside: a panic, or no thread to run it.
    pub fn fail(&mut self, kind: Kind, message: &str) {
        if !matches!(self.stage, Stage::Telling | Stage::Over) {
            let phase = self.owner.exchange().phase();
            self.end(Err(Failure::new(kind, phase, message.to_owned())));
        }
    }

    fn end(&mut self, result: Result<(), Failure>) {
        let stage = std::mem::replace(&mut self.stage, Stage::Over);
        let (kept, body) = match stage {
            Stage::Reading(stream) => (stream.kept, Some(stream.body)),
            _ => (None, None),
        };
        self.owner.end(result, kept);
        // Closing the connection comes after the news.
        drop(body);
    }

    fn advance(
        &mut self,
        exchange: &Arc<Exchange>,
        worker: &mut Worker,
        pool: &Pool,
    ) -> Result<After, Failure> {
        if let Stage::Fresh = self.stage {
            let Some(request) = self.owner.begin() else {
                self.stage = Stage::Over;
                return Ok(After::Done);
            };
            exchange.begin();
            exchange.check()?;
            exchange.set_patience(Patience::UpTo(Duration::ZERO));
            self.stage = Stage::Asking(Box::new(pool.http().begin(request)?));
        }
        if let Stage::Asking(fetch) = &mut self.stage {
            exchange.check()?;
            let Some(answer) = pool.http().advance(fetch, exchange, &worker.pipe)? else {
                return Ok(After::Park(Berth {
                    for_bytes: true,
                    until: exchange.deadline(),
                    paused: false,
                    keeps_place: true,
                    lingers: false,
                }));
            };
            let content_length = answer.head.content_length;
            self.owner.head(answer.head, answer.ask.url.as_str(), answer.redirects);
            let keeps = self.owner.keeps_body();
            self.stage = Stage::Reading(Box::new(Stream {
                content_length,
                body: answer.body,
                offset: 0,
                ask: READ_BYTES,
                kept: keeps.then(Vec::new),
                quiet_since: Instant::now(),
                gap: Duration::ZERO,
                was_full: false,
            }));
        }
        let Stage::Reading(stream) = &mut self.stage else { return Ok(After::Done) };
        match stream.read_on(
            &*self.owner,
            exchange,
            worker,
            pool,
            self.has_place,
            self.peer_closed,
        )? {
            Some(after) => Ok(after),
            None => {
                self.end(Ok(()));
                Ok(After::Done)
            }
        }
    }
}

impl Stream {
    /// Reads until something stops it; `None` at the end of the body.
    fn read_on(
        &mut self,
        owner: &dyn Owner,
        exchange: &Arc<Exchange>,
        worker: &mut Worker,
        pool: &Pool,
        has_place: bool,
        peer_closed: bool,
    ) -> Result<Option<After>, Failure> {
        let mut slice = 0;
        loop {
            exchange.check()?;
            let room = owner.room().min(self.ask);
            if room == 0 {
                self.was_full = true;
                self.body.shed();
                let until = exchange.total_deadline();
                return Ok(Some(After::Park(Berth {
                    for_bytes: false,
                    until,
                    paused: false,
                    keeps_place: false,
                    lingers: false,
                })));
            }
            if std::mem::take(&mut self.was_full) {
                self.quiet_since = Instant::now();
            }
            let missing = room.saturating_sub(worker.scratch.len());
            worker.scratch.try_reserve(missing).map_err(|_| no_memory(room))?;
            worker.scratch.resize(room, 0);
            match self.body.read(&mut worker.scratch, exchange, &worker.pipe)? {
                Got::Bytes(n) => {
                    self.ask = ask_after(self.ask, room, n);
                    self.take(n, owner, worker)?;
                    owner.received(self.body.received(), self.content_length);
                    slice += n;
                    if slice >= SLICE_BYTES {
                        if pool.wants_worker() {
                            return Ok(Some(After::Yield));
                        }
                        slice = 0;
                    }
                    // The poller names it again when more comes; only an end that it has named already must be looked for.
                    if self.body.is_drained() && !peer_closed {
                        return self.silent(owner, exchange, has_place).map(Some);
                    }
                }
                Got::WouldBlock if self.body.take_break() => return Ok(Some(After::Yield)),
                Got::WouldBlock => return self.silent(owner, exchange, has_place).map(Some),
                Got::End => {
                    return Ok(None);
                }
            }
        }
    }

    /// Nothing is there now.
    fn silent(
        &mut self,
        owner: &dyn Owner,
        exchange: &Exchange,
        has_place: bool,
    ) -> Result<After, Failure> {
        self.check_idle(owner, exchange)?;
        let paused = owner.paused();
        let idle = exchange.limits().read_idle.filter(|_| !paused);
        let idle = idle.and_then(|d| self.idle_since(owner).checked_add(d));
        let mut until = earlier(exchange.total_deadline(), idle);
        if self.body.has_buffers() {
            match SHED_AFTER.checked_sub(self.quiet_since.elapsed()) {
                Some(left) => until = earlier(until, Instant::now().checked_add(left)),
                None => self.body.shed(),
            }
        }
        let linger = if has_place { self.linger_time(exchange) } else { None };
        if let Some(time) = linger {
            until = earlier(until, Instant::now().checked_add(time));
        }
        Ok(After::Park(Berth {
            for_bytes: true,
            until,
            paused,
            keeps_place: false,
            lingers: linger.is_some(),
        }))
    }

    /// `n` bytes are in the worker's buffer.
    fn take(&mut self, n: usize, owner: &dyn Owner, worker: &mut Worker) -> Result<(), Failure> {
        let now = Instant::now();
        self.gap = now.duration_since(self.quiet_since);
        self.quiet_since = now;
        if owner.body_max().is_some_and(|max| self.offset + n as u64 > max) {
            let max = owner.body_max().unwrap_or_default();
            return Err(Failure::new(
                Kind::TooLarge,
                Phase::Body,
                format!("the body exceeds REQTASK_OPT_BODY_MAX_BYTES ({max} bytes)"),
            ));
        }
        if let Some(kept) = &mut self.kept {
            let first = if kept.is_empty() {
                self.content_length.unwrap_or(0).min(BODY_RESERVE_MOST) as usize
            } else {
                0
            };
            kept.try_reserve(n.max(first)).map_err(|_| {
                Failure::new(
                    Kind::NoMemory,
                    Phase::Body,
                    format!("no memory to keep a body of more than {} bytes", self.offset),
                )
            })?;
            kept.extend_from_slice(&worker.scratch[..n]);
        }
        let offset = self.offset;
        self.offset += n as u64;
        // A small piece in a large block would waste memory for as long as the app keeps it.
        if n * 2 < worker.scratch.len() {
            owner.chunk(offset, worker.scratch[..n].to_vec());
        } else {
            worker.scratch.truncate(n);
            let bytes = std::mem::take(&mut worker.scratch);
            let back = owner.chunk(offset, bytes).or_else(|| owner.spare());
            worker.scratch = back.unwrap_or_default();
        }
        Ok(())
    }

    /// Whether and how long a silent stream keeps its place.
    fn linger_time(&self, exchange: &Exchange) -> Option<Duration> {
        if self.gap * 2 > LINGER_MOST {
            return None;
        }
        let quiet = self.quiet_since.elapsed();
        let most = exchange.limits().read_idle.unwrap_or(LINGER_MOST);
        let patience = (self.gap * 2).max(LINGER_LEAST).min(most);
        patience.checked_sub(quiet).filter(|d| !d.is_zero())
    }

    fn check_idle(&self, owner: &dyn Owner, exchange: &Exchange) -> Result<(), Failure> {
        match exchange.limits().read_idle {
            Some(limit) if !owner.paused() && self.idle_since(owner).elapsed() >= limit => {
                Err(exchange.timed_out())
            }
            _ => Ok(()),
        }
    }

    fn idle_since(&self, owner: &dyn Owner) -> Instant {
        owner.resumed_at().map_or(self.quiet_since, |at| at.max(self.quiet_since))
    }
}

/// There is none for the next piece, of at most so many bytes.
fn no_memory(piece: usize) -> Failure {
    let message = format!("no memory for the next {piece} bytes of the body");
    Failure::new(Kind::NoMemory, Phase::Body, message)
}

/// What to ask for next, when `n` of `room` bytes were read: more after a full read, less after one that was half empty.
fn ask_after(ask: usize, room: usize, n: usize) -> usize {
    if n == room {
        (ask * 2).min(READ_MOST_BYTES)
    } else if n <= room / 2 {
        (ask / 2).max(READ_BYTES)
    } else {
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_grow_while_they_are_filled_and_shrink_when_they_are_not() {
        let mut ask = READ_BYTES;
        for want in [2 * READ_BYTES, READ_MOST_BYTES, READ_MOST_BYTES] {
            ask = ask_after(ask, ask, ask);
            assert_eq!(ask, want);
        }
        assert_eq!(ask_after(ask, ask, ask - 1), ask, "nearly full");
        for want in [2 * READ_BYTES, READ_BYTES, READ_BYTES] {
            ask = ask_after(ask, ask, 20);
            assert_eq!(ask, want);
        }
        assert_eq!(ask_after(ask, 100, 100), 2 * READ_BYTES, "a window nearly full says nothing");
    }
}
