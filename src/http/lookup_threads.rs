//! Name lookups that can be abandoned: threads of our own do them, and the worker waits on its wake pipe.
//!
//! `getaddrinfo` cannot be interrupted, so a request that is aborted leaves its lookup behind. Threads come as they are
//! needed, at most 16, and end when idle. Requests for the same name and family share one lookup, and its answer for
//! some seconds. Knows nothing of URLs.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::cancel::{WakePipe, Waker};
use super::error::{Failure, Kind, Phase};
use super::exchange::Exchange;
use super::lookup::{self, NoAddress};
use super::request::IpFamily;
use super::wait_any::wait_any;

/// Lookups that hang must not block all others, nor may they take a thread each without end.
const MAX_THREADS: usize = 16;
/// How long a positive answer is kept. `getaddrinfo` does not tell the record's own time.
const ANSWER_AGE: Duration = Duration::from_secs(5);
/// How long a thread waits for the next lookup.
const THREAD_IDLE: Duration = Duration::from_secs(5);
/// Expired answers are swept out when there are more than this.
const MANY_ANSWERS: usize = 64;
/// glibc's own resolver uses buffers on the stack; Apple's is used to threads of 512 KiB.
const STACK_BYTES: usize = if cfg!(target_vendor = "apple") { 512 * 1024 } else { 256 * 1024 };

type Answer = Result<Arc<[IpAddr]>, NoAddress>;
pub(crate) type Lookup = dyn Fn(&str, IpFamily) -> Result<Vec<IpAddr>, NoAddress> + Send + Sync;

/// See the module's text. One per client.
#[derive(Debug)]
pub struct LookupThreads {
    shared: Arc<Shared>,
}

struct Shared {
    lookup: Box<Lookup>,
    answer_age: Duration,
    /// Guards everything about lookups and their threads.
    state: Mutex<State>,
    /// There is work, or the resolver was closed.
    work: Condvar,
    /// A thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    /// Lookups that no thread has begun.
    queue: VecDeque<Key>,
    /// Who waits for which lookup, queued or running.
    flights: HashMap<Key, Vec<Arc<Ticket>>>,
    answers: HashMap<Key, (Instant, Arc<[IpAddr]>)>,
    threads: usize,
    idle: usize,
    handles: Vec<JoinHandle<()>>,
    closed: bool,
}

type Key = (Box<str>, IpFamily);

/// One worker's wait for one lookup.
struct Ticket {
    answer: OnceLock<Answer>,
    waker: Arc<Waker>,
}

impl LookupThreads {
    /// Asks the system; the threads come with the first lookup.
    pub fn system() -> LookupThreads {
        LookupThreads::asking(ANSWER_AGE, Box::new(lookup::system))
    }

    /// Asks `lookup`, and keeps its answers so long.
    pub(crate) fn asking(answer_age: Duration, lookup: Box<Lookup>) -> LookupThreads {
        let shared = Shared {
            lookup,
            answer_age,
            state: Mutex::default(),
            work: Condvar::new(),
            ended: Condvar::new(),
        };
        LookupThreads { shared: Arc::new(shared) }
    }

    /// The addresses of a name, as the system orders them; perhaps none. Blocks under the exchange.
    pub fn look_up(
        &self,
        host: &str,
        family: IpFamily,
        exchange: &Exchange,
        pipe: &WakePipe,
    ) -> Result<Arc<[IpAddr]>, Failure> {
        let key = (host.to_ascii_lowercase().into_boxed_str(), family);
        let ticket = match self.shared.submit(&key, pipe, exchange.phase())? {
            Submitted::Known(addresses) => return Ok(addresses),
            Submitted::Waiting(ticket) => ticket,
        };
        let mut no_sockets = Vec::new();
        loop {
            if let Some(answer) = ticket.answer.get() {
                return answer.clone().map_err(|e| Failure {
                    kind: e.kind(),
                    phase: exchange.phase(),
                    os_error: e.os_error,
                    message: format!("the host {host} was not found: {}", e.text).into(),
                });
            }
            if let Err(failure) = wait_any(&mut no_sockets, exchange, pipe, None) {
                self.shared.abandon(&key, &ticket);
                return Err(failure);
            }
        }
    }

    /// Begins no more lookups; idle threads end now, others when their lookup returns.
    pub fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }

    /// After [`LookupThreads::close`]: waits for the threads to end. False when one was still in a lookup at `deadline`.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        let mut state = self.shared.lock();
        while state.threads > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let woken = self.shared.ended.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        let handles = std::mem::take(&mut state.handles);
        drop(state);
        // They have left our code; joining makes sure that they have left the library, which may be unloaded next.
        for handle in handles {
            let _ = handle.join();
        }
        true
    }
}

