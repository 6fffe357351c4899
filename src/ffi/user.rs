//! A `void *user` and the promise to give it back (rule 6).

use std::ffi::c_void;

use super::types::reqtask_destroy_fn;
use crate::event::depth;

/// Owns a user pointer: dropping it calls `destroy`, once, whatever became of the call that brought it.
///
/// Closures must use [`User::pointer`], never the field: they would capture a copy of it and drop the owner early.
pub(super) struct User {
    pointer: *mut c_void,
    destroy: reqtask_destroy_fn,
}

// SAFETY: the library never looks behind the pointer. The header tells C on which threads its functions are called with
// it, and asks C to be fit for that.
unsafe impl Send for User {}
// SAFETY: as above.
unsafe impl Sync for User {}

impl User {
    /// To be made first in every function that takes a user pointer, before anything can fail.
    pub(super) fn new(pointer: *mut c_void, destroy: reqtask_destroy_fn) -> User {
        User { pointer, destroy }
    }

    /// To be handed to the functions that were registered with it.
    pub(super) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // A destroy function must not wait, so it counts as the inside of a listener (rule 4).
            let _inside = depth::Inside::enter();
            // SAFETY: C registered this function for this pointer, and this is its only call.
            unsafe { destroy(self.pointer) }
        }
    }
}
