//! Why a call was refused. Becomes a C status and the last-error sentence in `ffi::status` only.

use std::fmt;

use crate::exec::NotAdmitted;

/// The kinds of refusal, in the terms of `reqtask.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// NULL, bad UTF-8, bad URL, out of range.
    InvalidArg,
    /// No such task or listener, or not any more.
    NotFound,
    /// Not in a state for this.
    State,
    /// Not in this build.
    Unsupported,
    /// Not from inside a listener.
    Reentrant,
    /// Queue full, or another dispatch runs.
    Busy,
    /// The client is closed.
    Closed,
    /// Memory, threads or descriptors ran out.
    NoMemory,
    /// The given time passed.
    Timeout,
}

/// A refused call; nothing was changed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind.
    pub why: Refused,
    /// One sentence that names the culprit.
    pub message: String,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(why: Refused, message: impl Into<String>) -> Refusal {
        Refusal { why, message: message.into() }
    }
}

impl From<NotAdmitted> for Refusal {
    fn from(why: NotAdmitted) -> Refusal {
        match why {
            NotAdmitted::LineIsFull => {
                let message = "REQTASK_OPT_QUEUE_MAX tasks are waiting for a worker already";
                Refusal::new(Refused::Busy, message)
            }
            NotAdmitted::NoThread(error) => {
                let message = format!("no worker thread could be started: {error}");
                Refusal::new(Refused::NoMemory, message)
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
