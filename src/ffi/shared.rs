//! Counted handles: opaque C types behind which stands an `Arc`.
//!
//! [`Shared`] ties each handle type to what it points to, so that freeing one kind as another does not compile.

use std::sync::Arc;

use super::convert::null;
use super::types::{reqtask_buf, reqtask_client, reqtask_response};
use crate::event::Block;
use crate::task::{Client, Refusal, Response};

/// An opaque type whose pointers come from `Arc::into_raw` of `Inner`.
pub(super) trait Shared {
    /// What really is there.
    type Inner;
}

impl Shared for reqtask_client {
    type Inner = Client;
}
impl Shared for reqtask_response {
    type Inner = Response;
}
impl Shared for reqtask_buf {
    type Inner = Block;
}

/// Hands one reference to C.
pub(super) fn give<H: Shared>(inner: Arc<H::Inner>) -> *mut H {
    Arc::into_raw(inner).cast_mut().cast()
}

/// Shows it to C, without a reference.
pub(super) fn lend<H: Shared>(inner: &Arc<H::Inner>) -> *mut H {
    Arc::as_ptr(inner).cast_mut().cast()
}

/// Takes back one reference; `None` for NULL.
///
/// # Safety
/// The pointer is NULL, or came from [`give`] and carries a reference that nobody takes back but this call.
pub(super) unsafe fn take<H: Shared>(handle: *const H) -> Option<Arc<H::Inner>> {
    // SAFETY: from Arc::into_raw of an Arc<Inner> (Shared), and its reference becomes the Arc's.
    (!handle.is_null()).then(|| unsafe { Arc::from_raw(handle.cast()) })
}

/// Adds a reference for C; nothing for NULL.
///
/// # Safety
/// The pointer is NULL, or came from [`give`] or [`lend`] and is alive.
pub(super) unsafe fn retain<H: Shared>(handle: *const H) {
    if !handle.is_null() {
        // SAFETY: points into a living Arc<Inner> (Shared).
        unsafe { Arc::increment_strong_count(handle.cast::<H::Inner>()) }
    }
}

/// A reference of our own, so that what runs inside the call may free C's.
///
/// # Safety
/// As for [`retain`].
pub(super) unsafe fn share<H: Shared>(
    handle: *const H,
    name: &str,
) -> Result<Arc<H::Inner>, Refusal> {
    // SAFETY: as the caller promises; the reference added by `retain` is the one that `take` takes.
    unsafe {
        retain(handle);
        take(handle)
    }
    .ok_or_else(|| null(name))
}

/// `Arc<Inner>` from a handle that must not be NULL.
macro_rules! try_shared {
    ($handle:ident) => {
        // SAFETY: a handle that this library gave out or lent, and that is not being freed (rule 1).
        unsafe { $crate::ffi::shared::share($handle, stringify!($handle))? }
    };
}
pub(super) use try_shared;
