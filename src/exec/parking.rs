//! Where streams wait that have nothing to read: no thread each, one thread for all.
//!
//! A worker parks a job with the descriptor to watch, or none when it is the window that is closed, and a time by which
//! it wants to be looked at again. Readiness, that time, or `release` hands the job back. Also keeps the pool's own
//! alarms. Knows nothing of what a job does.

use std::collections::{BTreeSet, HashMap};
use std::os::fd::RawFd;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::job::Job;
use crate::http::readiness::Readiness;
use crate::http::wait::earlier;
use crate::sync::{Mutex, lock};

/// See the module's text.
pub struct Parking {
    /// What is done with those that leave; runs on the parking thread, under no lock.
    leave: Box<dyn Fn(Departure) + Send + Sync>,
    readiness: OnceLock<Readiness>,
    lot: Mutex<Lot>,
}

/// Guarded by `Parking::lot`.
#[derive(Default)]
struct Lot {
    parked: HashMap<u64, Parked>,
    times: BTreeSet<(Instant, u64)>,
    alarms: [Option<Instant>; 2],
    thread: Option<JoinHandle<()>>,
    closed: bool,
}

struct Parked {
    job: Job,
    fd: Option<RawFd>,
    until: Option<Instant>,
}

/// What the parking thread hands out.
pub enum Departure {
    /// This job is to run again.
    Job(Job),
    /// This alarm rang.
    Alarm(Alarm),
}

/// What else the parking thread is asked to remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// To see whether workers are missing (`Crew::staff`).
    Staff = 0,
    /// To close connections that have been idle for too long.
    Tidy = 1,
}

impl Parking {
    /// Empty; the thread starts with the first job.
    pub fn new(leave: impl Fn(Departure) + Send + Sync + 'static) -> Parking {
        Parking {
            leave: Box::new(leave),
            readiness: OnceLock::new(),
            lot: Mutex::new(Lot::default()),
        }
    }

    /// Parks a job. It comes back at once when it cannot be watched (no descriptors or threads left, or closed).
    pub fn park(
        self: &Arc<Self>,
        job: Job,
        fd: Option<RawFd>,
        until: Option<Instant>,
    ) -> Result<(), Job> {
        let id = job.owner().id();
        let Some(readiness) = self.readiness() else { return Err(job) };
        let mut lot = lock(&self.lot);
        if lot.closed || !self.ensure_thread(&mut lot) {
            return Err(job);
        }
        if fd.is_some_and(|fd| readiness.add(fd, id as usize).is_err()) {
            return Err(job);
        }
        let sooner = until.is_some_and(|at| lot.next_time().is_none_or(|t| at < t));
        if let Some(at) = until {
            lot.times.insert((at, id));
        }
        lot.parked.insert(id, Parked { job, fd, until });
        drop(lot);
        if sooner {
            readiness.wake();
        }
        Ok(())
    }

    /// Takes a job out, if it is parked.
    pub fn release(&self, id: u64) -> Option<Job> {
        let mut lot = lock(&self.lot);
        self.take(&mut lot, id)
    }

    /// Rings at `at`, or earlier if this alarm is set already.
    pub fn set_alarm(self: &Arc<Self>, alarm: Alarm, at: Instant) {
        let Some(readiness) = self.readiness() else { return };
        let mut lot = lock(&self.lot);
        if lot.closed || lot.alarms[alarm as usize].is_some() || !self.ensure_thread(&mut lot) {
            return;
        }
        lot.alarms[alarm as usize] = Some(at);
        drop(lot);
        readiness.wake();
    }

    /// Takes no more jobs and ends the thread; the jobs that are parked are given out.
    pub fn close(&self) -> Vec<Job> {
        let mut lot = lock(&self.lot);
        lot.closed = true;
        let ids: Vec<u64> = lot.parked.keys().copied().collect();
        let jobs = ids.into_iter().filter_map(|id| self.take(&mut lot, id)).collect();
        drop(lot);
        if let Some(readiness) = self.readiness.get() {
            readiness.wake();
        }
        jobs
    }

    /// After `close`: waits for the thread. It only has to leave its last line.
    pub fn join(&self) {
        let thread = lock(&self.lot).thread.take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn readiness(&self) -> Option<&Readiness> {
        if self.readiness.get().is_none() {
            let _ = self.readiness.set(Readiness::new().ok()?);
        }
        self.readiness.get()
    }

    fn take(&self, lot: &mut Lot, id: u64) -> Option<Job> {
        let parked = lot.parked.remove(&id)?;
        if let Some(at) = parked.until {
            lot.times.remove(&(at, id));
        }
        if let (Some(fd), Some(readiness)) = (parked.fd, self.readiness.get()) {
            readiness.remove(fd);
        }
        Some(parked.job)
    }

    fn ensure_thread(self: &Arc<Self>, lot: &mut Lot) -> bool {
        if lot.thread.is_some() {
            return true;
        }
        let parking = self.clone();
        let thread = std::thread::Builder::new()
            .name("reqtask-park".into())
            .stack_size(256 * 1024)
            .spawn(move || parking.watch());
        lot.thread = thread.ok();
        lot.thread.is_some()
    }

    /// The thread.
    fn watch(&self) {
        let readiness = self.readiness().expect("made before the thread was started");
        let mut ready = Vec::new();
        let mut out = Vec::new();
        loop {
            let deadline = {
                let lot = lock(&self.lot);
                if lot.closed {
                    return;
                }
                lot.next_time()
            };
            // A broken poller would spin; there is nothing better to do than to fall back to the times.
            if readiness.wait(deadline, &mut ready).is_err() {
                std::thread::sleep(Duration::from_millis(1));
            }
            {
                let now = Instant::now();
                let mut lot = lock(&self.lot);
                for key in ready.drain(..) {
                    out.extend(self.take(&mut lot, key as u64).map(Departure::Job));
                }
                while let Some((at, id)) = lot.times.first().copied().filter(|(at, _)| *at <= now) {
                    lot.times.remove(&(at, id));
                    out.extend(self.take(&mut lot, id).map(Departure::Job));
                }
                for alarm in [Alarm::Staff, Alarm::Tidy] {
                    if lot.alarms[alarm as usize].take_if(|at| *at <= now).is_some() {
                        out.push(Departure::Alarm(alarm));
                    }
                }
            }
            out.drain(..).for_each(&self.leave);
        }
    }
}

impl Lot {
    fn next_time(&self) -> Option<Instant> {
        let [staff, tidy] = self.alarms;
        earlier(self.times.first().map(|(at, _)| *at), earlier(staff, tidy))
    }
}
