//! Bytes received before the body: collects them until the final head is there, and swallows interim ones.
//!
//! One limit holds over all heads of a hop. What lies behind the final head stays in the buffer: it is the beginning of the
//! body. The buffer is the thread's and goes back to it; a hop allocates one only for an unusually large head.

use std::cell::Cell;
use std::fmt;

use super::error::{Failure, Kind, Phase};
use super::head::{self, Parsed};

/// What one read asks for: a head and a small body come in one.
const READ_BYTES: usize = 16 * 1024;
/// Most that is held while an answer comes before the request is fully sent.
const HELD_MAX: usize = 256 * 1024;

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Collects heads.
pub struct Intake {
    /// As long as it is allocated; filled up to `filled`.
    bytes: Vec<u8>,
    filled: usize,
    /// Where the current head begins.
    start: usize,
    /// Up to where no end of the current head was found.
    searched: usize,
    /// Bytes of the interim heads so far.
    interim: usize,
    limit: usize,
}

/// What was received may be a secret.
impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} bytes)", self.filled)
    }
}

impl Intake {
    /// For heads of at most `limit` bytes in all.
    pub fn new(limit: usize) -> Intake {
        Intake { bytes: Vec::new(), filled: 0, start: 0, searched: 0, interim: 0, limit }
    }

    /// Room to read into; empty when as much is held as may be.
    pub fn space(&mut self) -> &mut [u8] {
        if self.bytes.is_empty() {
            self.bytes = SPARE.with(Cell::take);
        }
        if self.filled == self.bytes.len() {
            let most = HELD_MAX.max(self.limit.saturating_add(READ_BYTES));
            let len = (self.bytes.len() * 2).clamp(READ_BYTES, most);
            self.bytes.resize(len.max(self.bytes.len()), 0);
        }
        &mut self.bytes[self.filled..]
    }

    /// `n` bytes were read into [`Intake::space`].
    pub fn add(&mut self, n: usize) {
        self.filled += n;
    }

    /// Whether some bytes of a head were received, but not all.
    pub fn is_partial(&self) -> bool {
        self.start < self.filled
    }

    /// The next head, interim or final, once it is complete.
    pub fn next_head(&mut self, phase: Phase) -> Result<Option<Parsed>, Failure> {
        // A stray empty line in front of a head is an old mistake that everybody overlooks (RFC 9112 2.2).
        while self.searched == self.start && matches!(self.held().first(), Some(b'\r' | b'\n')) {
            self.start += 1;
            self.searched += 1;
            self.interim += 1;
        }
        let held = &self.bytes[self.start..self.filled];
        if held.iter().zip(b"HTTP/1.").any(|(got, want)| got != want) {
            return Err(Failure::new(
                Kind::Protocol,
                phase,
                "the answer is not HTTP/1.0 or HTTP/1.1",
            ));
        }
        // The first look is a parse, which mostly succeeds; after that only a new end of lines is worth another.
        let first_look = self.searched == self.start;
        if !held.is_empty() && (first_look || ends_a_head(held, self.searched - self.start)) {
            let refuse = |(kind, sentence)| Failure::new(kind, phase, sentence);
            if let Some((parsed, len)) = head::parse(held).map_err(refuse)? {
                self.check(len, phase)?;
                self.start += len;
                self.searched = self.start;
                if parsed.status < 200 {
                    self.interim += len;
                }
                return Ok(Some(parsed));
            }
        }
        self.searched = self.filled;
        self.check(self.filled - self.start, phase)?;
        Ok(None)
    }

    /// Gives back room that holds nothing, before a wait.
    pub fn shed(&mut self) {
        if self.filled == self.start {
            (self.start, self.filled, self.searched) = (0, 0, 0);
            self.give_back();
        } else {
            self.bytes.truncate(self.filled);
            self.bytes.shrink_to_fit();
        }
    }

    fn give_back(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.len() == READ_BYTES {
            SPARE.with(|spare| spare.set(bytes));
        }
    }

    /// What follows the final head.
    pub fn held(&self) -> &[u8] {
        &self.bytes[self.start..self.filled]
    }

    fn check(&self, head: usize, phase: Phase) -> Result<(), Failure> {
        if self.interim + head <= self.limit {
            return Ok(());
        }
        let sentence = format!("the head of the answer is larger than {} bytes", self.limit);
        Err(Failure::new(Kind::TooLarge, phase, sentence))
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Whether an empty line ends at or behind `from`.
fn ends_a_head(bytes: &[u8], from: usize) -> bool {
    let bytes = &bytes[from.saturating_sub(2)..];
    bytes.iter().enumerate().any(|(i, byte)| {
        *byte == b'\n' && matches!(bytes[i + 1..], [b'\n', ..] | [b'\r', b'\n', ..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &[u8] = b"\r\nHTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 103 X\nL: <a>\n\n\
        HTTP/1.1 200 OK\r\nB: c\r\n d\r\n\r\nbody";

    /// Feeds `bytes` in pieces of `step`: the status of each head, and what is behind the last.
    fn run(bytes: &[u8], step: usize, limit: usize) -> Result<(Vec<u16>, Vec<u8>), Failure> {
        let mut intake = Intake::new(limit);
        let mut found = Vec::new();
        for piece in bytes.chunks(step) {
            intake.space()[..piece.len()].copy_from_slice(piece);
            intake.add(piece.len());
            while found.last() != Some(&200) {
                let Some(head) = intake.next_head(Phase::Headers)? else { break };
                found.push(head.status);
            }
        }
        Ok((found, intake.held().to_vec()))
    }

    #[test]
    fn heads_are_found_however_they_are_split() {
        for step in 1..=HEADS.len() {
            let want = (vec![100, 103, 200], b"body".to_vec());
            assert_eq!(run(HEADS, step, 4096), Ok(want), "{step}");
        }
    }

    #[test]
    fn one_limit_holds_over_all_heads() {
        let all = HEADS.len() - b"body".len();
        for step in [1, 7, HEADS.len()] {
            assert!(run(HEADS, step, all).is_ok());
            let failure = run(HEADS, step, all - 1).expect_err("one byte too many");
            assert_eq!(failure.kind, Kind::TooLarge);
            let endless = [b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &[b'x'; 5000]].concat();
            assert_eq!(run(&endless, step, 4096).expect_err("endless").kind, Kind::TooLarge);
        }
    }

    #[test]
    fn what_is_no_http_is_refused_at_its_first_bytes() {
        for bytes in [&b"<html>"[..], b"SSH-2.0-x\r\n", b"HTTQ", b"\0", b"\r\n\r\nICY 200 OK"] {
            for step in [1, 3, 20] {
                let failure = run(bytes, step, 4096).expect_err("no HTTP");
                assert_eq!(failure.kind, Kind::Protocol, "{bytes:?} by {step}");
            }
        }
    }
}
