//! An elastic set of threads fed by one channel.
//!
//! Threads start when there is more to do than threads are idle, and end after a while without work. Up to `eager`
//! threads start at once. Beyond that the crew only says that it is crowded, and `staff` starts more when it finds that
//! nothing moved since it was last asked: a short queue is usually gone sooner than a new thread is there. Knows nothing
//! of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::sync::{Condvar, Mutex, lock, wait_until};

/// How a crew grows and shrinks.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Name of its threads.
    pub name: &'static str,
    /// Never more threads than this.
    pub max: usize,
    /// Up to so many start without hesitation.
    pub eager: usize,
    /// An idle thread ends after this.
    pub idle: Duration,
    /// Bytes of stack.
    pub stack: usize,
}

/// What one thread of the crew does with a job; made on that thread.
pub type Hands<T> = Box<dyn FnMut(T)>;

/// See the module's text.
pub struct Crew<T: Send + 'static> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    shape: Shape,
    hire: Box<dyn Fn() -> Hands<T> + Send + Sync>,
    crowded: Box<dyn Fn() + Send + Sync>,
    /// Busy threads take from it without a lock. Its own blocking `recv` spins and yields before it sleeps, which costs
    /// more than a small request; so idle threads sleep on `arrived`.
    jobs: Receiver<T>,
    /// Threads that sleep, or are about to.
    idle: AtomicUsize,
    /// Jobs taken, ever: tells whether anything moves.
    taken: AtomicU64,
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
    /// `taken` when `staff` was last asked.
    taken_before: u64,
}

impl<T: Send + 'static> Crew<T> {
    /// No thread runs until the first job. `hire` makes a thread's hands; `crowded` is called when a job waits and all
    /// threads are busy: free one, or ask `staff` in a moment.
    pub fn new(
        shape: Shape,
        hire: impl Fn() -> Hands<T> + Send + Sync + 'static,
        crowded: impl Fn() + Send + Sync + 'static,
    ) -> Crew<T> {
        let (sender, jobs) = unbounded();
        let shared = Shared {
            shape,
            hire: Box::new(hire),
            crowded: Box::new(crowded),
            jobs,
            idle: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            roll: Mutex::new(Roll {
                sender: Some(sender),
                threads: 0,
                handles: Vec::new(),
                taken_before: 0,
            }),
            arrived: Condvar::new(),
            ended: Condvar::new(),
        };
        Crew { shared: Arc::new(shared) }
    }

    /// Hands over a job. It comes back when the crew is closed, or has no thread and cannot start one.
    pub fn submit(&self, job: T) -> Result<(), T> {
        let mut roll = lock(&self.shared.roll);
        if roll.sender.is_none()
            || roll.threads == 0 && !Shared::start_thread(&self.shared, &mut roll)
        {
            return Err(job);
        }
        // Under the lock, so that a thread which has just found nothing is asleep by the time of the notification.
        if let Some(sender) = &roll.sender {
            sender.send(job).map_err(|e| e.0)?;
        }
        drop(roll);
        self.shared.arrived.notify_one();
        Shared::balance(&self.shared);
        Ok(())
    }

    /// Jobs that no thread has taken yet.
    pub fn backlog(&self) -> usize {
        self.shared.jobs.len()
    }

    /// Whether a job waits, all threads are busy, and no more may start.
    pub fn is_stuck(&self) -> bool {
        let shared = &self.shared;
        shared.jobs.len() > shared.idle.load(Ordering::SeqCst)
            && lock(&shared.roll).threads >= shared.shape.max
    }

    /// Called a moment after `crowded` was: starts threads when nothing was taken in between. True when it should
    /// be called again.
    pub fn staff(&self) -> bool {
        let shared = &self.shared;
        let waiting = shared.jobs.len();
        let mut roll = lock(&shared.roll);
        let taken = shared.taken.load(Ordering::SeqCst);
        let stuck = roll.taken_before == taken;
        roll.taken_before = taken;
        if waiting == 0 || roll.sender.is_none() {
            return false;
        }
        if stuck {
            let more = (roll.threads / 2).max(1).min(waiting);
            for _ in 0..more {
                if roll.threads >= shared.shape.max || !Shared::start_thread(shared, &mut roll) {
                    return false;
                }
            }
        }
        roll.threads < shared.shape.max
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
        let limit = this.shape.eager.min(this.shape.max);
        if roll.threads < limit && Shared::start_thread(this, &mut roll) {
            return;
        }
        drop(roll);
        (this.crowded)();
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
        let mut hands = (this.hire)();
        while let Some(job) = this.jobs.try_recv().ok().or_else(|| Shared::sleep(this)) {
            this.taken.fetch_add(1, Ordering::SeqCst);
            // A job that came in while this thread still counted as idle must not wait for it.
            if !this.jobs.is_empty() {
                Shared::balance(this);
            }
            hands(job);
        }
        drop(hands);
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

    fn shape(max: usize, eager: usize) -> Shape {
        Shape { name: "test", max, eager, idle: Duration::from_secs(60), stack: 256 * 1024 }
    }

    #[test]
    fn blocked_threads_do_not_hold_up_jobs_while_more_may_start() {
        let (done, results) = bounded::<u32>(16);
        let (open, gate) = bounded::<()>(0);
        let hire = move || -> Hands<u32> {
            let (done, gate) = (done.clone(), gate.clone());
            Box::new(move |n| {
                if n < 2 {
                    let _ = gate.recv();
                }
                let _ = done.send(n);
            })
        };
        let crew = Crew::new(shape(3, 3), hire, || ());
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

    #[test]
    fn beyond_eager_threads_start_only_when_nothing_moves() {
        let (open, gate) = bounded::<()>(0);
        let (begun, beginnings) = bounded::<u32>(16);
        let hire = move || -> Hands<u32> {
            let (gate, begun) = (gate.clone(), begun.clone());
            Box::new(move |n| {
                let _ = begun.send(n);
                let _ = gate.recv();
            })
        };
        let (call, calls) = bounded::<()>(16);
        let crew = Crew::new(shape(4, 1), hire, move || call.send(()).expect("the test listens"));
        assert_eq!(crew.submit(0), Ok(()));
        assert_eq!(beginnings.recv(), Ok(0));
        assert_eq!(crew.submit(1), Ok(()));
        assert_eq!(calls.recv(), Ok(()), "it is crowded");
        crew.staff();
        assert!(crew.staff(), "nothing was taken since: one more starts");
        assert_eq!(beginnings.recv(), Ok(1));
        drop(open);
        crew.close();
        assert!(crew.wait_ended(Instant::now() + Duration::from_secs(20)));
    }
}
