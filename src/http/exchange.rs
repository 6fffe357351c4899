//! What every blocking step of one request looks at: cancel flag, deadlines, clock, counters, phase.
//!
//! One [`Exchange`] lives as long as the task's transfer, over all hops. ureq carries no per-request data to connector
//! and transport, so a worker puts the exchange into a thread-local ([`Exchange::enter`]) around every call into ureq;
//! all I/O happens on the calling thread, so this is right for pooled connections too.
//! All fields are atomics because the app may read timings while a worker writes them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::cancel::{Cancel, WakePipe};
use super::error::{Failure, Kind, Phase};

/// Time limits of one request; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// From the worker taking the task to the last byte (H-1, H-8).
    pub total: Option<Duration>,
    /// Name lookup.
    pub resolve: Option<Duration>,
    /// TCP, proxy and TLS, over all addresses.
    pub connect: Option<Duration>,
    /// From the request being sent to the head being read.
    pub headers: Option<Duration>,
    /// Silence while sending the request or reading the body.
    pub read_idle: Option<Duration>,
}

/// How long a read of the body waits when nothing is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Until data, end or a deadline.
    Forever,
    /// This long, then "would block"; a nudge of the worker ends it early.
    UpTo(Duration),
}

/// Moments that are recorded, in the order of `reqtask_timing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Mark {
    /// A worker took the task.
    Dequeued,
    /// The first redirected request began.
    RedirectStart,
    /// The last redirect answer was read.
    RedirectEnd,
    /// Name lookup began.
    ResolveStart,
    /// Name lookup ended.
    ResolveEnd,
    /// The first connect call.
    ConnectStart,
    /// Connected (and through the proxy).
    ConnectEnd,
    /// ClientHello.
    TlsStart,
    /// Handshake done.
    TlsEnd,
    /// First byte of the request.
    RequestStart,
    /// Last byte of the request.
    RequestEnd,
    /// First byte of the answer.
    ResponseStart,
    /// Last byte of the answer.
    ResponseEnd,
}

const MARKS: usize = Mark::ResponseEnd as usize + 1;

/// The mark of a step that did not happen.
pub const UNKNOWN: i64 = -1;

/// See the module's text.
#[derive(Debug)]
pub struct Exchange {
    /// The stop button.
    pub cancel: Cancel,
    /// A final answer came while the request was being sent: the rest of the body is not wanted.
    pub answered_early: AtomicBool,
    /// Whether the connection of the current hop was used before.
    pub reused: AtomicBool,
    /// A byte of the current hop's request was given to the connection. `fetch` clears it before each hop; whoever
    /// writes to the wire sets it. With `answer_begun` it decides whether a stale connection may be tried again.
    pub request_begun: AtomicBool,
    /// A byte of the current hop's answer was read. Cleared and set like `request_begun`, by whoever reads the wire.
    pub answer_begun: AtomicBool,
    limits: Limits,
    origin: Instant,
    origin_unix_us: i64,
    total_deadline: OnceLock<Instant>,
    /// µs after origin at which the current phase is too late; `i64::MAX` for never.
    phase_deadline: AtomicI64,
    /// µs a body read may wait; -1 for [`Patience::Forever`].
    patience_us: AtomicI64,
    phase: AtomicU8,
    marks: [AtomicI64; MARKS],
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
}

thread_local! {
    static CURRENT: RefCell<Option<(Arc<Exchange>, Rc<WakePipe>)>> = const { RefCell::new(None) };
}

impl Exchange {
    /// The clock of its timings begins now.
    pub fn new(limits: Limits) -> Exchange {
        Exchange::since(Instant::now(), limits)
    }

    /// The clock of its timings has begun when the task was started; a task that waits in line needs no more than that.
    pub fn since(origin: Instant, limits: Limits) -> Exchange {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix = unix.saturating_sub(origin.elapsed());
        Exchange {
            cancel: Cancel::default(),
            answered_early: AtomicBool::new(false),
            reused: AtomicBool::new(false),
            request_begun: AtomicBool::new(false),
            answer_begun: AtomicBool::new(false),
            limits,
            origin,
            origin_unix_us: unix.as_micros() as i64,
            total_deadline: OnceLock::new(),
            phase_deadline: AtomicI64::new(i64::MAX),
            patience_us: AtomicI64::new(-1),
            phase: AtomicU8::new(Phase::Queue as u8),
            marks: [const { AtomicI64::new(UNKNOWN) }; MARKS],
            bytes_sent: AtomicU64::new(0),
            bytes_received: AtomicU64::new(0),
        }
    }

    /// Runs `f` with this exchange and this worker's wake pipe as the thread's current ones.
    pub fn enter<R>(self: &Arc<Self>, pipe: &Rc<WakePipe>, f: impl FnOnce() -> R) -> R {
        struct Restore(Option<(Arc<Exchange>, Rc<WakePipe>)>);
        impl Drop for Restore {
            fn drop(&mut self) {
                let before = self.0.take();
                CURRENT.with(|c| c.replace(before));
            }
        }
        let before = CURRENT.with(|c| c.replace(Some((self.clone(), pipe.clone()))));
        let _restore = Restore(before);
        f()
    }

