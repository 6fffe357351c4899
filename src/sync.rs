//! Locks as this crate uses them: a poisoned lock is entered all the same.
//!
//! No code of the app runs under a lock, and a panic of ours under one has left plain data behind. The models in
//! `tests/loom` replace this file by one on loom's types.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
pub use std::sync::{Mutex, MutexGuard};
pub use std::thread::ThreadId;
use std::time::Instant;

/// A condition variable that costs nothing while nobody sleeps: std's makes a system call for each notification.
///
/// Whoever notifies must have changed what the sleepers look at under the mutex that they sleep with. A sleeper counts itself
/// while it holds that mutex, so a change comes either before it looked, or after it was counted.
#[derive(Debug, Default)]
pub struct Condvar {
    inner: std::sync::Condvar,
    sleepers: AtomicUsize,
}

impl Condvar {
    /// Nobody sleeps.
    pub const fn new() -> Condvar {
        Condvar { inner: std::sync::Condvar::new(), sleepers: AtomicUsize::new(0) }
    }

    /// Wakes one sleeper.
    pub fn notify_one(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            self.inner.notify_one();
        }
    }

    /// Wakes all sleepers.
    pub fn notify_all(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            self.inner.notify_all();
        }
    }
}

/// Enters.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until notified (or spuriously).
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.sleepers.fetch_add(1, Ordering::SeqCst);
    let guard = condvar.inner.wait(guard).unwrap_or_else(PoisonError::into_inner);
    condvar.sleepers.fetch_sub(1, Ordering::SeqCst);
    guard
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
    condvar.sleepers.fetch_add(1, Ordering::SeqCst);
    let (guard, _) =
        condvar.inner.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner);
    condvar.sleepers.fetch_sub(1, Ordering::SeqCst);
    (guard, true)
}

/// This thread.
pub fn thread_id() -> ThreadId {
    std::thread::current().id()
}
