//! A condition variable that costs nothing while nobody sleeps: std's makes a system call for each notification.
//!
//! Whoever notifies must have changed what the sleepers look at under the mutex that they sleep with. A sleeper counts itself
//! while it holds that mutex, so a change comes either before it looked, or after it was counted.

use std::sync::PoisonError;
use std::time::Duration;

use super::atomic::{AtomicUsize, Ordering};
use super::{MutexGuard, base};

/// See the module's text.
#[derive(Debug, Default)]
pub struct Condvar {
    inner: base::Condvar,
    sleepers: AtomicUsize,
}

impl Condvar {
    /// Nobody sleeps.
    pub fn new() -> Condvar {
        Condvar { inner: base::Condvar::new(), sleepers: AtomicUsize::new(0) }
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

    /// Sleeps until notified (or spuriously).
    pub(super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let guard = self.inner.wait(guard).unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        guard
    }

    /// The same, at most for so long.
    pub(super) fn wait_for<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        most: Duration,
    ) -> MutexGuard<'a, T> {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let (guard, _) =
            self.inner.wait_timeout(guard, most).unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        guard
    }
}
