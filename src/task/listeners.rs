//! The listeners of one task, by kind, in the order they were added.
//!
//! Lists are copied on write, so that a delivery can walk one without holding the task's lock. Calling and closing is the
//! slot's business (`event::slot`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::slot::Slot;
use crate::event::{EventKind, Listener};

/// A registered listener.
pub type Entry = (u64, Arc<Slot<Listener>>);

/// Those of one kind at one moment; `None` is an empty list without memory.
pub type List = Option<Arc<Vec<Entry>>>;

/// See the module's text.
#[derive(Default)]
pub struct Listeners {
    lists: [List; 4],
}

impl Listeners {
    /// Adds one; its number is never 0 and never used again in this process.
    pub fn add(&mut self, kind: EventKind, slot: Arc<Slot<Listener>>) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let list = self.list_mut(kind).get_or_insert_default();
        Arc::make_mut(list).push((number, slot));
        number
    }

    /// Takes one out, or all of a kind.
    pub fn remove(&mut self, kind: EventKind, number: Option<u64>) -> Vec<Entry> {
        let list = self.list_mut(kind);
        let Some(number) = number else {
            return list.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        };
        let Some(entries) = list else { return Vec::new() };
        let Some(at) = entries.iter().position(|(n, _)| *n == number) else { return Vec::new() };
        let entry = Arc::make_mut(entries).remove(at);
        if entries.is_empty() {
            *list = None;
        }
        vec![entry]
    }

    /// Those of a kind, as they are now.
    pub fn of(&self, kind: EventKind) -> List {
        self.lists[kind as usize - 1].clone()
    }

    /// Whether there is one of a kind.
    pub fn has(&self, kind: EventKind) -> bool {
        self.lists[kind as usize - 1].is_some()
    }

    fn list_mut(&mut self, kind: EventKind) -> &mut List {
        &mut self.lists[kind as usize - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> Arc<Slot<Listener>> {
        Arc::new(Slot::new(Box::new(|_, _| ())))
    }

    #[test]
    fn order_removal_and_snapshots() {
        let mut l = Listeners::default();
        let a = l.add(EventKind::Chunk, slot());
        let b = l.add(EventKind::Chunk, slot());
        assert!(a != b && a > 0);
        let before = l.of(EventKind::Chunk).expect("two");
        assert_eq!(l.remove(EventKind::Headers, Some(a)).len(), 0, "of another kind");
        assert_eq!(l.remove(EventKind::Chunk, Some(a)).len(), 1);
        assert_eq!(l.remove(EventKind::Chunk, Some(a)).len(), 0);
        assert_eq!(before.iter().map(|e| e.0).collect::<Vec<_>>(), [a, b], "a snapshot stays");
        assert_eq!(l.remove(EventKind::Chunk, None).len(), 1);
        assert!(!l.has(EventKind::Chunk));
    }
}
