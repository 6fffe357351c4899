//! The worker threads: they run jobs, wait in the poller, sleep, start and end.
//!
//! [`Roles`] decides who does what; here are the lock, the list of ready jobs and the threads. A worker takes jobs until
//! none is ready, then waits in the poller or sleeps until called. It says when it blocks ([`Sleeper`]), so that somebody
//! else goes on. Where listeners run on workers they may block without a word: then a sleeper watches from time to
//! time ([`TICK`]) that things move, and takes over when they do not. Knows nothing of requests.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::job::Job;
use super::parking::Parking;
use super::roles::{Call, Next, Roles};
use crate::http::Sleeper;
use crate::sync::{Condvar, JoinHandle, Mutex, MutexGuard, lock, processors, spawn, wait_until};

/// How long a job may wait for a blocked worker before more threads start.
const PATIENCE: Duration = Duration::from_millis(2);
/// How long a listener may hold up others before another worker takes over, and half the longest time that it takes.
const TICK: Duration = Duration::from_millis(2);
/// After so many jobs in a row a worker looks into the poller, however many are ready.
const JOBS_BETWEEN_LOOKS: u32 = 32;

/// How many workers there are, and how they behave.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Never more threads than this.
    pub max: usize,
    /// So many start without hesitation.
    pub eager: usize,
    /// An idle thread ends after this.
    pub idle: Duration,
    /// Bytes of stack.
    pub stack: usize,
    /// A job may be held up by code that is not ours.
    pub may_stick: bool,
}

/// What one worker does with a job; made on its thread. True when the job has more to do and was put back so that others
/// have their turn.
pub type Hands = Box<dyn FnMut(Job) -> bool>;

/// See the module's text.
pub struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    shape: Shape,
    hire: Box<dyn Fn(Rc<Place>) -> Hands + Send + Sync>,
    tidy: Box<dyn Fn() + Send + Sync>,
    parking: Arc<Parking>,
    desk: Mutex<Desk>,
    called: Condvar,
    ended: Condvar,
}

/// Guarded by `Shared::desk`.
struct Desk {
    roles: Roles,
    ready: VecDeque<Job>,
    /// The epochs of sleepers that were called and are not awake yet.
    calls: VecDeque<u64>,
    /// A sleeper is to watch that things move.
    tick_wanted: bool,
    /// One does.
    ticking: bool,
    handles: Vec<JoinHandle<()>>,
    closed: bool,
}

/// How long to wait in the poller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// Until something happens.
    Long,
    /// [`PATIENCE`].
    Moment,
    /// Not at all.
    Glance,
}

/// A worker's standing among the others; it lives on its thread.
pub struct Place {
    shared: Arc<Shared>,
    /// As `Roles` counts it; changes while it waits.
    epoch: Cell<u64>,
}

impl Workers {
    /// No thread runs until the first job. `hire` makes a worker's hands; `tidy` is called when the parking's time for it
    /// has come.
    pub fn new(
        shape: Shape,
        parking: Arc<Parking>,
        hire: impl Fn(Rc<Place>) -> Hands + Send + Sync + 'static,
        tidy: impl Fn() + Send + Sync + 'static,
    ) -> Workers {
        let desk = Desk {
            roles: Roles::new(shape.max, shape.eager, processors()),
            ready: VecDeque::new(),
            calls: VecDeque::new(),
            tick_wanted: false,
            ticking: false,
            handles: Vec::new(),
            closed: false,
        };
        Workers {
            shared: Arc::new(Shared {
                shape,
                hire: Box::new(hire),
                tidy: Box::new(tidy),
                parking,
                desk: Mutex::new(desk),
                called: Condvar::new(),
                ended: Condvar::new(),
            }),
        }
    }

    /// Sees to it that there is a thread; fails when there is none and none can be started.
    pub fn man(&self) -> io::Result<()> {
        let mut desk = lock(&self.shared.desk);
        if desk.roles.threads() > 0 || desk.closed || !desk.roles.add_sleeper() {
            return Ok(());
        }
        Shared::start(&self.shared, &mut desk, None)?;
        let ready = desk.ready.len();
        if ready > 0 {
            let call = desk.roles.added(ready);
            self.shared.make(desk, call);
        }
        Ok(())
    }

    /// Hands over a job. It comes back when the workers are closed. When there is none and none can be started, it waits
    /// for the next that is handed over.
    pub fn submit(&self, job: Job) -> Result<(), Job> {
        let mut desk = lock(&self.shared.desk);
        if desk.closed {
            return Err(job);
        }
        desk.ready.push_back(job);
        let ready = desk.ready.len();
        let call = desk.roles.added(ready);
        if call == Call::NewThread {
            // Those that are blocked come to it, or one of them tries this again when it has waited for a while.
            Shared::start_thread(&self.shared, &mut desk);
            return Ok(());
        }
        if call == Call::Nobody {
            // Those who run may be held up for long: somebody has to see to it that this one is not forgotten.
            Shared::watch_over(&self.shared, desk, true);
        } else {
            self.shared.make(desk, call);
        }
        Ok(())
    }

