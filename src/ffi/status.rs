//! Result codes, and the one place where refusals and failures become them.

use std::ffi::{CStr, c_char};

use crate::http::Kind;
use crate::task::Refused;
use reqtask_status_code::*;

/// A result code: one of the values below. They are fixed for ever; new ones
/// may appear, so treat an unknown negative value as a failure.
pub type reqtask_status = i32;

/// The values of reqtask_status. From -1: the call was wrong or came at the
/// wrong time, and nothing was changed. From -100: how a started task ended,
/// seen in reqtask_complete_event.status.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum reqtask_status_code {
    /// Success.
    REQTASK_OK = 0,
    /// NULL, bad UTF-8, bad URL, out of range.
    REQTASK_E_INVALID_ARG = -1,
    /// No such task or listener, or not any more.
    REQTASK_E_NOT_FOUND = -2,
    /// The task is not in a state for this.
    REQTASK_E_STATE = -3,
    /// The option or feature is not in this build.
    REQTASK_E_UNSUPPORTED = -4,
    /// Not from inside a listener (rule 4).
    REQTASK_E_REENTRANT = -5,
    /// The queue is full, or another dispatch runs.
    REQTASK_E_BUSY = -6,
    /// The client is closed.
    REQTASK_E_CLOSED = -7,
    /// Memory, threads or file descriptors ran out.
    REQTASK_E_NO_MEMORY = -8,
    /// A bug in this library; please report it.
    REQTASK_E_PANIC = -9,

    /// reqtask_abort was called.
    REQTASK_E_ABORTED = -100,
    /// A time limit passed; phase says where. Also reqtask_wait's and
    /// reqtask_client_close's.
    REQTASK_E_TIMEOUT = -101,
    /// The host name has no address.
    REQTASK_E_RESOLVE = -102,
    /// No address accepted a connection.
    REQTASK_E_CONNECT = -103,
    /// The proxy refused or failed.
    REQTASK_E_PROXY = -104,
    /// The TLS handshake failed.
    REQTASK_E_TLS = -105,
    /// The server's certificate is not trusted.
    REQTASK_E_CERTIFICATE = -106,
    /// The connection broke.
    REQTASK_E_IO = -107,
    /// The answer is not valid HTTP.
    REQTASK_E_PROTOCOL = -108,
    /// Too many redirects, or one not to be followed.
    REQTASK_E_REDIRECT = -109,
    /// The headers or the body exceed their limit.
    REQTASK_E_TOO_LARGE = -110,
    /// The body's content coding (gzip, deflate, brotli) is damaged.
    REQTASK_E_DECODE = -111,
}

/// Success.
pub(super) const OK: reqtask_status = REQTASK_OK as i32;
/// For `guard`.
pub(super) const PANIC: reqtask_status = REQTASK_E_PANIC as i32;

/// The code of a refused call.
pub(super) fn of_refused(why: Refused) -> reqtask_status {
    let code = match why {
        Refused::InvalidArg => REQTASK_E_INVALID_ARG,
        Refused::NotFound => REQTASK_E_NOT_FOUND,
        Refused::State => REQTASK_E_STATE,
        Refused::Unsupported => REQTASK_E_UNSUPPORTED,
        Refused::Reentrant => REQTASK_E_REENTRANT,
        Refused::Busy => REQTASK_E_BUSY,
        Refused::Closed => REQTASK_E_CLOSED,
        Refused::NoMemory => REQTASK_E_NO_MEMORY,
        Refused::Timeout => REQTASK_E_TIMEOUT,
    };
    code as i32
}

/// The code of a failed task.
pub(super) fn of_failure(kind: Kind) -> reqtask_status {
    let code = match kind {
        Kind::Aborted => REQTASK_E_ABORTED,
        Kind::Timeout => REQTASK_E_TIMEOUT,
        Kind::Resolve => REQTASK_E_RESOLVE,
        Kind::Connect => REQTASK_E_CONNECT,
        Kind::Proxy => REQTASK_E_PROXY,
        Kind::Tls => REQTASK_E_TLS,
        Kind::Certificate => REQTASK_E_CERTIFICATE,
        Kind::Io => REQTASK_E_IO,
        Kind::Protocol => REQTASK_E_PROTOCOL,
        Kind::Redirect => REQTASK_E_REDIRECT,
        Kind::TooLarge => REQTASK_E_TOO_LARGE,
        Kind::Decode => REQTASK_E_DECODE,
        Kind::Unsupported => REQTASK_E_UNSUPPORTED,
        Kind::NoMemory => REQTASK_E_NO_MEMORY,
        Kind::Panic => REQTASK_E_PANIC,
    };
    code as i32
}

/// Every code with its sentence.
pub(super) const SENTENCES: &[(reqtask_status_code, &CStr)] = &[
    (REQTASK_OK, c"success"),
    (REQTASK_E_INVALID_ARG, c"an argument is not valid"),
    (REQTASK_E_NOT_FOUND, c"there is no such task or listener, or not any more"),
    (REQTASK_E_STATE, c"the task is not in a state for this"),
    (REQTASK_E_UNSUPPORTED, c"the option or feature is not in this build"),
    (REQTASK_E_REENTRANT, c"this cannot be called from inside a listener"),
    (REQTASK_E_BUSY, c"the queue is full, or another dispatch is running"),
    (REQTASK_E_CLOSED, c"the client is closed"),
    (REQTASK_E_NO_MEMORY, c"memory, threads or file descriptors ran out"),
    (REQTASK_E_PANIC, c"a bug in reqtask, please report it"),
    (REQTASK_E_ABORTED, c"the request was aborted"),
    (REQTASK_E_TIMEOUT, c"a time limit passed"),
    (REQTASK_E_RESOLVE, c"the host name has no address"),
    (REQTASK_E_CONNECT, c"no address accepted a connection"),
    (REQTASK_E_PROXY, c"the proxy refused or failed"),
    (REQTASK_E_TLS, c"the TLS handshake failed"),
    (REQTASK_E_CERTIFICATE, c"the server's certificate is not trusted"),
    (REQTASK_E_IO, c"the connection broke"),
    (REQTASK_E_PROTOCOL, c"the answer is not valid HTTP"),
    (REQTASK_E_REDIRECT, c"there were too many redirects, or one that may not be followed"),
    (REQTASK_E_TOO_LARGE, c"the headers or the body exceed their limit"),
    (REQTASK_E_DECODE, c"the body's content coding is damaged"),
];

/// One fixed English sentence for a code, also for unknown codes. Static; never
/// NULL, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_status_text(status: reqtask_status) -> *const c_char {
    SENTENCES
        .iter()
        .find(|(code, _)| *code as i32 == status)
        .map_or(c"an unknown status", |(_, sentence)| sentence)
        .as_ptr()
}
