//! When things happened to a task.

use std::mem::offset_of;

use super::guard::guard;
use super::shared::try_shared;
use super::status::reqtask_status;
use super::tagged::{Tagged, fill};
use super::types::reqtask_response;
use crate::http::Mark;
use crate::task::Response;

/// When things happened: microseconds after reqtask_start, or REQTASK_UNKNOWN.
/// On a reused connection resolve, connect and tls did not happen. After
/// redirects all but redirect_start and redirect_end are those of the last
/// request.
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_timing {
    /// Set to sizeof before the call.
    pub struct_size: u32,
    /// 0 or 1.
    pub connection_reused: u32,
    /// Wall clock at reqtask_start, microseconds since 1970.
    pub start_unix_us: i64,
    /// A worker took the task.
    pub dequeued: i64,
    /// The first request that was redirected began.
    pub redirect_start: i64,
    /// The last redirecting answer was read.
    pub redirect_end: i64,
    /// Name lookup began.
    pub resolve_start: i64,
    /// Name lookup ended.
    pub resolve_end: i64,
    /// The first connect call.
    pub connect_start: i64,
    /// Connected, through the proxy where there is one.
    pub connect_end: i64,
    /// The TLS handshake began.
    pub tls_start: i64,
    /// The TLS handshake ended.
    pub tls_end: i64,
    /// First byte of the request.
    pub request_start: i64,
    /// Last byte of the request.
    pub request_end: i64,
    /// First byte of the answer.
    pub response_start: i64,
    /// Last byte of the answer.
    pub response_end: i64,
    /// On the wire, headers and TLS included.
    pub bytes_sent: u64,
    /// On the wire, headers and TLS included.
    pub bytes_received: u64,
}

// SAFETY: repr(C), and struct_size is its first field.
unsafe impl Tagged for reqtask_timing {
    const LEAST: usize = offset_of!(reqtask_timing, start_unix_us);
}

/// Fills *timing up to its struct_size, and sets struct_size to what was filled.
/// Final once the task has completed. REQTASK_E_INVALID_ARG as in
/// reqtask_response_read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_response_timing(
    response: *const reqtask_response,
    timing: *mut reqtask_timing,
) -> reqtask_status {
    guard! {
        let response = try_shared!(response);
        // SAFETY: NULL, or C's own struct of as many bytes as its struct_size says (rule 9).
        unsafe { fill(timing, "timing", |struct_size| timing_of(&response, struct_size)) }
    }
}

fn timing_of(response: &Response, struct_size: u32) -> reqtask_timing {
    let exchange = &response.exchange;
    let at = |mark| exchange.marked(mark);
    let (bytes_sent, bytes_received) = exchange.wire_bytes();
    reqtask_timing {
        struct_size,
        connection_reused: response.reused.into(),
        start_unix_us: exchange.start_unix_us(),
        dequeued: at(Mark::Dequeued),
        redirect_start: at(Mark::RedirectStart),
        redirect_end: at(Mark::RedirectEnd),
        resolve_start: at(Mark::ResolveStart),
        resolve_end: at(Mark::ResolveEnd),
        connect_start: at(Mark::ConnectStart),
        connect_end: at(Mark::ConnectEnd),
        tls_start: at(Mark::TlsStart),
        tls_end: at(Mark::TlsEnd),
        request_start: at(Mark::RequestStart),
        request_end: at(Mark::RequestEnd),
        response_start: at(Mark::ResponseStart),
        response_end: at(Mark::ResponseEnd),
        bytes_sent,
        bytes_received,
    }
}
