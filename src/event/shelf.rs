//! Memory of chunks on its way back to the worker that reads.
//!
//! Where events are queued, a chunk is dropped by another thread than the one that has read it, later. Without this, a large
//! download would take each chunk from the allocator, which gets it back in another thread, returns it to the system and
//! asks for it again, zeroed. Each worker has a shelf, so a stream that is silent has none. It holds what one window's
//! chunks need, and ends with its thread.

use std::cell::OnceCell;
use std::sync::{Arc, Weak};

use crate::sync::{Mutex, lock};

/// Smaller pieces are nothing to save.
const LEAST_BYTES: usize = 16 * 1024;
/// All pieces together.
const MOST_BYTES: usize = 512 * 1024;

thread_local! {
    static MINE: OnceCell<Arc<Shelf>> = const { OnceCell::new() };
}

/// See the module's text.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Any length.
    spare: Mutex<Vec<Vec<u8>>>,
}

impl Shelf {
    /// Where memory of so much capacity is to go when this thread's chunk is dropped; nowhere when it is small.
    pub fn of_this_thread(capacity: usize) -> Weak<Shelf> {
        if capacity < LEAST_BYTES {
            return Weak::new();
        }
        MINE.with(|mine| Arc::downgrade(mine.get_or_init(Arc::default)))
    }

    /// Something that came back to this thread.
    pub fn take() -> Option<Vec<u8>> {
        MINE.with(|mine| lock(&mine.get()?.spare).pop())
    }

    /// Gives memory back, or to the allocator when there is enough.
    pub fn put(&self, bytes: Vec<u8>) {
        let mut spare = lock(&self.spare);
        let held: usize = spare.iter().map(Vec::capacity).sum();
        if held + bytes.capacity() <= MOST_BYTES {
            spare.push(bytes);
        } else {
            drop(spare);
            drop(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_to_the_thread_that_lent_it_and_only_so_much() {
        let home = Shelf::of_this_thread(LEAST_BYTES);
        assert!(Shelf::take().is_none());
        assert!(Shelf::of_this_thread(LEAST_BYTES - 1).upgrade().is_none(), "too small");
        let bytes = vec![7; LEAST_BYTES];
        let at = bytes.as_ptr();
        std::thread::spawn(move || {
            home.upgrade().expect("its thread lives").put(bytes);
            assert!(Shelf::take().is_none(), "not this thread's");
        })
        .join()
        .expect("gives back");
        assert_eq!(Shelf::take().map(|bytes| bytes.as_ptr()), Some(at));

        let shelf = Shelf::of_this_thread(LEAST_BYTES).upgrade().expect("this thread lives");
        for _ in 0..2 * MOST_BYTES / LEAST_BYTES {
            shelf.put(Vec::with_capacity(LEAST_BYTES));
        }
        let mut count = 0;
        while Shelf::take().is_some() {
            count += 1;
        }
        assert_eq!(count, MOST_BYTES / LEAST_BYTES);
    }

    #[test]
    fn a_thread_that_has_ended_has_no_shelf() {
        let home = std::thread::spawn(|| Shelf::of_this_thread(LEAST_BYTES)).join().expect("ends");
        assert!(home.upgrade().is_none());
    }
}