impl Drop for LookupThreads {
    fn drop(&mut self) {
        self.close();
    }
}

enum Submitted {
    Known(Arc<[IpAddr]>),
    Waiting(Arc<Ticket>),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the answer from the cache, joins a lookup, or asks for one.
    fn submit(
        self: &Arc<Self>,
        key: &Key,
        pipe: &WakePipe,
        phase: Phase,
    ) -> Result<Submitted, Failure> {
        let mut state = self.lock();
        if let Some((since, addresses)) = state.answers.get(key)
            && since.elapsed() < self.answer_age
        {
            return Ok(Submitted::Known(addresses.clone()));
        }
        if state.closed {
            return Err(Failure::new(Kind::Resolve, phase, "the client is closed"));
        }
        let ticket = Arc::new(Ticket { answer: OnceLock::new(), waker: pipe.waker().clone() });
        if let Some(waiting) = state.flights.get_mut(key) {
            waiting.push(ticket.clone());
            return Ok(Submitted::Waiting(ticket));
        }
        // A thread that was notified counts as idle until it runs; so compare with all that is queued.
        if state.queue.len() >= state.idle && state.threads < MAX_THREADS {
            match self.spawn() {
                Ok(handle) => {
                    state.handles.retain(|h| !h.is_finished());
                    state.handles.push(handle);
                    state.threads += 1;
                }
                Err(error) if state.threads == 0 => {
                    let what = "no thread for the name lookup";
                    return Err(Failure::os(Kind::NoMemory, phase, what, &error));
                }
                // The threads that are there will come to it.
                Err(_) => {}
            }
        }
        state.flights.insert(key.clone(), vec![ticket.clone()]);
        state.queue.push_back(key.clone());
        self.work.notify_one();
        Ok(Submitted::Waiting(ticket))
    }

    /// The worker no longer waits. A lookup that nobody waits for and no thread has begun is dropped.
    fn abandon(&self, key: &Key, ticket: &Arc<Ticket>) {
        let mut state = self.lock();
        let Some(waiting) = state.flights.get_mut(key) else { return };
        waiting.retain(|t| !Arc::ptr_eq(t, ticket));
        if waiting.is_empty()
            && let Some(at) = state.queue.iter().position(|k| k == key)
        {
            state.queue.remove(at);
            state.flights.remove(key);
        }
    }

    fn spawn(self: &Arc<Self>) -> std::io::Result<JoinHandle<()>> {
        let shared = self.clone();
        thread::Builder::new().name("reqtask-dns".into()).stack_size(STACK_BYTES).spawn(move || {
            shared.run();
            shared.ended.notify_all();
        })
    }

    /// A thread's life: lookups until there is none for a while.
    fn run(&self) {
        while let Some(key) = self.next() {
            let found = catch_unwind(AssertUnwindSafe(|| (self.lookup)(&key.0, key.1)));
            let answer: Answer = match found {
                Ok(found) => found.map(Arc::from),
                Err(_) => Err(NoAddress { text: "the lookup panicked".into(), os_error: 0 }),
            };
            for ticket in self.land(key, &answer) {
                let _ = ticket.answer.set(answer.clone());
                ticket.waker.wake();
            }
        }
    }

    /// The next lookup; `None` when the calling thread is to end, and then it no longer counts: under the same lock, or
    /// a lookup that is asked for in between would rely on it and wait for nobody.
    fn next(&self) -> Option<Key> {
        let mut state = self.lock();
        let mut idled = false;
        loop {
            if let Some(key) = state.queue.pop_front() {
                return Some(key);
            }
            if state.closed || idled {
                state.threads -= 1;
                return None;
            }
            state.idle += 1;
            let woken = self.work.wait_timeout(state, THREAD_IDLE);
            let (guard, waited) = woken.unwrap_or_else(PoisonError::into_inner);
            state = guard;
            state.idle -= 1;
            idled = waited.timed_out();
        }
    }

    /// Ends a lookup: keeps a good answer and returns those who wait for it.
    fn land(&self, key: Key, answer: &Answer) -> Vec<Arc<Ticket>> {
        let mut state = self.lock();
        let waiting = state.flights.remove(&key).unwrap_or_default();
        if let Ok(addresses) = answer
            && !addresses.is_empty()
        {
            if state.answers.len() >= MANY_ANSWERS {
                state.answers.retain(|_, (since, _)| since.elapsed() < self.answer_age);
            }
            state.answers.insert(key, (Instant::now(), addresses.clone()));
        }
        waiting
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Shared")
            .field("threads", &state.threads)
            .field("idle", &state.idle)
            .field("flights", &state.flights.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "lookup_test.rs"]
mod tests;
