//! All tasks of the process by id. Ids count up from 1, so none is ever used twice, and stay below 2^53.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use once_cell::sync::Lazy;

use super::task::Task;

static TASKS: Lazy<RwLock<HashMap<u64, Arc<Task>, ById>>> = Lazy::new(RwLock::default);

type ById = BuildHasherDefault<IdHasher>;

/// Ids are distinct already; spreading their low bits over the high ones is all that the table needs.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

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
    write().remove(&id)
}

/// All tasks that `belongs` is true of.
pub fn all(belongs: impl Fn(&Task) -> bool) -> Vec<Arc<Task>> {
    let tasks = TASKS.read().unwrap_or_else(PoisonError::into_inner);
    tasks.values().filter(|t| belongs(t)).cloned().collect()
}

fn write() -> std::sync::RwLockWriteGuard<'static, HashMap<u64, Arc<Task>, ById>> {
    TASKS.write().unwrap_or_else(PoisonError::into_inner)
}
