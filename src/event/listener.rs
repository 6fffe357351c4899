//! A listener as a task keeps it: one block of memory that holds its name, its slot and the function itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::news::Event;
use super::slot::Slot;

/// A registered function and what may be done with it. Dropping the last reference, or closing it, gives its user data
/// back (C: `destroy`).
pub trait Hear: Send + Sync {
    /// Its name; never 0 and never used again in this process.
    fn number(&self) -> u64;
    /// Tells it something about this task; see [`Slot::call`].
    fn call(&self, task: u64, event: &Event<'_>);
    /// See [`Slot::mute`].
    fn mute(&self);
    /// See [`Slot::close`].
    fn close(&self, and_wait: bool);
}

/// See [`Hear`].
pub type Listener = Arc<dyn Hear>;

/// Makes a listener of a function.
pub fn listener(function: impl Fn(u64, &Event<'_>) + Send + Sync + 'static) -> Listener {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Arc::new(Ear { number, slot: Slot::new(function) })
}

struct Ear<F> {
    number: u64,
    slot: Slot<F>,
}

impl<F: Fn(u64, &Event<'_>) + Send + Sync> Hear for Ear<F> {
    fn number(&self) -> u64 {
        self.number
    }

    fn call(&self, task: u64, event: &Event<'_>) {
        self.slot.call(|function| function(task, event));
    }

    fn mute(&self) {
        self.slot.mute();
    }

    fn close(&self, and_wait: bool) {
        self.slot.close(and_wait);
    }
}
