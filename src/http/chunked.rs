//! The chunked transfer coding, taken off in place (RFC 9112 7.1).
//!
//! Bytes may come in pieces of any size; the state between two pieces is some words, so a stream can be put aside at any
//! byte. Chunk extensions and trailer fields are read over, within limits. Sizes and line ends are taken strictly: a
//! guess here would let one answer bleed into the next. Knows nothing of sockets.

/// A size line with its extensions.
const LINE_MAX: u32 = 16 * 1024;
/// All trailer fields together.
const TRAILER_MAX: u32 = 64 * 1024;

/// Takes the coding off; a new one is at the first size line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dechunker {
    state: State,
    /// In a size line the number so far; in a chunk the bytes to come.
    left: u64,
    /// Bytes of the current line, or of all trailer fields.
    seen: u32,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The first digit of a size.
    #[default]
    SizeStart,
    /// A further digit, or what follows the size.
    Size,
    /// White space behind the size: some servers pad it.
    SizePad,
    /// An extension, up to CR.
    Extension,
    /// The LF of a size line.
    SizeLf,
    /// Bytes of the body.
    Data,
    /// The CR behind a chunk.
    DataCr,
    /// The LF behind a chunk.
    DataLf,
    /// The first byte of a trailer field, or the empty line.
    TrailerStart,
    /// Inside a trailer field.
    Trailer,
    /// The LF of the empty line.
    EndLf,
    /// Nothing of this body follows.
    Ended,
}

/// What became of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// So many bytes of the body now stand at the front.
    pub produced: usize,
    /// So many bytes belonged to this body; fewer than given only at its end.
    pub used: usize,
    /// What is wrong behind the bytes produced.
    pub bad: Option<&'static str>,
}

impl Dechunker {
    /// Whether the last chunk and its trailer were read.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Moves the body's bytes among `bytes` to the front.
    pub fn decode(&mut self, bytes: &mut [u8]) -> Decoded {
        let (mut used, mut produced) = (0, 0);
        while used < bytes.len() && self.state != State::Ended {
            if self.state == State::Data {
                let n = self.left.min((bytes.len() - used) as u64) as usize;
                if used != produced {
                    bytes.copy_within(used..used + n, produced);
                }
                used += n;
                produced += n;
                self.left -= n as u64;
                if self.left == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            match self.step(bytes[used]) {
                Ok(next) => self.state = next,
                Err(bad) => return Decoded { produced, used, bad: Some(bad) },
            }
            used += 1;
        }
        Decoded { produced, used, bad: None }
    }

    /// One byte of framing.
    fn step(&mut self, byte: u8) -> Result<State, &'static str> {
        match self.state {
            State::SizeStart | State::Size | State::SizePad | State::Extension => {
                self.seen += 1;
                if self.seen > LINE_MAX {
                    return Err("a chunk size line of the answer is longer than 16 KB");
                }
                self.size_line(byte)
            }
            State::SizeLf => {
                expect(byte, b'\n', "a chunk size line of the answer does not end in CRLF")?;
                self.seen = 0;
                Ok(if self.left == 0 { State::TrailerStart } else { State::Data })
            }
            State::DataCr => {
                expect(byte, b'\r', "a chunk of the answer does not end in CRLF")?;
                Ok(State::DataLf)
            }
            State::DataLf => {
                expect(byte, b'\n', "a chunk of the answer does not end in CRLF")?;
                Ok(State::SizeStart)
            }
            State::TrailerStart | State::Trailer => {
                self.seen += 1;
                if self.seen > TRAILER_MAX {
                    return Err("the trailer of the answer is larger than 64 KB");
                }
                Ok(match (self.state, byte) {
                    (State::TrailerStart, b'\r') => State::EndLf,
                    (State::Trailer, b'\n') => State::TrailerStart,
                    _ => State::Trailer,
                })
            }
            State::EndLf => {
                expect(byte, b'\n', "the trailer of the answer does not end in CRLF")?;
                Ok(State::Ended)
            }
            State::Data | State::Ended => unreachable!("decode() steps through framing only"),
        }
    }

