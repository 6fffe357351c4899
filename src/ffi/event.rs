//! What listeners are handed. The structs stand on the stack of the thread that delivers, for the time of the call.

use std::sync::Arc;

use super::response::header_view;
use super::shared::lend;
use super::status::{self, reqtask_status};
use super::types::{
    reqtask_bytes, reqtask_header, reqtask_id, reqtask_response, reqtask_str, text,
};
use crate::event::{Block, Completion, Progress};
use crate::task::{Response, Text};

/// Listener kinds, for reqtask_off.
#[repr(C)]
pub enum reqtask_event {
    /// See reqtask_on_headers.
    REQTASK_EVENT_HEADERS = 1,
    /// See reqtask_on_chunk.
    REQTASK_EVENT_CHUNK = 2,
    /// See reqtask_on_progress.
    REQTASK_EVENT_PROGRESS = 3,
    /// See reqtask_on_complete.
    REQTASK_EVENT_COMPLETE = 4,
}

/// The headers of the final answer (redirects followed are not reported).
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_headers_event {
    /// What the library filled.
    pub struct_size: u32,
    /// 200 to 999.
    pub http_status: u32,
    /// Whose.
    pub task: reqtask_id,
    /// In the order received.
    pub headers: *const reqtask_header,
    /// How many.
    pub header_count: usize,
}

/// Some body bytes, decoded, never empty. Keep them without copying by
/// reqtask_buf_retain(bytes.buf).
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_chunk_event {
    /// What the library filled.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Whose.
    pub task: reqtask_id,
    /// Of these bytes in the body.
    pub offset: u64,
    /// The bytes.
    pub bytes: reqtask_bytes,
}

/// Body bytes moved so far. With queued delivery only the newest is kept.
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_progress_event {
    /// What the library filled.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Whose.
    pub task: reqtask_id,
    /// Of the request's body.
    pub sent: i64,
    /// Or REQTASK_UNKNOWN.
    pub send_total: i64,
    /// Of the answer's body as on the wire, before decoding.
    pub received: i64,
    /// Or REQTASK_UNKNOWN.
    pub receive_total: i64,
}

/// The end of a task.
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_complete_event {
    /// What the library filled.
    pub struct_size: u32,
    /// REQTASK_OK, or why it ended early.
    pub status: reqtask_status,
    /// Whose.
    pub task: reqtask_id,
    /// The step it ended in (REQTASK_PHASE_*).
    pub phase: u32,
    /// errno or its like, 0 if none.
    pub os_error: i32,
    /// One sentence; "" when status is REQTASK_OK.
    pub message: reqtask_str,
    /// NULL if no headers came. Borrowed; reqtask_response_get takes a
    /// reference.
    pub response: *const reqtask_response,
}

impl reqtask_headers_event {
    pub(super) fn new(task: u64, response: &Response) -> reqtask_headers_event {
        let headers = header_view(response);
        reqtask_headers_event {
            struct_size: size_of::<Self>() as u32,
            http_status: response.status.into(),
            task,
            headers: headers.as_ptr(),
            header_count: headers.len(),
        }
    }
}

impl reqtask_chunk_event {
    pub(super) fn new(task: u64, offset: u64, block: &Arc<Block>) -> reqtask_chunk_event {
        let struct_size = size_of::<Self>() as u32;
        reqtask_chunk_event { struct_size, reserved: 0, task, offset, bytes: bytes_of(block) }
    }
}

impl reqtask_progress_event {
    pub(super) fn new(task: u64, progress: Progress) -> reqtask_progress_event {
        let Progress { sent, send_total, received, receive_total } = progress;
        let struct_size = size_of::<Self>() as u32;
        reqtask_progress_event {
            struct_size,
            reserved: 0,
            task,
            sent,
            send_total,
            received,
            receive_total,
        }
    }
}

impl reqtask_complete_event {
    /// `message` is [`message_of`] the completion; it must outlive the event.
    pub(super) fn new(
        task: u64,
        end: &Completion,
        message: &Option<Text>,
    ) -> reqtask_complete_event {
        let failure = end.failure.as_ref();
        reqtask_complete_event {
            struct_size: size_of::<Self>() as u32,
            status: failure.map_or(status::OK, |f| status::of_failure(f.kind)),
            task,
            phase: end.phase as u32,
            os_error: failure.map_or(0, |f| f.os_error),
            message: text(message.as_ref().map_or(b"\0", Text::with_nul)),
            response: end
                .response
                .as_ref()
                .map_or(std::ptr::null(), |r| lend::<reqtask_response>(r).cast_const()),
        }
    }
}

/// The sentence of a failure, with the NUL that C wants behind it.
pub(super) fn message_of(end: &Completion) -> Option<Text> {
    end.failure.as_ref().map(|failure| Text::new(&failure.message))
}

/// A block as C sees it.
pub(super) fn bytes_of(block: &Arc<Block>) -> reqtask_bytes {
    reqtask_bytes { data: block.as_mut_ptr(), len: block.len(), buf: lend(block) }
}
