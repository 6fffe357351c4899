//! Whether this thread is inside a listener or a destroy function (rule 4 of the header).

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Held while code of the app runs.
pub struct Inside(());

impl Inside {
    /// Enters; leaving is by drop.
    pub fn enter() -> Inside {
        DEPTH.with(|d| d.set(d.get() + 1));
        Inside(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.with(|d| d.set(d.get() - 1));
    }
}

/// Whether code of the app is on this thread's stack, called by us.
pub fn inside() -> bool {
    DEPTH.with(|d| d.get() > 0)
}
