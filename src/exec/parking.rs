//! Where requests wait that have nothing to read: no thread each.
//!
//! A worker parks a job with the key under which its connection is watched, or none when it is the window that is closed,
//! and a time by which it wants to be looked at again. Readiness, that time, or `release` gives the job out. One worker at
//! a time waits here for all of them (`poll`) and runs what it gets. Knows nothing of what a job does.
//!
//! A connection is watched from its first wait on, and edges tell what happens to it ([`Readiness`]). An edge of one that
//! nobody waits for (a large body flows, or the connection is idle) ends the watching, so that it costs nothing; the next
//! wait begins it anew.

use std::collections::BTreeSet;
use std::fmt;
use std::os::fd::RawFd;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::job::Job;
use crate::http::Watcher;
use crate::http::readiness::{Happened, Readiness};
use crate::http::wait::earlier;
use crate::id_map::IdMap;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::{Mutex, lock};

/// See the module's text.
#[derive(Default)]
pub struct Parking {
    readiness: OnceLock<Readiness>,
    lot: Mutex<Lot>,
    /// How many jobs are parked, and whether there is something else to wait for; changed under the lock only.
    jobs: AtomicUsize,
    tidies: AtomicBool,
    /// Room for what `poll` is told, kept from one to the next.
    events: Mutex<Vec<Happened>>,
}

/// Guarded by `Parking::lot`. No job is dropped under it: that would close a connection, which comes here.
#[derive(Default)]
struct Lot {
    parked: IdMap<Parked>,
    times: BTreeSet<(Instant, u64)>,
    /// By key.
    sockets: Vec<Option<Watched>>,
    free: Vec<usize>,
    /// Of `parked`: those that hold a running place for a stream which has just spoken.
    lingering: BTreeSet<u64>,
    tidy_at: Option<Instant>,
    /// What the worker that waits here sleeps until.
    asleep: Asleep,
    closed: bool,
}

struct Parked {
    job: Job,
    key: Option<usize>,
    until: Option<Instant>,
    lingers: bool,
}

struct Watched {
    fd: RawFd,
    /// It is in the set.
    armed: bool,
    /// Who waits for it.
    waits: Option<u64>,
}

#[derive(Clone, Copy, Default)]
enum Asleep {
    #[default]
    Nobody,
    Until(Option<Instant>),
}

impl Parking {
    /// Parks a job. It comes back at once when it cannot be watched (no descriptors left, or closed).
    pub fn park(
        &self,
        job: Job,
        key: Option<usize>,
        until: Option<Instant>,
        lingers: bool,
    ) -> Result<(), Job> {
        let id = job.owner().id();
        let Some(readiness) = self.readiness() else { return Err(job) };
        let mut lot = lock(&self.lot);
        if lot.closed {
            return Err(job);
        }
        if let Some(key) = key {
            let Some(socket) = lot.sockets[key].as_mut() else { return Err(job) };
            if !socket.armed && readiness.add(socket.fd, key).is_err() {
                return Err(job);
            }
            socket.armed = true;
            socket.waits = Some(id);
        }
        if let Some(at) = until {
            lot.times.insert((at, id));
        }
        if lingers {
            lot.lingering.insert(id);
        }
        lot.parked.insert(id, Parked { job, key, until, lingers });
        self.jobs.store(lot.parked.len(), Ordering::SeqCst);
        let sooner = lot.wakes_too_late(until);
        drop(lot);
        if sooner {
            readiness.wake();
        }
        Ok(())
    }

    /// Takes a job out, if it is parked.
    pub fn release(&self, id: u64) -> Option<Job> {
        self.take(&mut lock(&self.lot), id)
    }

    /// Takes the running place of a job that lingers; false when none does.
    pub fn take_place(&self) -> bool {
        let mut lot = lock(&self.lot);
        let Some(id) = lot.lingering.pop_first() else { return false };
        let parked = lot.parked.get_mut(&id).expect("those that linger are parked");
        std::mem::take(&mut parked.job.has_place)
    }

    /// `poll` says so at `at`, or earlier if it is set already.
    pub fn set_tidy(&self, at: Instant) {
        let Some(readiness) = self.readiness() else { return };
        let mut lot = lock(&self.lot);
        if lot.closed {
            return;
        }
        lot.tidy_at = earlier(lot.tidy_at, Some(at));
        self.tidies.store(true, Ordering::SeqCst);
        let sooner = lot.wakes_too_late(Some(at));
        drop(lot);
        if sooner {
            readiness.wake();
        }
    }

    /// Whether anything is to be waited for.
    pub fn is_used(&self) -> bool {
        self.has_jobs() || self.tidies.load(Ordering::SeqCst)
    }

    /// Whether jobs are parked.
    pub fn has_jobs(&self) -> bool {
        self.jobs.load(Ordering::SeqCst) > 0
    }

