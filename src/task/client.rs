//! A client: what its tasks share, and its end.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::draft::{Draft, Payload};
use super::helpers::Helpers;
use super::lease::Lease;
use super::refusal::{Refusal, Refused};
use super::registry;
use super::task::Task;
use crate::event::queue::Queue;
use crate::event::{Wakeup, depth};
use crate::exec::{Pool, PoolLimits};
use crate::http::check::check_request;
use crate::http::{Http, Request, RequestBody};
use crate::options::{Options, Rules};

/// Unoptimised code needs far more stack. Apple's frameworks, which judge certificates, are used to threads of 512 KiB.
const STACK_UNIT: usize = if cfg!(debug_assertions) {
    1024 * 1024
} else if cfg!(target_vendor = "apple") {
    512 * 1024
} else {
    256 * 1024
};

/// Clients of this process whose tasks and threads are not all gone.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Many tasks, one connection pool, one way of delivery.
pub struct Client {
    /// Those of requests that set no options of their own.
    rules: Arc<Rules>,
    pool: Arc<Pool>,
    /// Queued delivery: what waits for a dispatch. Direct delivery: `None`, listeners run on workers and helpers.
    queue: Option<Queue<Arc<Task>>>,
    /// Do what the app's own threads start and may neither wait for nor run listeners in.
    helpers: Arc<Helpers<Errand>>,
    closed: AtomicBool,
}

/// What a helper does.
pub(super) enum Errand {
    /// Ends the transfer of an aborted task, and with direct delivery tells its end.
    Stop(Arc<Task>),
    /// Direct delivery: tells what waits.
    Tell(Arc<Task>),
}

impl Errand {
    fn run(self) {
        match self {
            Errand::Stop(task) => task.stopped(),
            Errand::Tell(task) => {
                task.deliver(usize::MAX);
            }
        }
    }
}

impl Client {
    /// A client with these options. With a wakeup, delivery is queued. Threads start with the first task.
    pub fn new(options: &Options, wakeup: Option<Wakeup>) -> Result<Arc<Client>, Refusal> {
        let http = Http::new(options.settings())
            .map_err(|failure| Refusal::new(Refused::Unsupported, failure.message))?;
        let limits = options.pool();
        let listeners_on_workers = wakeup.is_none();
        let limits = PoolLimits {
            workers_max: limits.workers_max,
            worker_idle: limits.worker_idle,
            queue_max: limits.queue_max,
            per_host_max: limits.per_host_max,
            stack: if listeners_on_workers { 4 * STACK_UNIT } else { STACK_UNIT },
            listeners: listeners_on_workers,
        };
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(Client {
            rules: Rules::new(options),
            pool: Pool::new(&limits, http),
            queue: wakeup.map(Queue::new),
            helpers: Helpers::new(Errand::run, limits.worker_idle, limits.stack),
            closed: AtomicBool::new(false),
        }))
    }

    /// Whether there is any in this process.
    pub fn any_lives() -> bool {
        ALIVE.load(Ordering::Relaxed) > 0
    }

    /// Makes a task; see `reqtask_create`.
    pub fn create(self: &Arc<Client>, draft: &Draft) -> Result<u64, Refusal> {
        if self.is_closed() {
            return Err(Refusal::new(Refused::Closed, "the client is closed"));
        }
        let rules = self.rules.with(&draft.options);
        let mut request = Request {
            ask: draft.ask.clone(),
            // To be checked; the task's own lease takes its place.
            body: draft.body.clone().map(|b| lend(b, Weak::new())),
            policy: rules.policy.clone(),
        };
        check_request(&mut request).map_err(|m| Refusal::new(Refused::InvalidArg, m))?;
        if request.policy.https_only && request.ask.url.scheme() != "https" {
            let message = "REQTASK_OPT_HTTPS_ONLY is set, and the URL is not https";
            return Err(Refusal::new(Refused::InvalidArg, message));
        }
        let task = Task::new(self.clone(), rules, draft.body.clone(), request);
        let id = task.id();
        registry::add(task);
        Ok(id)
    }

    /// See `reqtask_client_dispatch`.
    pub fn dispatch(&self, max_events: u32, timeout: Duration) -> Result<u32, Refusal> {
        if depth::inside() {
            let message = "reqtask_client_dispatch inside a listener";
            return Err(Refusal::new(Refused::Reentrant, message));
        }
        let Some(queue) = &self.queue else {
            let message = "the client has no wakeup function, so its events are delivered directly";
            return Err(Refusal::new(Refused::State, message));
        };
        let Some(dispatch) = queue.begin() else {
            return Err(Refusal::new(Refused::Busy, "another thread is dispatching"));
        };
        let now = Instant::now();
        let waiting = dispatch.await_first(now.checked_add(timeout).unwrap_or(now));
        let mut heard = 0;
        let mut turns = waiting;
        // With a limit, tasks take turns of one event; without, each that waits now tells all it has now.
        while if max_events == 0 { turns > 0 } else { heard < max_events as usize } {
            let Some(task) = dispatch.take() else { break };
            turns = turns.saturating_sub(1);
            let (n, more) = task.deliver_from_queue((max_events > 0).then_some(1));
            heard += n;
            if more {
                dispatch.put_back(task);
            }
        }
        Ok(u32::try_from(heard).unwrap_or(u32::MAX))
    }

    /// See `reqtask_client_close`. The caller drops its reference afterwards, also on `Refused::Timeout`; on
    /// `Refused::Reentrant` nothing was done.
    pub fn close(self: &Arc<Client>, wait: Duration) -> Result<(), Refusal> {
        if depth::inside() && !wait.is_zero() {
            let message = "reqtask_client_close with wait_ms > 0 inside a listener";
            return Err(Refusal::new(Refused::Reentrant, message));
        }
        self.closed.store(true, Ordering::SeqCst);
        for task in registry::all(|t| Arc::ptr_eq(t.client(), self)) {
            // Another thread may have released it at the same moment.
            if let Some(task) = registry::remove(task.id()) {
                let _ = task.release();
            }
        }
        if let Some(queue) = &self.queue {
            drop(queue.close());
        }
        self.helpers.close();
        self.pool.close();
        if wait.is_zero() {
            return Ok(());
        }
        let now = Instant::now();
        let deadline = now.checked_add(wait).unwrap_or(now);
        if self.helpers.wait_ended(deadline) && self.pool.wait_closed(deadline) {
            return Ok(());
        }
        Err(Refusal::new(Refused::Timeout, "some threads of the client are still ending"))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) fn queue(&self) -> Option<&Queue<Arc<Task>>> {
        self.queue.as_ref()
    }

    /// Whether an errand would wait for listeners to return.
    pub(super) fn helpers_are_stuck(&self) -> bool {
        self.helpers.are_stuck()
    }

    /// Has a helper do this, soon.
    pub(super) fn hand(&self, errand: Errand) {
        for errand in self.helpers.hand(errand) {
            // No helper can be had. A worker does it, which may have to be called away from this very transfer first.
            let (Errand::Stop(task) | Errand::Tell(task)) = &errand;
            if matches!(errand, Errand::Stop(_)) {
                task.stop();
            }
            if self.queue.is_none() {
                self.pool.tell(task.clone());
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lend(payload: Payload, task: Weak<Task>) -> Arc<dyn RequestBody> {
    Arc::new(Lease::new(payload, task))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
