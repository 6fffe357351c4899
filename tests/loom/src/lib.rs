//! Files of `src/`, compiled as they are on loom's locks, threads and atomics, with stand-ins for what they use of the rest.
//! `tests/` has a file of models for each. What is real is named by `#[path]`; all else stands in.
#![allow(dead_code, missing_docs, clippy::new_without_default, clippy::missing_safety_doc)]

pub mod event;
pub mod exec;
pub mod http;
pub mod sync;
pub mod task;

#[path = "../../../src/id_map.rs"]
pub mod id_map;

/// A model whose threads are stopped by others at most so often: enough for the known kinds of race, and done in seconds.
pub fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 20_000;
    builder.check(model);
}
