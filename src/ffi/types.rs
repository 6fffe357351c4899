//! The words that all nouns of the C API share.

use std::ffi::{c_char, c_void};

/// "The string ends at its NUL byte"; `REQTASK_NTS` in C, where the header defines it with its type.
///
/// cbindgen:ignore
pub const REQTASK_NTS: usize = usize::MAX;

/// Names a task. Never 0, never reused while the process lives, and always
/// below 2^53, so that it survives a trip through a JavaScript number.
pub type reqtask_id = u64;

/// Names one registered listener. Never 0.
pub type reqtask_listener = u64;

/// Makes tasks, and holds what they share: workers, connections, cookies.
/// Yours to close with reqtask_client_close. Any thread.
pub struct reqtask_client {
    _opaque: [u8; 0],
}

/// What came back for a task. Counted and read-only; it outlives task and
/// client. Give each reference back with reqtask_response_free. Any thread.
pub struct reqtask_response {
    _opaque: [u8; 0],
}

/// A counted block of bytes; it outlives task, response and client. Any
/// thread.
pub struct reqtask_buf {
    _opaque: [u8; 0],
}

/// Borrowed text, valid as long as the thing it came from. ptr is never NULL,
/// and a NUL that len does not count stands behind the text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct reqtask_str {
    /// The first byte.
    pub ptr: *const c_char,
    /// Bytes, without the NUL.
    pub len: usize,
}

/// Bytes inside a counted buffer. data stays valid while you hold a reference
/// to buf (reqtask_buf_retain); without one, as long as the thing it came
/// from. You may write to data only if yours is the only reference.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct reqtask_bytes {
    /// The first byte; NULL when there is no buffer.
    pub data: *mut u8,
    /// How many.
    pub len: usize,
    /// To be retained.
    pub buf: *mut reqtask_buf,
}

/// One header line. Names are lower-case. Values are bytes and need not be
/// UTF-8. Repeated names (set-cookie) are separate entries, in the order
/// received.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct reqtask_header {
    /// In lower case.
    pub name: reqtask_str,
    /// As received.
    pub value: reqtask_str,
}

/// The step a task was in.
#[repr(C)]
pub enum reqtask_phase {
    /// Not started.
    REQTASK_PHASE_NONE = 0,
    /// Waiting for a worker.
    REQTASK_PHASE_QUEUE = 1,
    /// Looking up the host name.
    REQTASK_PHASE_RESOLVE = 2,
    /// TCP, and talking to a proxy.
    REQTASK_PHASE_CONNECT = 3,
    /// The TLS handshake.
    REQTASK_PHASE_TLS = 4,
    /// Sending headers and body.
    REQTASK_PHASE_SEND = 5,
    /// Waiting for the answer's headers.
    REQTASK_PHASE_HEADERS = 6,
    /// Reading the answer's body.
    REQTASK_PHASE_BODY = 7,
}

/// Called once when a user pointer is no longer needed (rule 6). With queued
/// delivery it runs inside a call that you make, otherwise on any thread. It
/// must be quick and must not wait.
pub type reqtask_destroy_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// Text of ours for C, from bytes that end with the NUL that C wants behind it.
///
/// # Panics
/// If there is no NUL at the end.
pub(super) fn text(with_nul: &[u8]) -> reqtask_str {
    let (last, bytes) = with_nul.split_last().expect("at least the NUL");
    assert_eq!(*last, 0, "text for C ends with a NUL");
    reqtask_str { ptr: with_nul.as_ptr().cast(), len: bytes.len() }
}
