//! Tasks, by id.

use std::time::Duration;

use super::convert::{try_out, try_ref};
use super::guard::guard;
use super::request::reqtask_request;
use super::shared::try_shared;
use super::status::reqtask_status;
use super::types::{reqtask_client, reqtask_id};
use crate::task;

/// Makes a task from a request, which may then be reused or freed. Nothing is
/// sent yet: attach listeners, then start. Every id must be given to
/// reqtask_release in the end, unless REQTASK_OPT_AUTO_RELEASE is set.
/// REQTASK_E_INVALID_ARG: the parts of the request do not fit each other.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_create(
    client: *mut reqtask_client,
    request: *const reqtask_request,
    out: *mut reqtask_id,
) -> reqtask_status {
    guard! {
        let client = try_shared!(client);
        let request = try_ref!(request);
        let out = try_out!(out);
        out.set(client.create(&request.draft)?);
        Ok(())
    }
}

/// Hands the task to the workers. After REQTASK_OK exactly one completion event
/// follows, whatever happens, unless you release the task or close the client
/// first. After a failure there is none. REQTASK_E_STATE: already started;
/// REQTASK_E_BUSY: queue full; REQTASK_E_NO_MEMORY: there is no worker thread and
/// none can be started. A task that was not started may be started again.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_start(task: reqtask_id) -> reqtask_status {
    guard! { task::start(task) }
}

/// Cancels a started task. When this returns, no headers, chunk or progress
/// listener call starts any more, and blocked network work is being torn down.
/// The completion event still comes, with REQTASK_E_ABORTED, soon but not from
/// inside this call. With queued delivery an abort wins as long as the
/// completion has not begun to be delivered. Calling it again does no harm.
/// With direct delivery the connection is closed as soon as the completion
/// listeners have returned: keep them short. REQTASK_E_STATE: the task was not
/// started, or had already finished and keeps its result.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_abort(task: reqtask_id) -> reqtask_status {
    guard! { task::abort(task) }
}

/// Holds back this task's events, the completion included, until
/// reqtask_resume; an abort still completes at once. Up to
/// REQTASK_OPT_WINDOW_BYTES are read meanwhile, then the connection is left to
/// fill up, which slows the server down. The read-idle clock stands still; the
/// total timeout runs on.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_pause(task: reqtask_id) -> reqtask_status {
    guard! { task::pause(task) }
}

/// Undoes reqtask_pause. Both may be called in any state and do not nest.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_resume(task: reqtask_id) -> reqtask_status {
    guard! { task::resume(task) }
}

/// Waits until the transfer is over and, with direct delivery, its completion
/// listeners have returned. REQTASK_E_TIMEOUT after timeout_ms (0: just look).
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_wait(task: reqtask_id, timeout_ms: u32) -> reqtask_status {
    guard! { task::wait(task, Duration::from_millis(timeout_ms.into())) }
}

/// Gives up a task: aborts it if it runs, removes all listeners, forgets the id.
/// No listener call starts after this returns and no completion comes. Safe from
/// a finalizer, a listener, any thread.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_release(task: reqtask_id) -> reqtask_status {
    guard! { task::release(task) }
}