    /// The exchange and wake pipe of the request that this thread is running, if any.
    pub fn current() -> Option<(Arc<Exchange>, Rc<WakePipe>)> {
        CURRENT.with(|c| c.borrow().clone())
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Microseconds since the task was started.
    pub fn now_us(&self) -> i64 {
        self.origin.elapsed().as_micros() as i64
    }

    /// Wall clock at the start, µs since 1970.
    pub fn start_unix_us(&self) -> i64 {
        self.origin_unix_us
    }

    /// A worker took the task: the total limit begins to count.
    pub fn begin(&self) {
        self.mark(Mark::Dequeued);
        if let Some(total) = self.limits.total
            && let Some(at) = Instant::now().checked_add(total)
        {
            let _ = self.total_deadline.set(at);
        }
    }

    /// Records now as the moment of `mark` and returns it; a later hop overwrites an earlier one.
    pub fn mark(&self, mark: Mark) -> Instant {
        let now = Instant::now();
        let us = now.saturating_duration_since(self.origin).as_micros() as i64;
        self.marks[mark as usize].store(us, Ordering::Relaxed);
        now
    }

    /// As [`Exchange::mark`], but keeps an earlier value.
    pub fn mark_once(&self, mark: Mark) {
        let now = self.now_us();
        let _ = self.marks[mark as usize].compare_exchange(
            UNKNOWN,
            now,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
    }

    /// Forgets a mark: the step did not happen on this hop (no lookup on a reused connection).
    pub fn unmark(&self, mark: Mark) {
        self.marks[mark as usize].store(UNKNOWN, Ordering::Relaxed);
    }

    /// Records as the moment of `mark` that of an earlier one.
    pub fn mark_as(&self, mark: Mark, earlier: Mark) {
        self.marks[mark as usize].store(self.marked(earlier), Ordering::Relaxed);
    }

    /// µs after start, or [`UNKNOWN`].
    pub fn marked(&self, mark: Mark) -> i64 {
        self.marks[mark as usize].load(Ordering::Relaxed)
    }

    /// Enters a phase and starts its own time limit. Tls goes on under Connect's limit.
    pub fn enter_phase(&self, phase: Phase) {
        let before = self.phase.swap(phase as u8, Ordering::Relaxed);
        let limit = match phase {
            Phase::Resolve => self.limits.resolve,
            Phase::Connect => self.limits.connect,
            Phase::Tls if before == Phase::Connect as u8 => return,
            Phase::Tls => self.limits.connect,
            Phase::Headers => self.limits.headers,
            Phase::None | Phase::Queue | Phase::Send | Phase::Body => None,
        };
        let at = limit.map_or(i64::MAX, |d| self.now_us().saturating_add(micros(d)));
        self.phase_deadline.store(at, Ordering::Relaxed);
    }

    /// The step the request is in.
    pub fn phase(&self) -> Phase {
        Phase::from_u8(self.phase.load(Ordering::Relaxed))
    }

    /// How long body reads wait from now on.
    pub fn set_patience(&self, patience: Patience) {
        let us = match patience {
            Patience::Forever => -1,
            Patience::UpTo(d) => micros(d),
        };
        self.patience_us.store(us, Ordering::Relaxed);
    }

    /// See [`Exchange::set_patience`].
    pub fn patience(&self) -> Patience {
        match self.patience_us.load(Ordering::Relaxed) {
            us if us < 0 => Patience::Forever,
            us => Patience::UpTo(Duration::from_micros(us as u64)),
        }
    }

    /// The moment at which the request as a whole is too late.
    pub fn total_deadline(&self) -> Option<Instant> {
        self.total_deadline.get().copied()
    }

    /// The earlier of the total and the current phase's deadline.
    pub fn deadline(&self) -> Option<Instant> {
        let phase = match self.phase_deadline.load(Ordering::Relaxed) {
            i64::MAX => None,
            us => self.origin.checked_add(Duration::from_micros(us.max(0) as u64)),
        };
        match (self.total_deadline(), phase) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Fails when the request was cancelled or is too late; to be called before each step.
    pub fn check(&self) -> Result<(), Failure> {
        if self.cancel.is_set() {
            return Err(self.aborted());
        }
        match self.deadline() {
            Some(at) if at <= Instant::now() => Err(self.timed_out()),
            _ => Ok(()),
        }
    }

    /// As [`Exchange::check`] without a look at the clock: for steps that do not wait and lie between others that look.
    pub fn check_abort(&self) -> Result<(), Failure> {
        if self.cancel.is_set() { Err(self.aborted()) } else { Ok(()) }
    }

    /// The failure of a cancelled request.
    pub fn aborted(&self) -> Failure {
        Exchange::aborted_in(self.phase())
    }

    /// The failure of a request that was cancelled in this phase.
    pub fn aborted_in(phase: Phase) -> Failure {
        Failure::new(Kind::Aborted, phase, "the request was aborted")
    }

    /// The failure of a request whose deadline has passed.
    pub fn timed_out(&self) -> Failure {
        let total_over = self.total_deadline().is_some_and(|at| at <= Instant::now());
        let (what, limit) = match self.phase() {
            _ if total_over => ("the request did not end", self.limits.total),
            Phase::Resolve => ("the host name was not resolved", self.limits.resolve),
            Phase::Connect | Phase::Tls => ("no connection was made", self.limits.connect),
            Phase::Headers => ("no answer came", self.limits.headers),
            Phase::Send => ("nothing of the request was taken", self.limits.read_idle),
            _ => ("the body was silent", self.limits.read_idle),
        };
        let ms = limit.unwrap_or_default().as_millis();
        Failure::new(Kind::Timeout, self.phase(), format!("{what} within {ms} ms"))
    }

    /// Counts bytes on the wire.
    pub fn add_sent(&self, n: usize) {
        self.bytes_sent.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// Counts bytes on the wire.
    pub fn add_received(&self, n: usize) {
        self.bytes_received.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// Bytes (sent, received) on the wire, heads and TLS records included.
    pub fn wire_bytes(&self) -> (u64, u64) {
        (self.bytes_sent.load(Ordering::Relaxed), self.bytes_received.load(Ordering::Relaxed))
    }
}

fn micros(d: Duration) -> i64 {
    i64::try_from(d.as_micros()).unwrap_or(i64::MAX)
}
