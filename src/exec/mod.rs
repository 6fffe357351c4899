//! Who runs a request: workers, the order in which tasks get one, and where silent streams wait.
//!
//! `job` is one task from dequeue to completion; read it first.

mod admission;
mod berth;
mod crew;
mod job;
mod line;
mod owner;
mod parking;
mod pool;
mod roles;
mod workers;

pub use admission::Host;
pub use crew::{Crew, CrewShape};
pub use owner::Owner;
pub use pool::{NotAdmitted, Pool, PoolLimits, Ticket, WORKERS_CAP};
