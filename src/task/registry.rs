//! All tasks of the process by id. Ids count up from 1, so none is ever used twice, and stay below 2^53.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use once_cell::sync::Lazy;

use super::task::Task;
use crate::id_map::IdMap;

static TASKS: Lazy<RwLock<IdMap<Arc<Task>>>> = Lazy::new(RwLock::default);

/// Room for so many tasks is kept for the next burst.
const KEPT: usize = 1024;

/// A new id.
pub fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// From now on the id is known.
pub fn add(task: Arc<Task>) {
    write().insert(task.id(), task);
}

/// The task with this id.
pub fn get(id: u64) -> Option<Arc<Task>> {
    TASKS.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
}

/// From now on the id is stale. One caller gets the task, to release it.
pub fn remove(id: u64) -> Option<Arc<Task>> {
    let mut tasks = write();
    let task = tasks.remove(&id);
    // A burst is over: what it needed is given back.
    if tasks.capacity() > KEPT && tasks.len() < tasks.capacity() / 8 {
        let half = tasks.capacity() / 2;
        tasks.shrink_to(half);
    }
    task
}

/// All tasks that `belongs` is true of.
pub fn all(belongs: impl Fn(&Task) -> bool) -> Vec<Arc<Task>> {
    let tasks = TASKS.read().unwrap_or_else(PoisonError::into_inner);
    tasks.values().filter(|t| belongs(t)).cloned().collect()
}

fn write() -> std::sync::RwLockWriteGuard<'static, IdMap<Arc<Task>>> {
    TASKS.write().unwrap_or_else(PoisonError::into_inner)
}
