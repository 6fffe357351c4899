//! What a job needs of the task it runs for. The task implements it; jobs know nothing else of tasks.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::admission::Host;
use crate::http::{Exchange, Failure, Head, Request};

/// See the module's text. All functions are called by one worker at a time.
pub trait Owner: Send + Sync + fmt::Debug {
    /// Names the task while it is parked.
    fn id(&self) -> u64;

    /// Where it goes, where hosts are limited.
    fn host(&self) -> Option<Host>;

    /// Cancel flag, deadlines, clock; the same one from the first call on.
    fn exchange(&self) -> Arc<Exchange>;

    /// A worker is there. `None`: the task is over already.
    fn begin(&self) -> Option<Request>;

    /// The head of the final answer came, from `url`, after so many redirects.
    fn head(&self, head: Head, url: &str, redirects: u32);

    /// How many bytes the job may read now; 0 means that the window is full.
    fn room(&self) -> usize;

    /// Whether events are held back: the read-idle clock stands still.
    fn paused(&self) -> bool;

    /// When that last ended: the read-idle clock has gone on from there.
    fn resumed_at(&self) -> Option<Instant>;

    /// Decoded bytes from `offset`. The vector comes back, when nobody kept it, for the next read.
    fn chunk(&self, offset: u64, bytes: Vec<u8>) -> Option<Vec<u8>>;

    /// A vector of this thread's that somebody did keep and has given back meanwhile.
    fn spare(&self) -> Option<Vec<u8>>;

    /// Whether the whole body is to be handed to `end`.
    fn keeps_body(&self) -> bool;

    /// Largest decoded body.
    fn body_max(&self) -> Option<u64>;

    /// Body bytes received so far, before decoding, and how many there will be.
    fn received(&self, bytes: u64, total: Option<u64>);

    /// To tell the app now what waits for it. Any worker, also while another runs the transfer.
    fn tell(&self);

    /// The transfer is over; the last call.
    fn end(&self, result: Result<(), Failure>, body: Option<Vec<u8>>);
}
