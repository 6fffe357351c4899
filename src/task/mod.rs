//! What a request is while it lives: its id, its state, its listeners, its window.
//!
//! The functions here are what `ffi` calls; each takes an id, so that a stale one is harmless.

mod client;
mod delivery;
mod draft;
mod helpers;
mod lease;
mod life;
mod listeners;
mod mailbox;
mod owner;
mod refusal;
mod registry;
mod response;
#[allow(clippy::module_inception)] // The thing itself, beside its parts.
mod task;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use client::Client;
pub use draft::{Draft, Payload};
pub use refusal::{Refusal, Refused};
pub use response::{Response, Text};

use crate::event::{EventKind, Listener, depth};

/// See `reqtask_start`.
pub fn start(id: u64) -> Result<(), Refusal> {
    find(id)?.start()
}

/// See `reqtask_abort`.
pub fn abort(id: u64) -> Result<(), Refusal> {
    find(id)?.abort()
}

/// See `reqtask_pause`.
pub fn pause(id: u64) -> Result<(), Refusal> {
    find(id)?.pause()
}

/// See `reqtask_resume`.
pub fn resume(id: u64) -> Result<(), Refusal> {
    find(id)?.resume()
}

/// See `reqtask_wait`.
pub fn wait(id: u64, timeout: Duration) -> Result<(), Refusal> {
    find(id)?.wait(Instant::now().checked_add(timeout))
}

/// See `reqtask_release`.
pub fn release(id: u64) -> Result<(), Refusal> {
    registry::remove(id).ok_or_else(|| unknown(id))?.release()
}

/// See `reqtask_on_headers` and its sisters. On failure the listener is dropped.
pub fn listen(id: u64, kind: EventKind, listener: Listener) -> Result<(), Refusal> {
    match find(id) {
        Ok(task) => task.listen(kind, listener),
        Err(refusal) => {
            let _inside = depth::Inside::enter();
            drop(listener);
            Err(refusal)
        }
    }
}

/// See `reqtask_off`; `None` removes all of the kind.
pub fn unlisten(
    id: u64,
    kind: EventKind,
    listener: Option<u64>,
    wait: bool,
) -> Result<(), Refusal> {
    find(id)?.unlisten(kind, listener, wait)
}

/// See `reqtask_response_get`.
pub fn response(id: u64) -> Result<Arc<Response>, Refusal> {
    find(id)?.response()
}

fn find(id: u64) -> Result<Arc<task::Task>, Refusal> {
    registry::get(id).ok_or_else(|| unknown(id))
}

fn unknown(id: u64) -> Refusal {
    Refusal::new(Refused::NotFound, format!("there is no task {id}, or not any more"))
}
