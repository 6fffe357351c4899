//! Locks, threads and atomics as this crate uses them: a poisoned lock is entered all the same.
//!
//! No code of the app runs under a lock, and a panic of ours under one has left plain data behind. The models in
//! `tests/loom` replace this file by one on loom's types, so what they compile takes these names from here.

use std::io;
use std::sync::PoisonError;
pub use std::sync::atomic;
pub use std::sync::{Mutex, MutexGuard};
pub use std::thread::{JoinHandle, ThreadId};
use std::time::Instant;

mod condvar;

pub use condvar::Condvar;

/// What `condvar` is built on.
mod base {
    pub use std::sync::Condvar;
}

/// Enters.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until notified (or spuriously).
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard)
}

/// Sleeps until notified (or spuriously), at most until `deadline` (`None`: no limit); false when that has passed.
pub fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> (MutexGuard<'a, T>, bool) {
    let Some(deadline) = deadline else { return (wait(condvar, guard), true) };
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return (guard, false);
    }
    (condvar.wait_for(guard, left), true)
}

/// This thread.
pub fn thread_id() -> ThreadId {
    std::thread::current().id()
}

/// A thread of this name, with so much stack; fails when the system gives none.
pub fn spawn(
    name: &str,
    stack_bytes: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.into()).stack_size(stack_bytes).spawn(body)
}

/// How many processors there are.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
