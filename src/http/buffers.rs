//! The buffer that a request is written into: the head by [`super::request_head`], the body by ureq.
//!
//! Where a body follows, its first piece stands behind the head, so that both leave in one system call. The rest of a body
//! does not come here.
//! Nothing is ever read through ureq but "100 Continue", because the answer is taken out of its hands ([`super::transport`]).

use std::cell::Cell;
use std::fmt;

use http::Method;
use ureq::unversioned::transport::Buffers;

/// The first piece of a request body.
const PIECE_BYTES: usize = 8 * 1024;
/// Room for the head that ureq writes, which is not sent; besides the method.
const UREQ_HEAD_BYTES: usize = 256;
/// Larger buffers are not kept for the thread's next request.
const SPARE_MAX: usize = 16 * 1024;
/// The one interim answer that ureq asks for, without the fields that it would not accept (RFC 9110 15.2).
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// See the module's text.
pub struct Outbox {
    bytes: Vec<u8>,
    filled: usize,
    /// What ureq has not yet read of [`CONTINUE`].
    input: &'static [u8],
    progress: bool,
}

/// What waits in it may be a secret.
impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} bytes)", self.filled)
    }
}

impl Default for Outbox {
    /// Empty, on the buffer that this thread used last.
    fn default() -> Outbox {
        Outbox { bytes: SPARE.with(Cell::take), filled: 0, input: b"", progress: false }
    }
}

impl Outbox {
    /// Adds a part of the head.
    pub fn put(&mut self, part: &[u8]) {
        self.make_room(part.len());
        self.bytes[self.filled..self.filled + part.len()].copy_from_slice(part);
        self.filled += part.len();
    }

    /// The head is whole: makes room for what ureq writes behind it.
    pub fn prepare(&mut self, method: &Method, body: u64) {
        let ureqs = UREQ_HEAD_BYTES + method.as_str().len();
        self.make_room(ureqs.max(body.min(PIECE_BYTES as u64) as usize));
    }

    fn make_room(&mut self, len: usize) {
        let len = self.filled + len;
        if self.bytes.len() < len {
            self.bytes.resize(len.next_multiple_of(1024), 0);
        }
    }

    /// ureq has written `n` more bytes.
    pub fn add(&mut self, n: usize) {
        self.filled += n;
    }

    /// What is to be sent.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[..self.filled]
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
