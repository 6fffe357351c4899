//! An elastic set of threads fed by one channel.
//!
//! Threads start when there is more to do than threads are idle, and end after a while without work. Knows nothing of
//! requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::sync::{Condvar, Mutex, lock, wait_until};

/// How a crew grows and shrinks.
#[derive(Clone, Debug)]
pub struct CrewShape {
    /// Name of its threads.
    pub name: &'static str,
    /// Never more threads than this.
    pub max: usize,
    /// An idle thread ends after this.
    pub idle: Duration,
    /// Bytes of stack.
    pub stack: usize,
}

/// A job was not taken: the crew is closed, or all its threads are busy and the system gives no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoHands;

/// See the module's text.
pub struct Crew<T: Send + 'static> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    shape: CrewShape,
    work: Box<dyn Fn(T) + Send + Sync>,
    /// Busy threads take from it without a lock. Its own blocking `recv` spins and yields before it sleeps, which costs
    /// more than most errands; so idle threads sleep on `arrived`.
    jobs: Receiver<T>,
    /// Threads that sleep, or are about to.
    idle: AtomicUsize,
    roll: Mutex<Roll<T>>,
    arrived: Condvar,
    ended: Condvar,
}

/// Guarded by `Shared::roll`.
struct Roll<T> {
    /// `None` once closed.
    sender: Option<Sender<T>>,
    threads: usize,
    handles: Vec<JoinHandle<()>>,
}

impl<T: Send + 'static> Crew<T> {
    /// No thread runs until the first job; `work` does one.
    pub fn new(shape: CrewShape, work: impl Fn(T) + Send + Sync + 'static) -> Crew<T> {
        let (sender, jobs) = unbounded();
        let roll = Roll { sender: Some(sender), threads: 0, handles: Vec::new() };
        let shared = Shared {
            shape,
            work: Box::new(work),
            jobs,
            idle: AtomicUsize::new(0),
            roll: Mutex::new(roll),
            arrived: Condvar::new(),
            ended: Condvar::new(),
        };
        Crew { shared: Arc::new(shared) }
    }

    /// Hands over a job.
    pub fn submit(&self, job: T) -> Result<(), NoHands> {
        let mut roll = lock(&self.shared.roll);
        if roll.sender.is_none() {
            return Err(NoHands);
        }
        let all_busy = self.shared.jobs.len() >= self.shared.idle.load(Ordering::SeqCst);
        if all_busy
            && roll.threads < self.shared.shape.max
            && !Shared::start_thread(&self.shared, &mut roll)
        {
            return Err(NoHands);
        }
        // Under the lock, so that a thread which has just found nothing is asleep by the time of the notification.
        if let Some(sender) = &roll.sender {
            sender.send(job).map_err(|_| NoHands)?;
        }
        drop(roll);
        self.shared.arrived.notify_one();
        Ok(())
    }

    /// Takes no more jobs; threads end when those that wait are done.
    pub fn close(&self) {
        lock(&self.shared.roll).sender = None;
        self.shared.arrived.notify_all();
    }

    /// Waits until all threads have ended, at most until `deadline`; false when some are left.
    pub fn wait_ended(&self, deadline: Instant) -> bool {
        let mut roll = lock(&self.shared.roll);
        while roll.threads > 0 {
            let (guard, slept) = wait_until(&self.shared.ended, roll, Some(deadline));
            roll = guard;
            if !slept && roll.threads > 0 {
                return false;
            }
        }
        let handles = std::mem::take(&mut roll.handles);
        drop(roll);
        for handle in handles {
            // All have left their last line; this waits for the operating system's part only.
            let _ = handle.join();
        }
        true
    }
}

impl<T: Send + 'static> Shared<T> {
    /// After a job came in or a thread got busy: are there enough threads for what waits?
    fn balance(this: &Arc<Self>) {
        if this.jobs.len() <= this.idle.load(Ordering::SeqCst) {
            return;
        }
        let mut roll = lock(&this.roll);
        if roll.threads < this.shape.max {
            Shared::start_thread(this, &mut roll);
        }
    }

    fn start_thread(this: &Arc<Self>, roll: &mut Roll<T>) -> bool {
        roll.handles.retain(|h| !h.is_finished());
        let shared = this.clone();
        let thread = std::thread::Builder::new()
            .name(this.shape.name.into())
            .stack_size(this.shape.stack)
            .spawn(move || Shared::work(&shared));
        match thread {
            Ok(handle) => {
                roll.threads += 1;
                roll.handles.push(handle);
                true
            }
            Err(_) => false,
        }
    }

    fn work(this: &Arc<Self>) {
        while let Some(job) = this.jobs.try_recv().ok().or_else(|| Shared::sleep(this)) {
            // A job that came in while this thread still counted as idle must not wait for it.
            if !this.jobs.is_empty() {
                Shared::balance(this);
            }
            (this.work)(job);
        }
        this.ended.notify_all();
    }

    /// Waits for a job; `None` when the thread is to end, and is off the roll already.
    fn sleep(this: &Arc<Self>) -> Option<T> {
        let until = Instant::now().checked_add(this.shape.idle);
        let mut roll = lock(&this.roll);
        this.idle.fetch_add(1, Ordering::SeqCst);
        let mut patient = true;
        let job = loop {
            match this.jobs.try_recv() {
                Err(_) if patient && roll.sender.is_some() => {
                    (roll, patient) = wait_until(&this.arrived, roll, until);
                }
                job => break job.ok(),
            }
        };
        this.idle.fetch_sub(1, Ordering::SeqCst);
        if job.is_none() {
            // Under the lock: `submit` finds this thread gone.
            roll.threads -= 1;
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    #[test]
    fn blocked_threads_do_not_hold_up_jobs_while_more_may_start() {
        let shape =
            CrewShape { name: "test", max: 3, idle: Duration::from_secs(60), stack: 256 * 1024 };
        let (done, results) = bounded::<u32>(16);
        let (open, gate) = bounded::<()>(0);
        let crew = Crew::new(shape, move |n| {
            if n < 2 {
                let _ = gate.recv();
            }
            let _ = done.send(n);
        });
        for n in 0..6 {
            assert!(crew.submit(n).is_ok());
        }
        let mut first: Vec<u32> = (0..4).map(|_| results.recv().expect("jobs run")).collect();
        first.sort_unstable();
        assert_eq!(first, [2, 3, 4, 5]);
        drop(open);
        crew.close();
        assert!(crew.wait_ended(Instant::now() + Duration::from_secs(20)));
        assert!(crew.submit(7).is_err());
    }
}
