//! Listeners: adding them to a task and removing them.

use std::ffi::c_void;

use super::convert::{Out, invalid, try_callback};
use super::event::{
    message_of, reqtask_chunk_event, reqtask_complete_event, reqtask_headers_event,
    reqtask_progress_event,
};
use super::guard::guard;
use super::status::reqtask_status;
use super::types::{reqtask_destroy_fn, reqtask_id, reqtask_listener};
use super::user::User;
use crate::event::{Event, EventKind, Listener, listener};
use crate::task::{self, Refusal};

/// See reqtask_on_headers.
pub type reqtask_headers_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, ev: *const reqtask_headers_event)>;
/// See reqtask_on_chunk.
pub type reqtask_chunk_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, ev: *const reqtask_chunk_event)>;
/// See reqtask_on_progress.
pub type reqtask_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, ev: *const reqtask_progress_event)>;
/// See reqtask_on_complete.
pub type reqtask_complete_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, ev: *const reqtask_complete_event)>;

/// Flags for reqtask_off.
#[repr(C)]
pub enum reqtask_off_flag {
    /// Sleep until the listener's destroy has returned.
    REQTASK_OFF_WAIT = 1,
}

/// Adds a listener for the headers of the final answer; called once per task
/// that gets one. out may be NULL if you will not remove it by name.
/// REQTASK_E_STATE: the task's completion has already been delivered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_on_headers(
    task: reqtask_id,
    r#fn: reqtask_headers_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
    out: *mut reqtask_listener,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let r#fn = try_callback!(r#fn);
        listen(task, EventKind::Headers, out, listener(move |id, event| {
            if let Event::Headers(response) = event {
                let ev = reqtask_headers_event::new(id, response);
                // SAFETY: C registered this function for this user, which is alive; the event lives through the call.
                unsafe { r#fn(user.pointer(), &ev) }
            }
        }))
    }
}

/// Adds a listener for body bytes, as they come. out and errors are as in
/// reqtask_on_headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_on_chunk(
    task: reqtask_id,
    r#fn: reqtask_chunk_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
    out: *mut reqtask_listener,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let r#fn = try_callback!(r#fn);
        listen(task, EventKind::Chunk, out, listener(move |id, event| {
            if let Event::Chunk(offset, block) = event {
                let ev = reqtask_chunk_event::new(id, *offset, block);
                // SAFETY: as in reqtask_on_headers.
                unsafe { r#fn(user.pointer(), &ev) }
            }
        }))
    }
}

/// Adds a listener for how far sending and receiving are. out and errors are as
/// in reqtask_on_headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_on_progress(
    task: reqtask_id,
    r#fn: reqtask_progress_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
    out: *mut reqtask_listener,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let r#fn = try_callback!(r#fn);
        listen(task, EventKind::Progress, out, listener(move |id, event| {
            if let Event::Progress(progress) = event {
                let ev = reqtask_progress_event::new(id, *progress);
                // SAFETY: as in reqtask_on_headers.
                unsafe { r#fn(user.pointer(), &ev) }
            }
        }))
    }
}

/// Adds a listener for the end of the task; called exactly once per started
/// task (see reqtask_start). out and errors are as in reqtask_on_headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_on_complete(
    task: reqtask_id,
    r#fn: reqtask_complete_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
    out: *mut reqtask_listener,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let r#fn = try_callback!(r#fn);
        listen(task, EventKind::Complete, out, listener(move |id, event| {
            if let Event::Complete(end) = event {
                let message = message_of(end);
                let ev = reqtask_complete_event::new(id, end, &message);
                // SAFETY: as in reqtask_on_headers.
                unsafe { r#fn(user.pointer(), &ev) }
            }
        }))
    }
}

/// Removes one listener, or all of one kind when listener is 0 (removing none is
/// then still REQTASK_OK). event is one of REQTASK_EVENT_*.
///
/// When this returns, no new call of the listener starts. With queued delivery,
/// on the thread that dispatches, that means it is never called again and its
/// destroy has run. With direct delivery one call that had already begun may
/// still be finishing on a worker: destroy(user) runs as soon as it has. Pass
/// REQTASK_OFF_WAIT to sleep until destroy has returned - but not while holding
/// a lock which the listener takes. A listener may remove itself; its destroy
/// then runs right after it returns.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_off(
    task: reqtask_id,
    event: u32,
    listener: reqtask_listener,
    flags: u32,
) -> reqtask_status {
    guard! {
        let event = try_kind(event)?;
        let wait = try_flags(flags)?;
        task::unlisten(task, event, (listener != 0).then_some(listener), wait)
    }
}

fn listen(
    task: u64,
    kind: EventKind,
    out: *mut reqtask_listener,
    listener: Listener,
) -> Result<(), Refusal> {
    let number = listener.number();
    task::listen(task, kind, listener)?;
    if let Some(out) = Out::new(out) {
        out.set(number);
    }
    Ok(())
}

fn try_kind(event: u32) -> Result<EventKind, Refusal> {
    [EventKind::Headers, EventKind::Chunk, EventKind::Progress, EventKind::Complete]
        .into_iter()
        .find(|kind| *kind as u32 == event)
        .ok_or_else(|| invalid(format!("event must be one of REQTASK_EVENT_*, not {event}")))
}

fn try_flags(flags: u32) -> Result<bool, Refusal> {
    let wait = reqtask_off_flag::REQTASK_OFF_WAIT as u32;
    match flags & !wait {
        0 => Ok(flags & wait != 0),
        unknown => {
            Err(invalid(format!("flags holds {unknown:#x}, which this build does not know")))
        }
    }
}
