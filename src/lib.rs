//! HTTP request tasks that you can watch and cancel from any thread.
//!
//! ```text
//!  ffi      the only door for C: checks pointers, catches panics
//!   │
//!  task, event, options    what a request is while it lives; how news of it reaches the app
//!   │
//!  exec     who runs it: pool, admission, parking; job.rs is one task from dequeue to completion
//!   │
//!  http     one blocking request that can be hurried, stopped or waited for
//! ```
//! Arrows point down only; `tests/layers.rs` holds the code to that.
#![deny(unsafe_op_in_unsafe_fn, missing_docs, clippy::undocumented_unsafe_blocks)]

pub mod event;
pub mod exec;
pub mod ffi;
pub mod http;
mod id_map;
pub mod log;
pub mod options;
mod sync;
pub mod task;