    /// Whether a job waits for a worker, or nobody looks after those that are parked.
    pub fn are_wanted(&self) -> bool {
        let desk = lock(&self.shared.desk);
        !desk.ready.is_empty() || !desk.roles.is_led() && self.shared.parking.is_used()
    }

    /// Takes no more jobs; the threads end when those that are ready are done.
    pub fn close(&self) {
        let mut desk = lock(&self.shared.desk);
        desk.closed = true;
        // Nobody is there to run them, and nobody will be.
        let left = if desk.roles.threads() == 0 {
            std::mem::take(&mut desk.ready)
        } else {
            VecDeque::new()
        };
        drop(desk);
        drop(left);
        self.shared.called.notify_all();
        self.shared.parking.wake();
    }

    /// Waits until all threads have ended, at most until `deadline`; false when some are left.
    pub fn wait_ended(&self, deadline: Instant) -> bool {
        let mut desk = lock(&self.shared.desk);
        while desk.roles.threads() > 0 {
            let (guard, slept) = wait_until(&self.shared.ended, desk, Some(deadline));
            desk = guard;
            if !slept && desk.roles.threads() > 0 {
                return false;
            }
        }
        let handles = std::mem::take(&mut desk.handles);
        drop(desk);
        for handle in handles {
            // All have left their last line; this waits for the operating system's part only.
            let _ = handle.join();
        }
        true
    }
}

impl Sleeper for Place {
    fn falls_asleep(&self) {
        let mut desk = lock(&self.shared.desk);
        let (ready, parked) = (desk.ready.len(), self.shared.parking.is_used());
        let call = desk.roles.block(self.epoch.get(), ready, parked);
        if call == Call::NewThread {
            Shared::start_thread(&self.shared, &mut desk);
        } else {
            self.shared.make(desk, call);
        }
    }

    fn wakes_up(&self) {
        self.epoch.set(lock(&self.shared.desk).roles.unblock());
    }
}

impl Shared {
    /// Wakes whom `call` names.
    fn make(&self, mut desk: MutexGuard<'_, Desk>, call: Call) {
        match call {
            Call::Leader => {
                drop(desk);
                self.parking.wake();
            }
            Call::Sleeper => {
                let epoch = desk.roles.epoch();
                desk.calls.push_back(epoch);
                drop(desk);
                self.called.notify_one();
            }
            Call::Nobody | Call::NewThread => {}
        }
    }

    /// While workers run jobs that may be held up: sees to it that somebody watches over what waits.
    fn watch_over(this: &Arc<Self>, mut desk: MutexGuard<'_, Desk>, something_waits: bool) {
        if !this.shape.may_stick || !something_waits || desk.ticking || desk.tick_wanted {
            return;
        }
        desk.tick_wanted = true;
        if desk.roles.somebody_sleeps() {
            drop(desk);
            this.called.notify_one();
        } else if !desk.roles.add_sleeper() || Shared::start(this, &mut desk, None).is_err() {
            desk.tick_wanted = false;
        }
    }

    /// A thread that runs, if one can be had; it is counted already.
    fn start_thread(this: &Arc<Self>, desk: &mut Desk) {
        let epoch = desk.roles.epoch();
        // Without it things are slower, and whoever is free next comes to what is ready.
        let _ = Shared::start(this, desk, Some(epoch));
    }

    /// A thread that is counted already, as running since `epoch` or as asleep; if it cannot be had, it is not any more.
    fn start(this: &Arc<Self>, desk: &mut Desk, epoch: Option<u64>) -> io::Result<()> {
        desk.handles.retain(|h| !h.is_finished());
        let shared = this.clone();
        let thread = spawn("reqtask-work", this.shape.stack, move || Shared::work(shared, epoch));
        match (&thread, epoch) {
            (Ok(_), _) => {}
            (Err(_), Some(_)) => desk.roles.not_started(),
            (Err(_), None) => desk.roles.sleeper_ends(),
        }
        desk.handles.push(thread?);
        Ok(())
    }

