//! One task: its state under one lock, and what the app can do with it.
//!
//! How its events get out is `delivery`, what its job tells it is `owner`. No listener runs and nothing of the app's is
//! dropped under the lock.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Instant;

use super::client::{Client, Errand};
use super::lease::Lease;
use super::life::{Denied, Life, Step};
use super::listeners::{List, Listeners};
use super::mailbox::Mailbox;
use super::refusal::{Refusal, Refused};
use super::response::Response;
use crate::event::{Completion, EventKind, Listener, depth};
use crate::exec::{Host, Ticket};
use crate::http::{Exchange, Failure, Limits, Phase, Request, RequestBody};
use crate::options::Rules;
use crate::sync::{Condvar, Mutex, MutexGuard, lock, wait_until};

/// See the module's text.
pub struct Task {
    id: u64,
    me: Weak<Task>,
    client: Arc<Client>,
    pub(super) rules: Arc<Rules>,
    pub(super) lease: Option<Arc<Lease>>,
    state: Mutex<State>,
    /// The transfer is over, or its completion delivered, or the task released.
    pub(super) over: Condvar,
}

/// Guarded by `Task::state`.
pub(super) struct State {
    pub life: Life,
    /// When it was started last.
    pub started_at: Option<Instant>,
    /// Made when a worker comes: a task in line needs none.
    pub exchange: Option<Arc<Exchange>>,
    /// Until a worker takes it, or the task ends in line.
    pub request: Option<Request>,
    pub ticket: Option<Ticket>,
    /// Where it goes; known while the request is, and after that if hosts are limited.
    pub host: Option<Host>,
    pub listeners: Listeners,
    pub mailbox: Mailbox,
    pub response: Option<Arc<Response>>,
    /// Set while Over.
    pub outcome: Option<Completion>,
    pub aborted: bool,
    /// The completion has been taken for delivery.
    pub told: bool,
    pub paused: bool,
    pub resumed_at: Option<Instant>,
    /// The bytes that are being read now are beyond the window, because nobody listened when the reader asked.
    pub unheard: bool,
    /// A thread is calling listeners.
    pub delivering: bool,
    /// The task stands in its client's queue.
    pub announced: bool,
}

impl Task {
    /// A task that is not started. Its request gets the lease of `payload` as its body.
    pub fn new(
        client: Arc<Client>,
        rules: Arc<Rules>,
        payload: Option<super::Payload>,
        mut request: Request,
    ) -> Arc<Task> {
        Arc::new_cyclic(|me: &Weak<Task>| {
            let lease = payload.map(|p| Arc::new(Lease::new(p, me.clone())));
            request.body = lease.clone().map(|l| l as Arc<dyn RequestBody>);
            let send_total = request.body.as_ref().map(|b| b.len());
            let state = State {
                life: Life::Created,
                started_at: None,
                exchange: None,
                request: Some(request),
                ticket: None,
                host: None,
                listeners: Listeners::default(),
                mailbox: Mailbox::new(rules.delivery.window_bytes, send_total),
                response: None,
                outcome: None,
                aborted: false,
                told: false,
                paused: false,
                resumed_at: None,
                unheard: false,
                delivering: false,
                announced: false,
            };
            Task {
                id: super::registry::next_id(),
                me: me.clone(),
                client,
                rules,
                lease,
                state: Mutex::new(state),
                over: Condvar::new(),
            }
        })
    }

    /// Its name.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// What it shares with others.
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn arc(&self) -> Arc<Task> {
        self.me.upgrade().expect("called on a task that somebody holds")
    }

    /// See `reqtask_start`.
    pub fn start(&self) -> Result<(), Refusal> {
        if self.client.is_closed() {
            return Err(Refusal::new(Refused::Closed, "the client is closed"));
        }
        {
            let mut state = self.state();
            state.life = self.step(state.life, Step::Start, "it was already started")?;
            state.started_at = Some(Instant::now());
        }
        let host = self.client.pool().limits_hosts().then(|| self.host());
        let admitted = self.client.pool().admit(self.arc(), host);
        let mut state = self.state();
        match admitted {
            Ok(ticket) if state.life == Life::Live && state.request.is_some() => {
                state.ticket = Some(ticket);
                Ok(())
            }
            Ok(ticket) => {
                let over = state.life != Life::Live;
                drop(state);
                if over {
                    self.client.pool().withdraw(&ticket);
                }
                Ok(())
            }
            Err(why) => match state.life.after(Step::Unstart) {
                Ok(life) => {
                    state.life = life;
                    self.over.notify_all();
                    Err(why.into())
                }
                // Aborted in the meantime: that completion comes.
                Err(_) => Ok(()),
            },
        }
    }

