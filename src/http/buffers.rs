//! The buffers that ureq writes a request into.
//!
//! A head is written whole, and where a body follows, its first piece behind it, so that both leave in one system call.
//! Nothing is ever read through ureq but "100 Continue", because the answer is taken out of its hands ([`super::transport`]).

use std::cell::Cell;
use std::ops::Range;

use ureq::unversioned::transport::Buffers;

/// One piece of a request body.
const PIECE_BYTES: usize = 64 * 1024;
/// Larger buffers are not kept for the thread's next request.
const SPARE_MAX: usize = 16 * 1024;
/// The one interim answer that ureq asks for, without the fields that it would not accept (RFC 9110 15.2).
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// See the module's text.
#[derive(Debug)]
pub struct Outbox {
    bytes: Vec<u8>,
    filled: usize,
    /// What ureq has not yet read of [`CONTINUE`].
    input: &'static [u8],
    progress: bool,
}

impl Outbox {
    /// For a head of at most `head` bytes and a body of `body` bytes.
    pub fn new(head: usize, body: u64) -> Outbox {
        let mut bytes = SPARE.with(Cell::take);
        let len = head + body.min(PIECE_BYTES as u64) as usize;
        if bytes.len() < len {
            bytes.resize(len.next_multiple_of(1024), 0);
        }
        Outbox { bytes, filled: 0, input: b"", progress: false }
    }

    /// ureq has written `n` more bytes.
    pub fn add(&mut self, n: usize) {
        self.filled += n;
    }

    /// What is to be sent.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Puts other bytes in the place of `range` of what is to be sent.
    pub fn replace(&mut self, range: Range<usize>, by: &[u8]) {
        let filled = self.filled + by.len() - range.len();
        if self.bytes.len() < filled {
            self.bytes.resize(filled, 0);
        }
        self.bytes.copy_within(range.end..self.filled, range.start + by.len());
        self.bytes[range.start..range.start + by.len()].copy_from_slice(by);
        self.filled = filled;
    }

    /// All of it was sent.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Lets ureq read that it may send the body.
    pub fn allow_body(&mut self) {
        self.input = CONTINUE;
    }
}

impl Buffers for Outbox {
    fn output(&mut self) -> &mut [u8] {
        &mut self.bytes[self.filled..]
    }

    fn input(&self) -> &[u8] {
        self.input
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        &mut []
    }

    fn input_appended(&mut self, _amount: usize) {}

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        self.input = &self.input[amount..];
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        // The first is for chunked requests only, and ours always have a length.
        (&mut [], &mut self.bytes[self.filled..])
    }

    fn can_use_input(&self) -> bool {
        self.progress && !self.input.is_empty()
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        if self.bytes.len() <= SPARE_MAX {
            SPARE.with(|spare| spare.set(std::mem::take(&mut self.bytes)));
        }
    }
}
