//! The only door for C: checks pointers, catches panics, turns C words into Rust words.
//!
//! Each exported function is three movements: `guard!`, conversions that shadow the parameters (`try_…!`), one line of
//! work in the layer below. One module per noun of `reqtask.h`; the header is generated from the comments here, and
//! `include/reqtask.h.in` says in which order. What C promises in turn stands in the header's rules, once.
#![allow(non_camel_case_types)] // the names are C's
#![allow(clippy::missing_safety_doc)] // the rules at the top of reqtask.h are the safety section of every function

pub mod buf;
pub mod client;
pub mod config;
mod convert;
pub mod event;
mod fork;
mod guard;
pub mod last_error;
pub mod listener;
pub mod log;
pub mod request;
pub mod response;
mod shared;
pub mod status;
mod tagged;
pub mod task;
pub mod timing;
pub mod types;
mod user;
pub mod version;

#[cfg(test)]
mod tests;
