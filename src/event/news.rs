//! What a listener hears.

use std::sync::Arc;

use super::buf::Block;
use crate::http::{Failure, Phase};
use crate::task::Response;

/// The kinds of listeners. The numbers are the C ABI's `REQTASK_EVENT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum EventKind {
    /// The head of the final answer.
    Headers = 1,
    /// Some body bytes, decoded.
    Chunk = 2,
    /// How far sending and receiving are.
    Progress = 3,
    /// The end.
    Complete = 4,
}

/// Body bytes moved so far; -1 for a total that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Of the request's body.
    pub sent: i64,
    /// Of the request's body.
    pub send_total: i64,
    /// Of the answer's body, before decoding.
    pub received: i64,
    /// Of the answer's body, before decoding.
    pub receive_total: i64,
}

/// How a task ended.
#[derive(Clone, Debug)]
pub struct Completion {
    /// `None`: the answer was read to its end.
    pub failure: Option<Failure>,
    /// The step it ended in.
    pub phase: Phase,
    /// What came, if a head came.
    pub response: Option<Arc<Response>>,
}

/// One event, valid during the call.
#[derive(Debug)]
pub enum Event<'a> {
    /// The head of the final answer.
    Headers(&'a Arc<Response>),
    /// Body bytes and their offset in the body.
    Chunk(u64, &'a Arc<Block>),
    /// Newest figures.
    Progress(Progress),
    /// The end.
    Complete(&'a Completion),
}

/// Told that events wait (queued delivery). Dropping the last reference gives its user data back.
pub type Wakeup = Arc<dyn Fn() + Send + Sync>;
