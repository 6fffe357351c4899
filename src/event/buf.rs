//! A counted block of bytes that C may keep and, as its only owner, write to.
//!
//! ```text
//!   Arc<Block> ──► Block { Vec<u8> taken apart: ptr, len, capacity; the shelf it goes back to }
//! ```
//! A worker reads into a plain `Vec<u8>`, freezes it into a block, and gets the `Vec` back: at once when nobody kept the
//! block, or else over its shelf. So a long download needs no allocation per chunk. This is the one file outside `ffi` and the sockets with unsafe code: C
//! needs a `*mut u8` from a shared block, which safe Rust cannot make from a `Vec` behind an `Arc`.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use super::shelf::Shelf;

/// See the module's text.
#[derive(Debug)]
pub struct Block {
    ptr: NonNull<u8>,
    len: usize,
    capacity: usize,
    home: Weak<Shelf>,
}

// SAFETY: a Block owns its memory alone, as a Vec<u8> does. Through `&Block` this crate only reads; C writes only as the
// sole owner (reqtask.h, reqtask_bytes), which is the exclusiveness that `&mut` would prove.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// Freezes a vector without copying.
    pub fn new(bytes: Vec<u8>) -> Arc<Block> {
        Block::with_home(bytes, Weak::new())
    }

    /// The same for memory that this thread wants back.
    pub fn lent(bytes: Vec<u8>) -> Arc<Block> {
        let home = Shelf::of_this_thread(bytes.capacity());
        Block::with_home(bytes, home)
    }

    fn with_home(bytes: Vec<u8>, home: Weak<Shelf>) -> Arc<Block> {
        let mut bytes = ManuallyDrop::new(bytes);
        let ptr = NonNull::new(bytes.as_mut_ptr()).expect("a Vec's pointer is never null");
        Arc::new(Block { ptr, len: bytes.len(), capacity: bytes.capacity(), home })
    }

    /// The vector again, if this was the only reference.
    pub fn reclaim(this: Arc<Block>) -> Option<Vec<u8>> {
        let mut block = ManuallyDrop::new(Arc::into_inner(this)?);
        drop(std::mem::take(&mut block.home));
        // SAFETY: the parts came from a Vec in `with_home`, and `block` is never dropped, so they are used once.
        Some(unsafe { Vec::from_raw_parts(block.ptr.as_ptr(), block.len, block.capacity) })
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: ptr and len are those of a live Vec<u8>.
        unsafe { std::slice::from_raw_parts(self.ptr.as_ptr(), self.len) }
    }

    /// For C: writable by a sole owner.
    pub fn as_mut_ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the parts came from a Vec in `with_home` and are given back once.
        let bytes = unsafe { Vec::from_raw_parts(self.ptr.as_ptr(), self.len, self.capacity) };
        if let Some(home) = self.home.upgrade() {
            home.put(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_gives_its_vector_back_only_to_the_sole_owner() {
        let mut v = Vec::with_capacity(100);
        v.extend_from_slice(b"a\0b");
        let at = v.as_ptr();
        let block = Block::new(v);
        let other = block.clone();
        assert!(Block::reclaim(block).is_none());
        assert_eq!(other.as_slice(), b"a\0b");
        let back = Block::reclaim(other).expect("sole owner");
        assert_eq!((back.as_ptr(), back.len(), back.capacity()), (at, 3, 100));
    }

    #[test]
    fn lent_memory_goes_back_to_its_thread_when_the_last_owner_drops_it() {
        let bytes = vec![1; 64 * 1024];
        let at = bytes.as_ptr();
        let block = Block::lent(bytes);
        let kept = block.clone();
        assert!(Block::reclaim(block).is_none() && Shelf::take().is_none());
        std::thread::spawn(move || drop(kept)).join().expect("drops it");
        assert_eq!(Shelf::take().map(|bytes| (bytes.as_ptr(), bytes.len())), Some((at, 64 * 1024)));
    }

    #[test]
    fn an_empty_vector_is_a_block_too() {
        let block = Block::new(Vec::new());
        assert!(block.is_empty() && block.as_slice().is_empty() && !block.as_mut_ptr().is_null());
    }
}
