//! The names of `src/sync.rs` on loom's types. The condition variable is the real one.
//!
//! Models know no time: who waits until far away waits until notified. What is near may come at any moment, so it comes at once, and
//! whoever waits for it lets the others go first.

pub use loom::sync::{Mutex, MutexGuard, atomic};
use loom::thread;
pub use loom::thread::ThreadId;
use std::io;
use std::time::{Duration, Instant};

#[path = "../../../src/sync/condvar.rs"]
mod condvar;

pub use condvar::Condvar;

mod base {
    pub use loom::sync::Condvar;
}

pub struct JoinHandle<T>(thread::JoinHandle<T>);

impl<T> JoinHandle<T> {
    pub fn is_finished(&self) -> bool {
        false
    }

    pub fn join(self) -> Result<T, ()> {
        self.0.join().map_err(|_| ())
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("a panic ends the model")
}

pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard)
}

pub fn is_near(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|at| at < Instant::now() + Duration::from_secs(100))
}

pub fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> (MutexGuard<'a, T>, bool) {
    if is_near(deadline) {
        return (guard, false);
    }
    (wait(condvar, guard), true)
}

pub fn thread_id() -> ThreadId {
    thread::current().id()
}

pub fn spawn(
    _: &str,
    _: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    Ok(JoinHandle(thread::spawn(body)))
}

pub fn processors() -> usize {
    2
}
