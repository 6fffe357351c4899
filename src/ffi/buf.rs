//! Buffers: body bytes that the app keeps without copying.

use super::guard::freeing;
use super::shared::{retain, take};
use super::types::reqtask_buf;

/// Takes one more reference. Any thread. Buffers you hold do not count against
/// the window.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_buf_retain(buf: *mut reqtask_buf) {
    // SAFETY: NULL, or a buffer of an event or response that is alive, or one that the caller holds (rule 1).
    freeing(|| unsafe { retain(buf) });
}

/// Gives one reference back. Any thread, for instance from an ArrayBuffer
/// finalizer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_buf_release(buf: *mut reqtask_buf) {
    // SAFETY: NULL, or a reference that reqtask_buf_retain gave to C (rule 1).
    freeing(|| drop(unsafe { take(buf) }));
}
