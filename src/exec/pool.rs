//! The worker pool of one client: admits tasks, runs jobs, parks silent streams, and closes down.
//!
//! `workers` has the threads, `admission` the order, `parking` the requests without a thread. A stream that has been silent
//! for a while does not count as running, so open streams neither hold threads nor keep short requests waiting.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::admission::{Admission, Host};
use super::berth::Berth;
use super::job::{After, Job, Worker};
use super::owner::Owner;
use super::parking::Parking;
use super::workers::{Hands, Place, Shape, Workers};
use crate::http::{Http, Kind, WakePipe, Watcher};
use crate::sync::{Mutex, lock};

/// Beyond this many blocked threads the pool first waits a moment for one of them.
const EAGER_WORKERS: usize = 8;
/// Threads beyond the running requests, so that streams which wake up from parking, and their ends, wait for nobody.
const STREAM_WORKERS: usize = 16;
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
    /// Listeners run on workers.
    pub listeners: bool,
}

/// See the module's text.
pub struct Pool {
    http: Http,
    workers: Workers,
    admission: Mutex<Admission<Arc<dyn Owner>>>,
    parking: Arc<Parking>,
    /// The same, as connections know it.
    watcher: Arc<dyn Watcher>,
    limits_hosts: bool,
    /// Somebody looks after idle connections.
    tidy_set: AtomicBool,
}

/// A queued task's place in line.
#[derive(Clone, Debug)]
pub struct Ticket {
    number: u64,
    host: Option<Host>,
}

/// Why a task was not taken in.
#[derive(Debug)]
pub enum NotAdmitted {
    /// As many wait as may.
    LineIsFull,
    /// There is no worker, and the system gives no thread.
    NoThread(io::Error),
}

impl Pool {
    /// No thread runs until the first task.
    pub fn new(limits: &PoolLimits, http: Http) -> Arc<Pool> {
        let places = limits.workers_max.clamp(1, WORKERS_CAP);
        let shape = Shape {
            max: places + STREAM_WORKERS,
            eager: EAGER_WORKERS,
            idle: limits.worker_idle,
            stack: limits.stack,
            // Apple's judgement of a certificate may ask a server.
            may_stick: limits.listeners || cfg!(target_vendor = "apple"),
        };
        let parking = Arc::new(Parking::default());
        Arc::new_cyclic(|me: &Weak<Pool>| {
            let (a, b) = (me.clone(), me.clone());
            let tidy = move || {
                if let Some(pool) = b.upgrade() {
                    pool.tidy();
                }
            };
            let hire = move |place| Pool::hands(a.clone(), place);
            Pool {
                http,
                workers: Workers::new(shape, parking.clone(), hire, tidy),
                admission: Mutex::new(Admission::new(
                    places,
                    limits.queue_max,
                    limits.per_host_max,
                )),
                watcher: parking.clone(),
                parking,
                limits_hosts: limits.per_host_max.is_some(),
                tidy_set: AtomicBool::new(false),
            }
        })
    }

    /// Where requests are made.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Whether `admit` has to know hosts.
    pub fn limits_hosts(&self) -> bool {
        self.limits_hosts
    }

    /// Takes a task in.
    pub fn admit(&self, owner: Arc<dyn Owner>, host: Option<Host>) -> Result<Ticket, NotAdmitted> {
        // Later there would be nobody left to tell the app, which must not hear of it inside its own call.
        self.workers.man().map_err(NotAdmitted::NoThread)?;
        let mut admission = lock(&self.admission);
        if !admission.has_room() {
            return Err(NotAdmitted::LineIsFull);
        }
        let number = admission.enter(owner, host.clone());
        drop(admission);
        self.fill_places();
        // All places are taken: one may be held by a stream that is only waiting for its next chunk.
        if self.line_waits() && self.parking.take_place() {
            lock(&self.admission).leave_place();
            self.fill_places();
        }
        Ok(Ticket { number, host })
    }

    /// Takes a task that is over out of the line, so that nothing of it waits there.
    pub fn withdraw(&self, ticket: &Ticket) {
        let owner = lock(&self.admission).withdraw(ticket.number, ticket.host.as_ref());
        if owner.is_some() && self.limits_hosts {
            self.fill_places();
        }
    }

    /// Something has changed for this task (cancelled, window open, resumed): if it is parked, it runs again.
    pub fn attend(&self, id: u64) {
        if let Some(job) = self.parking.release(id) {
            self.submit(job);
        }
    }

    /// Sees to it that what is ready is not forgotten, should there have been no thread for it.
    pub fn nudge(&self) {
        let _ = self.workers.man();
    }

    /// Has a worker tell the app what waits for it, where no other thread can be had for that.
    pub fn tell(&self, owner: Arc<dyn Owner>) {
        self.submit(Job::telling(owner));
    }