    fn size_line(&mut self, byte: u8) -> Result<State, &'static str> {
        if matches!(self.state, State::SizeStart | State::Size)
            && let Some(digit) = char::from(byte).to_digit(16)
        {
            if self.left >> 60 != 0 {
                return Err("a chunk size of the answer is too large");
            }
            self.left = self.left << 4 | u64::from(digit);
            return Ok(State::Size);
        }
        match (self.state, byte) {
            (State::SizeStart, _) => Err("a chunk size of the answer is missing"),
            (_, b'\r') => Ok(State::SizeLf),
            (State::Extension, b'\n') => {
                Err("a chunk size line of the answer does not end in CRLF")
            }
            (State::Extension, _) | (_, b';') => Ok(State::Extension),
            (_, b' ' | b'\t') => Ok(State::SizePad),
            _ => Err("a chunk size of the answer is not a number"),
        }
    }
}

fn expect(byte: u8, want: u8, otherwise: &'static str) -> Result<(), &'static str> {
    if byte == want { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `input` in pieces of `step` bytes: the body, how it ended, and the bytes behind it.
    fn run(input: &[u8], step: usize) -> (Vec<u8>, Result<bool, &'static str>, usize) {
        let mut dechunker = Dechunker::default();
        let (mut body, mut at) = (Vec::new(), 0);
        while at < input.len() && !dechunker.is_ended() {
            let mut piece = input[at..(at + step).min(input.len())].to_vec();
            let decoded = dechunker.decode(&mut piece);
            body.extend_from_slice(&piece[..decoded.produced]);
            at += decoded.used;
            if let Some(bad) = decoded.bad {
                return (body, Err(bad), input.len() - at);
            }
        }
        (body, Ok(dechunker.is_ended()), input.len() - at)
    }

    #[test]
    fn good_bodies_come_out_the_same_however_they_are_split() {
        let long = format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(16_000));
        for (input, body, behind) in [
            (&b"0\r\n\r\n"[..], &b""[..], 0),
            (b"5\r\nhello\r\n0\r\n\r\n", b"hello", 0),
            (b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nHTTP/", b"hello world", 5),
            (b"00005 \t\r\nhello\r\n000\r\n\r\n", b"hello", 0),
            (
                b"A;a=b;c=\"d\"\r\n0123456789\r\na ; x\r\nabcdefghij\r\n0;end\r\n\r\n",
                b"0123456789abcdefghij",
                0,
            ),
            (b"1\r\n\n\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", b"\n", 0),
            (b"1\r\na\r\n0\r\nT: bare\n\r\n!", b"a", 1),
            (long.as_bytes(), b"hello", 0),
        ] {
            for step in 1..=input.len().min(40) {
                assert_eq!(run(input, step), (body.to_vec(), Ok(true), behind), "{input:?} {step}");
            }
            let (_, ended, _) = run(&input[..input.len() - behind - 1], 7);
            assert_eq!(ended, Ok(false), "a body without its last byte has not ended");
        }
    }

    #[test]
    fn bad_framing_is_told_after_the_bytes_before_it() {
        let long = format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(17_000));
        let trailer = format!("0\r\n{}\r\n\r\n", "t: x\r\n".repeat(12_000));
        for (input, body, word) in [
            (&b"\r\n"[..], &b""[..], "missing"),
            (b"5\nhello\r\n", b"", "number"),
            (b"5;x\nhello\r\n", b"", "CRLF"),
            (b"5\rhello", b"", "CRLF"),
            (b"-5\r\n", b"", "missing"),
            (b"0x5\r\n", b"", "number"),
            (b" 5\r\n", b"", "missing"),
            (b"5 5\r\n", b"", "number"),
            (b"5\r\nhello0\r\n\r\n", b"hello", "chunk of"),
            (b"5\r\nhello\n0\r\n\r\n", b"hello", "chunk of"),
            (b"5\r\nhello\r0\r\n\r\n", b"hello", "chunk of"),
            (b"2\r\nok\r\nzz\r\n", b"ok", "missing"),
            (b"ffffffffffffffffF\r\n", b"", "too large"),
            (b"0\r\n\r!", b"", "trailer"),
            (long.as_bytes(), b"", "16 KB"),
            (trailer.as_bytes(), b"", "64 KB"),
        ] {
            for step in [1, 2, 3, 5, 64, input.len()] {
                let (got, ended, _) = run(input, step);
                let bad = ended.expect_err("bad framing");
                assert!(bad.contains(word), "{bad} for {input:?}");
                assert_eq!(got, body, "{input:?}");
            }
        }
    }
}
