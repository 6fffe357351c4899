//! `crate::task` as the real files expect it.

#[path = "../../../../src/task/life.rs"]
pub mod life;
#[path = "../../../../src/task/mailbox.rs"]
pub mod mailbox;