    /// Whether others should have this worker for a while.
    pub fn wants_worker(&self) -> bool {
        self.workers.are_wanted()
    }

    fn line_waits(&self) -> bool {
        lock(&self.admission).line_waits()
    }

    /// Ends the pool: what is parked runs once more (its owner has cancelled it), then the threads end.
    pub fn close(&self) {
        for job in self.parking.close() {
            self.submit(job);
        }
        self.workers.close();
        self.http.close();
    }

    /// After `close`: waits for all threads; false when some are left at `deadline`.
    pub fn wait_closed(&self, deadline: Instant) -> bool {
        self.workers.wait_ended(deadline) && self.http.wait_closed(deadline)
    }

    /// Gives free places to those first in line.
    fn fill_places(&self) {
        loop {
            let Some(next) = lock(&self.admission).next() else { return };
            self.submit(Job::new(next));
        }
    }

    fn submit(&self, job: Job) {
        if let Err(mut job) = self.workers.submit(job) {
            // All tasks of a closed client are released: nobody hears of this.
            job.fail(Kind::Aborted, "the client is closed");
            self.give_back(&job);
        }
    }

    /// A job has ended.
    fn leave(&self, job: &Job) {
        self.give_back(job);
        self.fill_places();
        if !self.tidy_set.swap(true, Ordering::SeqCst) {
            self.tidy();
        }
    }

    fn give_back(&self, job: &Job) {
        if job.only_tells() {
            return;
        }
        let host = if self.limits_hosts { job.owner().host() } else { None };
        let mut admission = lock(&self.admission);
        if job.has_place {
            admission.leave_place();
        }
        if let Some(host) = host {
            admission.leave_host(&host);
        }
    }

    /// Closes connections that have been idle for too long, and sees to it that this is done again when the next is.
    fn tidy(&self) {
        loop {
            if let Some(next) = self.http.expire_idle() {
                return self.parking.set_tidy(next);
            }
            self.tidy_set.store(false, Ordering::SeqCst);
            // One may have been put back since, by a worker that still saw the mark.
            let none = self.http.expire_idle().is_none();
            if none || self.tidy_set.swap(true, Ordering::SeqCst) {
                return;
            }
        }
    }

    fn hands(me: Weak<Pool>, place: Rc<Place>) -> Hands {
        let mut worker: Option<Worker> = None;
        Box::new(move |mut job| {
            let Some(pool) = me.upgrade() else {
                job.fail(Kind::Aborted, "the client is closed");
                return false;
            };
            let new_pipe = || Rc::new(WakePipe::of(place.clone()));
            let on = worker.get_or_insert_with(|| Worker { pipe: new_pipe(), scratch: Vec::new() });
            if !on.pipe.is_whole() {
                on.pipe = new_pipe();
            }
            let mut yields = false;
            let after = catch_unwind(AssertUnwindSafe(|| job.run(on, &pool)));
            match after {
                Ok(After::Done) => pool.leave(&job),
                Ok(After::Yield) => {
                    yields = true;
                    if let Err(mut job) = pool.workers.submit(job) {
                        // Closed meanwhile: its owner has cancelled it, so one more run ends it.
                        job.run(on, &pool);
                        pool.leave(&job);
                    }
                }
                Ok(After::Park(berth)) => pool.park(job, berth),
                Err(_) => {
                    // Nothing is known of the worker's buffers now; it gets new ones.
                    worker = None;
                    job.fail(Kind::Panic, "a bug in this library ended the request");
                    pool.leave(&job);
                }
            }
            yields
        })
    }

    fn park(&self, mut job: Job, berth: Berth) {
        let owner = job.owner().clone();
        let lingers = berth.lingers && !self.line_waits();
        if !berth.keeps_place && !lingers && std::mem::take(&mut job.has_place) {
            lock(&self.admission).leave_place();
            self.fill_places();
        }
        let (watched, key) = match berth.for_bytes {
            true => job.watch(&self.watcher).map_or((false, None), |key| (true, Some(key))),
            false => (true, None),
        };
        let parked =
            if watched { self.parking.park(job, key, berth.until, lingers) } else { Err(job) };
        match parked {
            Ok(()) => {
                // What changed before it was parked has found nothing to release.
                if berth.is_over(&*owner) {
                    self.attend(owner.id());
                }
                // So has a task that came in between and found no place to take.
                if lingers && self.line_waits() && self.parking.take_place() {
                    lock(&self.admission).leave_place();
                    self.fill_places();
                }
            }
            Err(mut job) => {
                job.fail(Kind::NoMemory, "no descriptors to watch a silent stream");
                self.leave(&job);
            }
        }
    }
}

#[cfg(test)]
#[path = "pool_test.rs"]
mod tests;
