//! The events of one task that are not delivered yet, and the window that bounds their bytes. A pure structure.
//!
//! Order: headers, then chunks with progress mixed in, then (by the task) the completion. Progress keeps only its newest
//! figures. Bytes leave the window when their delivery begins; what the app retains does not count.
//!
//! | | reading may go on |
//! | --- | --- |
//! | fewer undelivered bytes than the window | up to the difference |
//! | window full | not until it is half empty, so that a stream is not parked and woken for each chunk |

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::{Block, Progress};

/// See the module's text.
#[derive(Debug)]
pub struct Mailbox {
    items: VecDeque<Item>,
    held_bytes: usize,
    window_bytes: usize,
    /// The reader was told that there is no room, and has to be told when there is.
    full: bool,
    pub progress: Progress,
    progress_due: bool,
    /// The last thing taken was progress: chunks first, then.
    progress_last: bool,
}

/// What waits.
#[derive(Debug)]
pub enum Item {
    /// The head of the answer.
    Headers,
    /// Bytes and their offset.
    Chunk(u64, Arc<Block>),
    /// The newest figures.
    Progress(Progress),
}

impl Mailbox {
    /// Empty.
    pub fn new(window_bytes: usize, send_total: Option<u64>) -> Mailbox {
        Mailbox {
            items: VecDeque::new(),
            held_bytes: 0,
            window_bytes,
            full: false,
            progress: Progress {
                sent: 0,
                send_total: send_total.map_or(-1, |n| n as i64),
                received: 0,
                receive_total: -1,
            },
            progress_due: false,
            progress_last: false,
        }
    }

    /// The head of the answer came.
    pub fn put_headers(&mut self) {
        self.items.push_back(Item::Headers);
    }

    /// Bytes came.
    pub fn put_chunk(&mut self, offset: u64, block: Arc<Block>) {
        self.held_bytes += block.len();
        self.items.push_back(Item::Chunk(offset, block));
    }

    /// The figures have changed and somebody listens.
    pub fn put_progress(&mut self) {
        self.progress_due = true;
    }

    /// What is to be delivered next.
    pub fn take(&mut self) -> Option<Item> {
        let chunk_next = matches!(self.items.front(), Some(Item::Chunk(..)));
        if self.progress_due && (self.items.is_empty() || chunk_next && !self.progress_last) {
            self.progress_due = false;
            self.progress_last = true;
            return Some(Item::Progress(self.progress));
        }
        let item = self.items.pop_front()?;
        if let Item::Chunk(_, block) = &item {
            self.held_bytes -= block.len();
            self.progress_last = false;
        }
        Some(item)
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.items.len() + usize::from(self.progress_due)
    }

    /// Bytes that may be read now; 0 means that the reader waits for `reopened`.
    pub fn room(&mut self) -> usize {
        let open = !self.full || self.held_bytes <= self.window_bytes / 2;
        let room = if open { self.window_bytes.saturating_sub(self.held_bytes) } else { 0 };
        self.full = room == 0;
        room
    }

    /// After a `take`: whether a reader that waits for room is to be told.
    pub fn reopened(&mut self) -> bool {
        let reopened = self.full && self.held_bytes <= self.window_bytes / 2;
        if reopened {
            self.full = false;
        }
        reopened
    }

    /// Nobody listens: bytes may not hold up the transfer. The oldest go until there is room for a full read again.
    pub fn make_room(&mut self, bytes: usize) -> Vec<Item> {
        let mut gone = Vec::new();
        while self.held_bytes > 0 && self.held_bytes + bytes > self.window_bytes {
            let Some(at) = self.items.iter().position(|i| matches!(i, Item::Chunk(..))) else {
                break;
            };
            let item = self.items.remove(at).expect("just found");
            if let Item::Chunk(_, block) = &item {
                self.held_bytes -= block.len();
            }
            gone.push(item);
        }
        gone
    }

    /// Abort: nothing that waits is delivered. The caller drops the items outside its lock.
    pub fn clear(&mut self) -> VecDeque<Item> {
        self.held_bytes = 0;
        self.progress_due = false;
        std::mem::take(&mut self.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(n: usize) -> Arc<Block> {
        Block::new(vec![0; n])
    }

    fn drain(m: &mut Mailbox) -> String {
        let mut out = String::new();
        while let Some(item) = m.take() {
            out.push(match item {
                Item::Headers => 'h',
                Item::Chunk(..) => 'c',
                Item::Progress(_) => 'p',
            });
        }
        out
    }

    #[test]
    fn headers_first_then_chunks_with_progress_mixed_in() {
        let mut m = Mailbox::new(100, None);
        m.put_headers();
        m.put_progress();
        m.put_chunk(0, block(1));
        m.put_progress();
        m.put_chunk(1, block(1));
        assert_eq!(m.len(), 4, "progress collapses");
        assert_eq!(drain(&mut m), "hpcc");
        m.put_progress();
        assert_eq!(drain(&mut m), "p", "the newest is not lost");
    }

    #[test]
    fn the_window_is_never_exceeded_and_reopens_at_half() {
        let mut m = Mailbox::new(10, None);
        assert_eq!(m.room(), 10);
        m.put_chunk(0, block(4));
        m.put_chunk(4, block(4));
        assert_eq!(m.room(), 2);
        m.put_chunk(8, block(2));
        assert_eq!(m.room(), 0);
        m.take();
        assert!(!m.reopened(), "6 of 10 wait");
        assert_eq!(m.room(), 0);
        m.take();
        assert!(m.reopened());
        assert!(!m.reopened(), "told once");
        assert_eq!(m.room(), 8);
    }

    #[test]
    fn unheard_bytes_make_room_and_clearing_empties_the_window() {
        let mut m = Mailbox::new(10, None);
        m.put_headers();
        m.put_chunk(0, block(6));
        m.put_chunk(6, block(4));
        assert_eq!(m.make_room(5).len(), 1);
        assert_eq!(m.room(), 6);
        m.put_progress();
        assert_eq!(m.clear().len(), 2);
        assert_eq!((m.room(), m.len()), (10, 0));
    }
}
