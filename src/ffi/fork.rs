//! A host that forks: its child has this process' memory, but none of the library's threads, and locks that nobody will open.
//!
//! Nothing can be made to work there, so in a child of a process that had a client every function answers at once, and
//! waits for nothing: REQTASK_E_STATE, and what frees does not. A child that calls exec, or nothing of ours, is not
//! touched: descriptors are closed on exec, and the parent goes on. Where the parent had no client there was nothing to
//! break, and the child may use the library as any process may.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::task::{Client, Refusal, Refused};

static IS_BROKEN_CHILD: AtomicBool = AtomicBool::new(false);

extern "C" fn in_child() {
    if Client::any_lives() {
        IS_BROKEN_CHILD.store(true, Ordering::Relaxed);
    }
}

/// Has forks heard of, from the first client on.
pub(super) fn watch() {
    // In here, so that it does not become a part of the header.
    unsafe extern "C" {
        /// POSIX. On every system that we know, but not for each of them in the libc crate.
        fn pthread_atfork(
            prepare: Option<extern "C" fn()>,
            parent: Option<extern "C" fn()>,
            child: Option<extern "C" fn()>,
        ) -> libc::c_int;
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the function given touches two atomics only, which is allowed in a child of many threads. Without
        // memory for it (the only failure) a child is as it would be without all this.
        unsafe { pthread_atfork(None, None, Some(in_child)) };
    });
}

/// Whether nothing works in this process.
pub(super) fn is_broken_child() -> bool {
    IS_BROKEN_CHILD.load(Ordering::Relaxed)
}

/// What a call is told then.
pub(super) fn refusal() -> Refusal {
    let message =
        "this process was forked from one that had a client: reqtask works again after exec";
    Refusal::new(Refused::State, message)
}