    /// A thread.
    fn work(this: Arc<Shared>, epoch: Option<u64>) {
        let epoch = match epoch {
            Some(epoch) => epoch,
            None => match this.sleep(lock(&this.desk)) {
                Some(epoch) => epoch,
                None => return this.ended.notify_all(),
            },
        };
        let place = Rc::new(Place { shared: this.clone(), epoch: Cell::new(epoch) });
        let mut hands = (this.hire)(place.clone());
        let mut since_look = 0;
        let mut found = Vec::new();
        loop {
            let pollable = this.parking.can_poll();
            let mut desk = lock(&this.desk);
            if desk.closed && desk.ready.is_empty() {
                desk.roles.runner_ends(place.epoch.get());
                break;
            }
            if since_look >= JOBS_BETWEEN_LOOKS && pollable && desk.roles.glance(place.epoch.get())
            {
                drop(desk);
                since_look = 0;
                Shared::lead(&this, &place, Wait::Glance, &mut found);
                continue;
            }
            let ready = desk.ready.len();
            match desk.roles.next(place.epoch.get(), ready, pollable) {
                Next::Run => {
                    place.epoch.set(desk.roles.epoch());
                    let job = desk.ready.pop_front().expect("counted under the same lock");
                    let left = !desk.ready.is_empty();
                    let waits = !desk.roles.is_led() && (left || this.parking.has_jobs());
                    Shared::watch_over(&this, desk, waits);
                    since_look += 1;
                    if hands(job) {
                        // The others may be in the poller.
                        since_look = JOBS_BETWEEN_LOOKS;
                    }
                }
                Next::Lead { patient } => {
                    drop(desk);
                    since_look = 0;
                    let wait = if patient { Wait::Long } else { Wait::Moment };
                    if !Shared::lead(&this, &place, wait, &mut found) {
                        break;
                    }
                }
                Next::Sleep => {
                    // Those who run may be held up, and what this one has parked just now would wait for them.
                    if this.shape.may_stick && !desk.ticking && this.is_left(&desk) {
                        desk.tick_wanted = true;
                    }
                    match this.sleep(desk) {
                        Some(epoch) => place.epoch.set(epoch),
                        None => break,
                    }
                }
            }
        }
        drop(hands);
        this.ended.notify_all();
    }

    /// Waits in the poller; false when the thread is to end.
    fn lead(this: &Arc<Self>, place: &Place, wait: Wait, found: &mut Vec<Job>) -> bool {
        let patience = match wait {
            Wait::Long => this.shape.idle,
            Wait::Moment => PATIENCE,
            Wait::Glance => Duration::ZERO,
        };
        let until = Instant::now().checked_add(patience);
        let before = lock(&this.desk).roles.moves();
        let tidy = this.parking.poll(until, found);
        let nothing = found.is_empty() && !tidy;
        let mut desk = lock(&this.desk);
        let still = nothing && desk.roles.moves() == before;
        desk.ready.extend(found.drain(..));
        place.epoch.set(desk.roles.led());
        let ready = desk.ready.len();
        if still && wait == Wait::Moment && ready > 0 {
            for _ in 0..desk.roles.grow(ready) {
                Shared::start_thread(this, &mut desk);
            }
        } else if still && wait == Wait::Long && ready == 0 && !this.parking.is_used() {
            let expired = until.is_some_and(|at| at <= Instant::now());
            if expired || desk.closed {
                desk.roles.runner_ends(place.epoch.get());
                return false;
            }
        } else {
            match desk.roles.added(ready) {
                Call::NewThread => Shared::start_thread(this, &mut desk),
                call => this.make(desk, call),
            }
        }
        if tidy {
            (this.tidy)();
        }
        true
    }

    /// Whether there is work for one more, if those who run are held up.
    fn is_left(&self, desk: &Desk) -> bool {
        !desk.ready.is_empty() || !desk.roles.is_led() && self.parking.has_jobs()
    }

    /// Sleeps until called; `None` when the thread is to end.
    fn sleep(&self, mut desk: MutexGuard<'_, Desk>) -> Option<u64> {
        let idle_until = Instant::now().checked_add(self.shape.idle);
        let mut tick: Option<(Instant, u64)> = None;
        loop {
            if let Some(epoch) = desk.calls.pop_front() {
                // It runs a job now, and asks for another watch if one is needed.
                desk.ticking &= tick.is_none();
                desk.tick_wanted = false;
                return Some(epoch);
            }
            if desk.closed {
                desk.ticking &= tick.is_none();
                desk.roles.sleeper_ends();
                return None;
            }
            if std::mem::take(&mut desk.tick_wanted) {
                desk.ticking = true;
                tick = Some((Instant::now() + TICK, desk.roles.moves()));
            }
            let until = tick.map_or(idle_until, |(at, _)| Some(at));
            let (guard, slept) = wait_until(&self.called, desk, until);
            desk = guard;
            if slept {
                continue;
            }
            let Some((_, before)) = tick else {
                desk.roles.sleeper_ends();
                return None;
            };
            let now = desk.roles.moves();
            if now != before {
                tick = Some((Instant::now() + TICK, now));
                continue;
            }
            tick = None;
            desk.ticking = false;
            if self.is_left(&desk) && desk.roles.somebody_runs() {
                return Some(desk.roles.take_over());
            }
        }
    }
}
