//! How news of a task reaches the app: in order, one at a time, directly or through a queue.

pub mod buf;
pub mod depth;
mod listener;
mod news;
pub mod queue;
pub mod shelf;
pub mod slot;

pub use buf::Block;
pub use listener::{Hear, Listener, listener};
pub use news::{Completion, Event, EventKind, Progress, Wakeup};
pub use shelf::Shelf;
