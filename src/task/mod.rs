//! What a request is while it lives: its id, its state, its listeners, its window.
//!
//! The functions here are what `ffi` calls; each takes an id, so that a stale one is harmless.

mod client;
mod draft;
mod refusal;
mod response;

use std::sync::Arc;
use std::time::Duration;

pub use client::Client;
pub use draft::{Draft, Payload};
pub use refusal::{Refusal, Refused};
pub use response::{Response, Text};

use crate::event::{EventKind, Listener};

/// See `reqtask_start`.
pub fn start(_id: u64) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_abort`.
pub fn abort(_id: u64) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_pause`.
pub fn pause(_id: u64) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_resume`.
pub fn resume(_id: u64) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_wait`.
pub fn wait(_id: u64, _timeout: Duration) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_release`.
pub fn release(_id: u64) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_on_headers` and its sisters. On failure the listener is dropped.
pub fn listen(_id: u64, _kind: EventKind, _listener: Listener) -> Result<u64, Refusal> {
    unimplemented!()
}

/// See `reqtask_off`; `None` removes all of the kind.
pub fn unlisten(
    _id: u64,
    _kind: EventKind,
    _listener: Option<u64>,
    _wait: bool,
) -> Result<(), Refusal> {
    unimplemented!()
}

/// See `reqtask_response_get`.
pub fn response(_id: u64) -> Result<Arc<Response>, Refusal> {
    unimplemented!()
}
