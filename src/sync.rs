//! Locks as this crate uses them: a poisoned lock is entered all the same.
//!
//! No code of the app runs under a lock, and a panic of ours under one has left plain data behind. The models in
//! `tests/loom` replace this file by one on loom's types.

use std::sync::PoisonError;
pub use std::sync::{Condvar, Mutex, MutexGuard};
pub use std::thread::ThreadId;
use std::time::Instant;

/// Enters.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until notified (or spuriously).
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
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
    let (guard, _) = condvar.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner);
    (guard, true)
}

/// This thread.
pub fn thread_id() -> ThreadId {
    std::thread::current().id()
}
