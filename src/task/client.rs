//! A client: what its tasks share.

use std::sync::Arc;
use std::time::Duration;

use super::draft::Draft;
use super::refusal::Refusal;
use crate::event::Wakeup;
use crate::options::Options;

/// Many tasks, one connection pool, one way of delivery.
#[derive(Debug)]
pub struct Client {}

impl Client {
    /// A client with these options. With a wakeup, delivery is queued. Threads start with the first task.
    pub fn new(_options: &Options, _wakeup: Option<Wakeup>) -> Result<Arc<Client>, Refusal> {
        unimplemented!()
    }

    /// Makes a task; see `reqtask_create`.
    pub fn create(self: &Arc<Client>, _draft: &Draft) -> Result<u64, Refusal> {
        unimplemented!()
    }

    /// See `reqtask_client_dispatch`.
    pub fn dispatch(&self, _max_events: u32, _timeout: Duration) -> Result<u32, Refusal> {
        unimplemented!()
    }

    /// See `reqtask_client_close`. The caller drops its reference afterwards, also on `Refused::Timeout`; on
    /// `Refused::Reentrant` nothing was done.
    pub fn close(&self, _wait: Duration) -> Result<(), Refusal> {
        unimplemented!()
    }
}