    /// Whether `poll` can be called; not without descriptors.
    pub fn can_poll(&self) -> bool {
        self.readiness().is_some()
    }

    /// Sleeps until a job may go on, `wake` is called, or `until`; the jobs go into `out`. One thread at a time. True when
    /// it is time to tidy.
    pub fn poll(&self, until: Option<Instant>, out: &mut Vec<Job>) -> bool {
        let Some(readiness) = self.readiness.get() else { return false };
        let deadline = {
            let mut lot = lock(&self.lot);
            let deadline = earlier(until, lot.next_time());
            lot.asleep = Asleep::Until(deadline);
            deadline
        };
        let mut ready = std::mem::take(&mut *lock(&self.events));
        // A broken poller would spin; there is nothing better to do than to fall back to the times.
        if readiness.wait(deadline, &mut ready).is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let tidy = self.collect(readiness, &ready, out);
        ready.clear();
        *lock(&self.events) = ready;
        tidy
    }

    fn collect(&self, readiness: &Readiness, ready: &[Happened], out: &mut Vec<Job>) -> bool {
        let mut lot = lock(&self.lot);
        lot.asleep = Asleep::Nobody;
        for &Happened { key, closed } in ready {
            // It may have been closed meanwhile, or even be another one; then a look too many does no harm.
            let Some(socket) = lot.sockets.get_mut(key).and_then(Option::as_mut) else { continue };
            match socket.waits {
                Some(id) => {
                    let mut job = self.take(&mut lot, id).expect("who waits is parked");
                    job.peer_closed |= closed;
                    out.push(job);
                }
                None if socket.armed => {
                    socket.armed = false;
                    readiness.remove(socket.fd);
                }
                None => {}
            }
        }
        if lot.next_time().is_none() {
            return false;
        }
        let now = Instant::now();
        while let Some((_, id)) = lot.times.first().copied().filter(|(at, _)| *at <= now) {
            out.extend(self.take(&mut lot, id));
        }
        let tidy = lot.tidy_at.take_if(|at| *at <= now).is_some();
        if tidy {
            self.tidies.store(false, Ordering::SeqCst);
        }
        tidy
    }

    /// Ends the current or next `poll`. Any thread.
    pub fn wake(&self) {
        if let Some(readiness) = self.readiness.get() {
            readiness.wake();
        }
    }

    /// Takes no more jobs; those that are parked are given out.
    pub fn close(&self) -> Vec<Job> {
        let mut lot = lock(&self.lot);
        lot.closed = true;
        lot.tidy_at = None;
        self.tidies.store(false, Ordering::SeqCst);
        let ids: Vec<u64> = lot.parked.keys().copied().collect();
        ids.into_iter().filter_map(|id| self.take(&mut lot, id)).collect()
    }

    fn take(&self, lot: &mut Lot, id: u64) -> Option<Job> {
        let parked = lot.parked.remove(&id)?;
        self.jobs.store(lot.parked.len(), Ordering::SeqCst);
        if let Some(at) = parked.until {
            lot.times.remove(&(at, id));
        }
        if let Some(socket) = parked.key.and_then(|key| lot.sockets[key].as_mut()) {
            socket.waits = None;
        }
        if parked.lingers {
            lot.lingering.remove(&id);
        }
        Some(parked.job)
    }

    fn readiness(&self) -> Option<&Readiness> {
        if self.readiness.get().is_none() {
            let _ = self.readiness.set(Readiness::new().ok()?);
        }
        self.readiness.get()
    }
}

impl Lot {
    fn next_time(&self) -> Option<Instant> {
        earlier(self.times.first().map(|(at, _)| *at), self.tidy_at)
    }

    fn wakes_too_late(&self, wanted: Option<Instant>) -> bool {
        match (self.asleep, wanted) {
            (Asleep::Until(at), Some(wanted)) => at.is_none_or(|at| wanted < at),
            _ => false,
        }
    }
}

impl Watcher for Parking {
    fn admit(&self, fd: RawFd) -> usize {
        let mut lot = lock(&self.lot);
        let watched = Some(Watched { fd, armed: false, waits: None });
        match lot.free.pop() {
            Some(key) => {
                lot.sockets[key] = watched;
                key
            }
            None => {
                lot.sockets.push(watched);
                lot.sockets.len() - 1
            }
        }
    }

    fn dismiss(&self, key: usize) {
        let mut lot = lock(&self.lot);
        let gone = lot.sockets[key].take();
        lot.free.push(key);
        if let (Some(Watched { fd, armed: true, .. }), Some(readiness)) =
            (gone, self.readiness.get())
        {
            // Under the lock: the number of a closed descriptor may be given to another at once.
            readiness.remove(fd);
        }
    }
}

impl fmt::Debug for Parking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parking")
    }
}