    /// See `reqtask_abort`.
    pub fn abort(&self) -> Result<(), Refusal> {
        let (lists, dropped) = {
            let mut state = self.state();
            let why = "it was not started, or its completion has been delivered";
            state.life = self.step(state.life, Step::Abort, why)?;
            if state.aborted {
                return Ok(());
            }
            let phase = match &state.exchange {
                Some(exchange) => {
                    exchange.cancel.set_without_waking();
                    exchange.phase()
                }
                None => Phase::Queue,
            };
            state.aborted = true;
            state.outcome = Some(Completion {
                phase,
                failure: Some(Exchange::aborted_in(phase)),
                response: state.response.clone(),
            });
            match state.request.take() {
                Some(request) => {
                    let ticket = state.ticket.take();
                    drop(state);
                    drop(request);
                    self.abort_in_line(ticket);
                    return Ok(());
                }
                None => (state.listeners.heard_before_the_end(), state.mailbox.clear()),
            }
        };
        for listener in lists.iter().flat_map(List::as_slice) {
            listener.mute();
        }
        if self.client.queue().is_some() {
            self.announce();
        }
        self.client.hand(Errand::Stop(self.arc()));
        if self.client.helpers_are_stuck() {
            // Listeners block them all; the peer is to see the end all the same.
            self.stop();
        }
        drop(dropped);
        self.over.notify_all();
        Ok(())
    }

    /// The rest of an abort before a worker came. Nothing was heard, nothing is to be torn down.
    fn abort_in_line(&self, ticket: Option<Ticket>) {
        // Without a ticket, `start` is about to get one, and will give it back.
        if let Some(ticket) = ticket {
            self.client.pool().withdraw(&ticket);
        }
        self.announce();
        self.over.notify_all();
    }

    /// The rest of an abort, on a thread of ours: with direct delivery the news, and then the teardown. Waking the worker
    /// takes longer than all the rest, so it comes last.
    pub(super) fn stopped(&self) {
        if self.client.queue().is_none() {
            self.deliver(usize::MAX);
        }
        self.stop();
    }

    /// Ends the transfer of an aborted task; no listener runs in here.
    pub(super) fn stop(&self) {
        let exchange = self.state().exchange.clone();
        if let Some(exchange) = exchange {
            self.stop_transfer(&exchange);
        }
    }

    /// See `reqtask_pause`.
    pub fn pause(&self) -> Result<(), Refusal> {
        let mut state = self.state();
        self.exists(state.life)?;
        state.paused = true;
        Ok(())
    }

    /// See `reqtask_resume`.
    pub fn resume(&self) -> Result<(), Refusal> {
        {
            let mut state = self.state();
            self.exists(state.life)?;
            if !std::mem::replace(&mut state.paused, false) {
                return Ok(());
            }
            state.resumed_at = Some(Instant::now());
        }
        self.announce();
        // A parked stream gets its read-idle limit back.
        self.client.pool().attend(self.id);
        Ok(())
    }

    /// See `reqtask_wait`.
    pub fn wait(&self, deadline: Option<Instant>) -> Result<(), Refusal> {
        if depth::inside() {
            return Err(Refusal::new(Refused::Reentrant, "reqtask_wait inside a listener"));
        }
        self.client.pool().nudge();
        let queued = self.client.queue().is_some();
        let mut state = self.state();
        self.exists(state.life)?;
        loop {
            let done = match state.life {
                Life::Created => {
                    let message = format!("task {} was not started", self.id);
                    return Err(Refusal::new(Refused::State, message));
                }
                Life::Over => queued,
                Life::Told => queued || !state.delivering,
                Life::Live => false,
                // Released while we slept: by itself after its end, or by the app.
                Life::Gone if state.told => queued || !state.delivering,
                Life::Gone => return Err(super::unknown(self.id)),
            };
            if done {
                return Ok(());
            }
            let (guard, slept) = wait_until(&self.over, state, deadline);
            state = guard;
            if !slept {
                let message = format!("task {} has not ended yet", self.id);
                return Err(Refusal::new(Refused::Timeout, message));
            }
        }
    }

    /// See `reqtask_release`. The registry does not know the task any more.
    pub fn release(&self) -> Result<(), Refusal> {
        let (lists, dropped, ticket, exchange) = {
            let mut state = self.state();
            // A transfer that is over has nothing to stop; waking its worker would only disturb its next request.
            let runs = state.life == Life::Live;
            state.life = self.step(state.life, Step::Release, "")?;
            let lists = state.listeners.remove_all();
            let news = state.mailbox.clear();
            let dropped = (news, state.outcome.take(), state.response.take(), state.request.take());
            let exchange = if runs { state.exchange.clone() } else { None };
            (lists, dropped, state.ticket.take(), exchange)
        };
        for listener in lists.iter().flat_map(List::as_slice) {
            listener.close(false);
        }
        if let Some(exchange) = exchange {
            self.stop_transfer(&exchange);
        }
        if let Some(ticket) = ticket {
            self.client.pool().withdraw(&ticket);
        }
        drop((lists, dropped));
        if let Some(lease) = &self.lease {
            lease.revoke();
        }
        self.over.notify_all();
        Ok(())
    }

