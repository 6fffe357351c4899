//! The worker pool of one client: admits tasks, runs jobs, parks silent streams, and closes down.
//!
//! `crew` has the threads, `admission` the order, `parking` the streams without a thread. A parked stream does
//! not count as running, so open streams neither hold threads nor keep short requests waiting.

use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::admission::{Admission, Host};
use super::crew::{Crew, Hands, Shape};
use super::job::{After, Job, Worker};
use super::owner::Owner;
use super::parking::{Departure, Parking};
use crate::http::{Http, Kind, WakePipe, Waker};
use crate::sync::{Mutex, lock};

/// Beyond this many threads the pool first waits [`PATIENCE`] for one of them.
const EAGER_WORKERS: usize = 8;
/// How long a job may wait for a worker before more threads start.
const PATIENCE: Duration = Duration::from_millis(10);
/// "No limit" ends here; threads are not free.
pub const WORKERS_CAP: usize = 1024;

/// How a pool is made.
#[derive(Clone, Debug)]
pub struct PoolLimits {
    /// Requests on workers at once; at most [`WORKERS_CAP`].
    pub workers_max: usize,
    /// Then an idle worker ends.
    pub worker_idle: Duration,
    /// Tasks waiting for a worker.
    pub queue_max: Option<usize>,
    /// Tasks under way to one host.
    pub per_host_max: Option<usize>,
    /// Bytes of stack of each worker; more where listeners run on it.
    pub stack: usize,
}

/// See the module's text.
pub struct Pool {
    http: Http,
    crew: Crew<Job>,
    admission: Mutex<Admission<Arc<dyn Owner>>>,
    parking: Arc<Parking>,
    /// Workers that wait for a stream which has just spoken, and may be asked to park it.
    lingering: Mutex<Vec<Arc<Waker>>>,
}

/// A queued task's place in line.
#[derive(Clone, Debug)]
pub struct Ticket {
    number: u64,
    host: Option<Host>,
}

/// As many wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineIsFull;

impl Pool {
    /// No thread runs until the first task.
    pub fn new(limits: &PoolLimits, http: Http) -> Arc<Pool> {
        let places = limits.workers_max.clamp(1, WORKERS_CAP);
        let shape = Shape {
            name: "reqtask-work",
            max: places,
            eager: EAGER_WORKERS,
            idle: limits.worker_idle,
            stack: limits.stack,
        };
        Arc::new_cyclic(|me: &Weak<Pool>| {
            let (a, b, c) = (me.clone(), me.clone(), me.clone());
            let crowded = move || {
                if let Some(pool) = b.upgrade() {
                    pool.relieve();
                }
            };
            let leave = move |departure| {
                if let Some(pool) = c.upgrade() {
                    pool.depart(departure);
                }
            };
            Pool {
                http,
                crew: Crew::new(shape, move || Pool::hands(a.clone()), crowded),
                admission: Mutex::new(Admission::new(
                    places,
                    limits.queue_max,
                    limits.per_host_max,
                )),
                parking: Arc::new(Parking::new(leave)),
                lingering: Mutex::new(Vec::new()),
            }
        })
    }

    /// Where requests are made.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Takes a task in. `host` is asked for only where hosts are limited.
    pub fn admit(
        &self,
        owner: Arc<dyn Owner>,
        host: impl FnOnce() -> Host,
    ) -> Result<Ticket, LineIsFull> {
        let mut admission = lock(&self.admission);
        if !admission.has_room() {
            return Err(LineIsFull);
        }
        let host = admission.limits_hosts().then(host);
        let number = admission.enter(owner, host.clone());
        drop(admission);
        self.fill_places();
        // All places are taken: one may be held by a stream that is only waiting for its next chunk.
        if self.line_waits() {
            self.nudge();
        }
        Ok(Ticket { number, host })
    }

    /// Takes a task that is over out of the line, so that nothing of it waits there.
    pub fn withdraw(&self, ticket: &Ticket) {
        let owner = lock(&self.admission).withdraw(ticket.number, ticket.host.as_ref());
        drop(owner);
    }

    /// Something has changed for this task (cancelled, window open, resumed): if it is parked, it runs again.
    pub fn attend(&self, id: u64) {
        if let Some(job) = self.parking.release(id) {
            self.resume(job);
        }
    }

    /// Whether jobs that have a place wait for a worker.
    pub fn jobs_wait(&self) -> bool {
        self.crew.backlog() > 0
    }

    /// Whether anybody has a better use for this worker than to wait for a silent stream.
    pub fn crowded(&self) -> bool {
        self.jobs_wait() || self.line_waits()
    }

    fn line_waits(&self) -> bool {
        lock(&self.admission).line_waits()
    }

