//! Threads for what the app's own threads start and may neither wait for nor run listeners in.
//!
//! One helper does errand after errand as long as there are any, so that a thousand aborts in a row wake a thread once and
//! not a thousand times. Listeners run in here, and one that blocks must not hold up the others. So while errands wait
//! behind one, a second helper looks every [`PATIENCE`] whether anything has moved, and takes over when nothing has.
//!
//! | a helper is | from when | until |
//! | --- | --- | --- |
//! | coming | an errand is handed in, or waits behind one | it is there |
//! | inside | it takes an errand | none is left |
//! | watching | it finds somebody inside | nobody is any more, or nothing has moved; or nothing waits |

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::exec::{Crew, CrewShape};
use crate::sync::{Condvar, Mutex, MutexGuard, lock, wait_until};

/// More than two run only while listeners block the others.
const HELPERS: usize = 8;
/// So long may one errand hold up others.
const PATIENCE: Duration = Duration::from_millis(1);

/// See the module's text. `T` is an errand.
pub struct Helpers<T: Send + 'static> {
    run: fn(T),
    desk: Mutex<Desk<T>>,
    /// For the one that watches: there is an errand and nobody inside.
    wanted: Condvar,
    crew: Crew<()>,
}

/// Guarded by `Helpers::desk`.
struct Desk<T> {
    waiting: VecDeque<T>,
    coming: bool,
    watching: bool,
    inside: usize,
    /// Errands done, ever: tells whether anything moves.
    done: u64,
}

impl<T: Send + 'static> Helpers<T> {
    /// No thread runs until the first errand; an idle one ends after `idle`.
    pub fn new(run: fn(T), idle: Duration, stack: usize) -> Arc<Helpers<T>> {
        let shape = CrewShape { name: "reqtask-help", max: HELPERS, idle, stack };
        Arc::new_cyclic(|me: &Weak<Helpers<T>>| {
            let me = me.clone();
            let come = move |()| {
                if let Some(helpers) = me.upgrade() {
                    helpers.serve();
                }
            };
            let (waiting, done) = (VecDeque::new(), 0);
            let desk = Desk { waiting, coming: false, watching: false, inside: 0, done };
            let (desk, wanted) = (Mutex::new(desk), Condvar::new());
            Helpers { run, desk, wanted, crew: Crew::new(shape, come) }
        })
    }

    /// Has a helper do this, soon. What comes back, this errand and perhaps others, cannot be done here, for no thread can
    /// be had; or need not be done any more, after `close`.
    #[must_use]
    pub fn hand(&self, errand: T) -> VecDeque<T> {
        let mut desk = lock(&self.desk);
        desk.waiting.push_back(errand);
        if desk.coming {
            return VecDeque::new();
        }
        if desk.watching {
            if desk.inside == 0 {
                self.wanted.notify_one();
            }
            return VecDeque::new();
        }
        if self.call(desk) {
            VecDeque::new()
        } else {
            std::mem::take(&mut lock(&self.desk).waiting)
        }
    }

    /// Whether listeners block all helpers and an errand waits.
    pub fn are_stuck(&self) -> bool {
        let desk = lock(&self.desk);
        desk.inside >= HELPERS && !desk.waiting.is_empty()
    }

    /// No more helpers come; those that are there end when nothing waits.
    pub fn close(&self) {
        self.crew.close();
    }

    /// Waits until all threads have ended, at most until `deadline`; false when some are left.
    pub fn wait_ended(&self, deadline: Instant) -> bool {
        self.crew.wait_ended(deadline)
    }

    /// Has one more come, if there may be more; false when none can.
    fn call(&self, mut desk: MutexGuard<'_, Desk<T>>) -> bool {
        if desk.inside + usize::from(desk.watching) >= HELPERS {
            return true;
        }
        desk.coming = true;
        drop(desk);
        let called = self.crew.submit(()).is_ok();
        if !called {
            lock(&self.desk).coming = false;
        }
        called
    }

    /// A helper is there.
    fn serve(&self) {
        let mut desk = lock(&self.desk);
        desk.coming = false;
        if desk.inside > 0 {
            desk = self.watch(desk);
        }
        while let Some(errand) = desk.waiting.pop_front() {
            desk.inside += 1;
            if desk.waiting.is_empty() || desk.coming || desk.watching {
                drop(desk);
            } else {
                self.call(desk);
            }
            (self.run)(errand);
            desk = lock(&self.desk);
            desk.inside -= 1;
            desk.done += 1;
        }
    }

    /// Returns when an errand is to be taken, or none has waited for a while.
    fn watch<'a>(&'a self, mut desk: MutexGuard<'a, Desk<T>>) -> MutexGuard<'a, Desk<T>> {
        desk.watching = true;
        loop {
            let done = desk.done;
            let mut slept;
            let until = Instant::now() + PATIENCE;
            (desk, slept) = wait_until(&self.wanted, desk, Some(until));
            while slept && (desk.inside > 0 || desk.waiting.is_empty()) {
                (desk, slept) = wait_until(&self.wanted, desk, Some(until));
            }
            if desk.waiting.is_empty() || desk.inside == 0 || desk.done == done {
                desk.watching = false;
                return desk;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    type Errand = Box<dyn FnOnce() + Send>;

    fn helpers() -> Arc<Helpers<Errand>> {
        Helpers::new(|errand: Errand| errand(), Duration::from_secs(60), 256 * 1024)
    }

    /// An errand that says that it has begun, and ends when its gate is dropped.
    fn blocked(begun: &Sender<usize>, n: usize) -> (Errand, Sender<()>) {
        let (open, gate): (_, Receiver<()>) = channel();
        let begun = begun.clone();
        let errand = Box::new(move || {
            begun.send(n).expect("the test listens");
            let _ = gate.recv();
        });
        (errand, open)
    }

    #[test]
    fn no_errand_is_forgotten_when_helpers_come_and_go() {
        let helpers = helpers();
        let (done, heard) = channel();
        for n in 0..10_000 {
            let done = done.clone();
            let errand = Box::new(move || done.send(n).expect("the test listens"));
            assert!(helpers.hand(errand).is_empty());
            if n % 100 < 10 {
                assert_eq!(heard.recv(), Ok(n), "the only one");
            } else if n % 100 == 99 {
                let mut all: Vec<_> = heard.iter().take(90).collect();
                all.sort_unstable();
                assert!(all.into_iter().eq(n - 89..=n));
            }
        }
        helpers.close();
        assert!(helpers.wait_ended(Instant::now() + Duration::from_secs(20)));
    }

    #[test]
    fn errands_that_block_hold_up_nothing_until_all_helpers_are_blocked() {
        let helpers = helpers();
        let (begun, heard) = channel();
        let mut gates = Vec::new();
        for n in 0..=HELPERS {
            let (errand, gate) = blocked(&begun, n);
            gates.push(gate);
            assert!(helpers.hand(errand).is_empty());
        }
        let mut inside: Vec<_> = heard.iter().take(HELPERS).collect();
        inside.sort_unstable();
        assert!(inside.into_iter().eq(0..HELPERS));
        assert!(helpers.are_stuck());
        gates.remove(3);
        assert_eq!(heard.recv(), Ok(HELPERS));
        assert!(!helpers.are_stuck(), "nothing waits");
        drop(gates);
        helpers.close();
        assert!(helpers.wait_ended(Instant::now() + Duration::from_secs(20)));
    }

    #[test]
    fn after_the_end_errands_come_back() {
        let helpers = helpers();
        helpers.close();
        assert_eq!(helpers.hand(Box::new(|| ())).len(), 1);
    }
}