    /// See `reqtask_on_headers`. A listener that is refused is dropped, inside the calling function.
    pub fn listen(&self, kind: EventKind, listener: Listener) -> Result<(), Refusal> {
        let mut state = self.state();
        let refusal = match state.life {
            Life::Gone => self.exists(state.life).err(),
            Life::Told => Some(Refusal::new(
                Refused::State,
                format!("the completion of task {} has already been delivered", self.id),
            )),
            _ => None,
        };
        if let Some(refusal) = refusal {
            drop(state);
            let _inside = depth::Inside::enter();
            drop(listener);
            return Err(refusal);
        }
        state.listeners.add(kind, listener);
        Ok(())
    }

    /// See `reqtask_off`.
    pub fn unlisten(
        &self,
        kind: EventKind,
        number: Option<u64>,
        wait: bool,
    ) -> Result<(), Refusal> {
        let removed = {
            let mut state = self.state();
            self.exists(state.life)?;
            state.listeners.remove(kind, number)
        };
        if let (Some(number), true) = (number, removed.as_slice().is_empty()) {
            let message = format!("task {} has no listener {number} of this kind", self.id);
            return Err(Refusal::new(Refused::NotFound, message));
        }
        for listener in removed.as_slice() {
            listener.close(wait);
        }
        Ok(())
    }

    /// See `reqtask_response_get`.
    pub fn response(&self) -> Result<Arc<Response>, Refusal> {
        let state = self.state();
        self.exists(state.life)?;
        state.response.clone().ok_or_else(|| {
            Refusal::new(Refused::State, format!("no headers have come for task {}", self.id))
        })
    }

    /// Bytes of the request's body that the kernel has accepted.
    pub fn sent(&self, bytes: u64) {
        let mut state = self.state();
        state.mailbox.progress.sent = bytes as i64;
        if state.life == Life::Live && state.listeners.has(EventKind::Progress) {
            state.mailbox.put_progress();
            drop(state);
            self.publish();
        }
    }

    /// The transfer is over: the outcome counts unless an abort has won.
    pub(super) fn conclude(&self, result: Result<(), Failure>) {
        {
            let mut state = self.state();
            let Ok(life) = state.life.after(Step::End) else { return };
            state.life = life;
            let phase = result.as_ref().err().map_or(Phase::Body, |f| f.phase);
            let response = state.response.clone();
            state.outcome = Some(Completion { failure: result.err(), phase, response });
        }
        self.over.notify_all();
        self.publish();
    }

    fn stop_transfer(&self, exchange: &Exchange) {
        exchange.cancel.set();
        self.client.pool().attend(self.id);
    }

    /// "host:port", and remembers it for the end of the task.
    fn host(&self) -> Host {
        let mut state = self.state();
        let host: Host = match &state.request {
            Some(request) => {
                let url = &request.ask.url;
                let port = url.port_or_known_default().unwrap_or_default();
                format!("{}:{port}", url.host_str().unwrap_or_default()).into()
            }
            // Released at this very moment; it will find out when its turn comes.
            None => "".into(),
        };
        state.host = Some(host.clone());
        host
    }

    fn exists(&self, life: Life) -> Result<(), Refusal> {
        match life {
            Life::Gone => Err(super::unknown(self.id)),
            _ => Ok(()),
        }
    }

    fn step(&self, life: Life, step: Step, why: &str) -> Result<Life, Refusal> {
        life.after(step).map_err(|denied| match denied {
            Denied::NotFound => super::unknown(self.id),
            Denied::State => Refusal::new(Refused::State, format!("task {}: {why}", self.id)),
        })
    }
}

impl State {
    /// The exchange of the transfer that runs, or is about to.
    pub fn exchange(&mut self, limits: &Limits) -> Arc<Exchange> {
        let since = self.started_at.expect("nothing runs before it is started");
        let exchange =
            self.exchange.get_or_insert_with(|| Arc::new(Exchange::since(since, *limits)));
        exchange.clone()
    }
}

impl Listeners {
    fn heard_before_the_end(&self) -> [List; 3] {
        [EventKind::Headers, EventKind::Chunk, EventKind::Progress].map(|k| self.of(k))
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({})", self.id)
    }
}
