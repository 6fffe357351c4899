//! The listeners of one task, by kind, in the order they were added.
//!
//! Most tasks have one of a kind or none, which needs no memory of its own. Longer lists are copied on write, so that a
//! delivery can walk one without holding the task's lock. Calling and closing is the listener's business (`event`).

use std::sync::Arc;

use crate::event::{EventKind, Listener};

/// Those of one kind at one moment.
#[derive(Clone, Default)]
pub enum List {
    /// Nobody.
    #[default]
    Empty,
    /// One.
    One(Listener),
    /// Any number but none.
    Many(Arc<Vec<Listener>>),
}

impl List {
    /// All of them.
    pub fn as_slice(&self) -> &[Listener] {
        match self {
            List::Empty => &[],
            List::One(listener) => std::slice::from_ref(listener),
            List::Many(all) => all,
        }
    }

    fn push(&mut self, listener: Listener) {
        *self = match std::mem::take(self) {
            List::Empty => List::One(listener),
            List::One(first) => List::Many(Arc::new(vec![first, listener])),
            List::Many(mut all) => {
                Arc::make_mut(&mut all).push(listener);
                List::Many(all)
            }
        };
    }

    fn remove(&mut self, number: u64) -> List {
        let found = self.as_slice().iter().position(|l| l.number() == number);
        match (found, &mut *self) {
            (None, _) | (_, List::Empty) => List::Empty,
            (Some(at), List::Many(all)) if all.len() > 1 => {
                List::One(Arc::make_mut(all).remove(at))
            }
            _ => std::mem::take(self),
        }
    }
}

/// See the module's text.
#[derive(Default)]
pub struct Listeners {
    lists: [List; 4],
}

impl Listeners {
    /// Adds one.
    pub fn add(&mut self, kind: EventKind, listener: Listener) {
        self.list_mut(kind).push(listener);
    }

    /// Takes one out, or all of a kind.
    pub fn remove(&mut self, kind: EventKind, number: Option<u64>) -> List {
        let list = self.list_mut(kind);
        match number {
            Some(number) => list.remove(number),
            None => std::mem::take(list),
        }
    }

    /// Takes all out.
    pub fn remove_all(&mut self) -> [List; 4] {
        std::mem::take(&mut self.lists)
    }

    /// Those of a kind, as they are now.
    pub fn of(&self, kind: EventKind) -> List {
        self.lists[kind as usize - 1].clone()
    }

    /// Whether there is one of a kind.
    pub fn has(&self, kind: EventKind) -> bool {
        !matches!(self.lists[kind as usize - 1], List::Empty)
    }

    fn list_mut(&mut self, kind: EventKind) -> &mut List {
        &mut self.lists[kind as usize - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::listener;

    fn numbers(list: &List) -> Vec<u64> {
        list.as_slice().iter().map(|l| l.number()).collect()
    }

    #[test]
    fn order_removal_and_snapshots() {
        let mut l = Listeners::default();
        let [a, b, c] = [(); 3].map(|()| {
            let listener = listener(|_, _| ());
            l.add(EventKind::Chunk, listener.clone());
            listener.number()
        });
        assert!(a != b && b != c && a > 0);
        let before = l.of(EventKind::Chunk);
        assert!(numbers(&l.remove(EventKind::Headers, Some(a))).is_empty(), "of another kind");
        assert_eq!(numbers(&l.remove(EventKind::Chunk, Some(b))), [b]);
        assert!(numbers(&l.remove(EventKind::Chunk, Some(b))).is_empty());
        assert_eq!(numbers(&before), [a, b, c], "a snapshot stays");
        assert_eq!(numbers(&l.remove(EventKind::Chunk, Some(a))), [a]);
        assert_eq!(numbers(&l.remove(EventKind::Chunk, Some(c))), [c], "the last of many");
        assert!(!l.has(EventKind::Chunk));
        l.add(EventKind::Chunk, listener(|_, _| ()));
        assert_eq!(l.remove(EventKind::Chunk, None).as_slice().len(), 1);
        assert!(!l.has(EventKind::Chunk));
    }
}