    /// The worker is about to wait for a silent stream and may be nudged until the result is dropped.
    pub fn linger<'a>(&'a self, pipe: &'a WakePipe) -> impl Drop + 'a {
        lock(&self.lingering).push(pipe.waker().clone());
        Lingering { pool: self, waker: pipe.waker() }
    }

    /// Ends the pool: what is parked runs once more (its owner has cancelled it), then the threads end.
    pub fn close(&self) {
        for job in self.parking.close() {
            self.resume(job);
        }
        self.crew.close();
        self.http.close();
    }

    /// After `close`: waits for all threads; false when some are left at `deadline`.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        if !self.crew.wait_ended(deadline) {
            return false;
        }
        self.parking.join();
        self.http.wait_closed(deadline)
    }

    /// Gives free places to those first in line.
    fn fill_places(&self) {
        loop {
            let Some(next) = lock(&self.admission).next() else { return };
            if let Err(mut job) = self.crew.submit(Job::new(next)) {
                job.fail(Kind::NoMemory, "no worker thread could be started");
                self.leave(&job);
            }
        }
    }

    fn resume(&self, job: Job) {
        lock(&self.admission).take_place();
        if let Err(mut job) = self.crew.submit(job) {
            job.fail(Kind::NoMemory, "no worker thread could be started");
            self.leave(&job);
        }
    }

    /// A job has ended.
    fn leave(&self, job: &Job) {
        let mut admission = lock(&self.admission);
        admission.leave_place();
        if admission.limits_hosts() {
            admission.leave_host(&job.owner().host());
        }
        drop(admission);
        self.fill_places();
    }

    fn hands(me: Weak<Pool>) -> Hands<Job> {
        let mut worker: Option<Worker> = None;
        Box::new(move |mut job| {
            let Some(pool) = me.upgrade() else {
                return job.fail(Kind::Aborted, "the client is closed");
            };
            if worker.is_none() {
                match WakePipe::new() {
                    Ok(pipe) => worker = Some(Worker { pipe: Rc::new(pipe), scratch: Vec::new() }),
                    Err(e) => {
                        job.fail(Kind::NoMemory, &format!("no descriptors for a worker: {e}"));
                        return pool.leave(&job);
                    }
                }
            }
            let on = worker.as_mut().expect("made above");
            let after = catch_unwind(AssertUnwindSafe(|| job.run(on, &pool)));
            match after {
                Ok(After::Done) => pool.leave(&job),
                Ok(After::Yield) => {
                    if let Err(mut job) = pool.crew.submit(job) {
                        // Closed meanwhile: its owner has cancelled it, so one more run ends it.
                        job.run(on, &pool);
                        pool.leave(&job);
                    }
                }
                Ok(After::Park(fd, until)) => pool.park(job, fd, until),
                Err(_) => {
                    // Nothing is known of the worker's buffers now; it gets new ones.
                    worker = None;
                    job.fail(Kind::Panic, "a bug in this library ended the request");
                    pool.leave(&job);
                }
            }
        })
    }

    fn park(&self, job: Job, fd: Option<RawFd>, until: Option<Instant>) {
        let owner = job.owner().clone();
        lock(&self.admission).leave_place();
        match self.parking.park(job, fd, until) {
            Ok(()) => {
                // What changed before it was parked has found nothing to release.
                if owner.exchange().cancel.is_set() || (fd.is_none() && owner.room() > 0) {
                    self.attend(owner.id());
                }
            }
            Err(mut job) => {
                lock(&self.admission).take_place();
                job.fail(Kind::NoMemory, "no descriptors or threads to watch a silent stream");
                self.leave(&job);
            }
        }
        self.fill_places();
    }

    /// A job waits and all workers are busy.
    fn relieve(&self) {
        if !self.nudge() {
            self.parking.set_alarm(Instant::now() + PATIENCE);
        }
    }

    /// Has one lingering worker park its stream; false when none lingers.
    fn nudge(&self) -> bool {
        let waker = lock(&self.lingering).pop();
        waker.map(|w| w.nudge()).is_some()
    }

    fn depart(&self, departure: Departure) {
        match departure {
            Departure::Job(job) => self.resume(job),
            Departure::Alarm => {
                if self.crew.staff() {
                    self.parking.set_alarm(Instant::now() + PATIENCE);
                }
            }
        }
    }
}

struct Lingering<'a> {
    pool: &'a Pool,
    waker: &'a Arc<Waker>,
}

impl Drop for Lingering<'_> {
    fn drop(&mut self) {
        let mut lingering = lock(&self.pool.lingering);
        if let Some(at) = lingering.iter().position(|w| Arc::ptr_eq(w, self.waker)) {
            lingering.swap_remove(at);
        }
    }
}
