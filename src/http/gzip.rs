//! gzip (RFC 1952) and deflate (RFC 1950 or 1951, whichever it is) as coders.
//!
//! gzip may have several members; what follows the last one and is no member is ignored, as browsers do. `deflate` means
//! zlib (RFC 9110 8.4.1.2), but some servers send the bare format, so the first two bytes decide. Checksums are
//! checked. Knows nothing of where bytes come from.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::decode::{Coder, Step};

/// gzip.
pub(super) struct Gzip {
    part: Part,
    /// Bytes seen of the part.
    seen: usize,
    flags: u8,
    extra_left: usize,
    trailer: [u8; 8],
    inflate: Decompress,
    crc: Crc,
    /// A member is complete, so another one is optional.
    complete: bool,
}

/// Where in a member the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Fixed,
    ExtraLength,
    Extra,
    Name,
    Comment,
    HeaderCrc,
    Data,
    Trailer,
    Garbage,
}

const FHCRC: u8 = 2;
const FEXTRA: u8 = 4;
const FNAME: u8 = 8;
const FCOMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

impl Gzip {
    pub(super) fn new() -> Gzip {
        Gzip {
            part: Part::Fixed,
            seen: 0,
            flags: 0,
            extra_left: 0,
            trailer: [0; 8],
            inflate: Decompress::new(false),
            crc: Crc::new(),
            complete: false,
        }
    }

    /// One byte of the header or trailer.
    fn byte(&mut self, b: u8) -> Result<(), &'static str> {
        let i = self.seen;
        self.seen += 1;
        match self.part {
            Part::Fixed => match (i, b) {
                (0, 0x1f) | (1, 0x8b) | (2, 8) | (4..=8, _) => {}
                (0 | 1, _) if self.complete => self.part = Part::Garbage,
                (0 | 1, _) => return Err("it does not begin like gzip"),
                (2, _) => return Err("its method is not deflate"),
                (3, flags) if flags & RESERVED != 0 => return Err("it has unknown flags"),
                (3, flags) => self.flags = flags,
                _ => self.next_part(Part::ExtraLength),
            },
            Part::ExtraLength => {
                self.extra_left |= usize::from(b) << (8 * i);
                if i == 1 {
                    self.next_part(Part::Extra);
                }
            }
            Part::Extra => {
                self.extra_left -= 1;
                self.next_part(Part::Extra);
            }
            Part::Name if b == 0 => self.next_part(Part::Comment),
            Part::Comment if b == 0 => self.next_part(Part::HeaderCrc),
            Part::HeaderCrc if i == 1 => self.next_part(Part::Data),
            Part::Trailer => {
                self.trailer[i] = b;
                if i == 7 {
                    return self.member_end();
                }
            }
            Part::Name | Part::Comment | Part::HeaderCrc | Part::Data | Part::Garbage => {}
        }
        Ok(())
    }

    /// Goes to `part`, or to the first one after it that this member has.
    fn next_part(&mut self, part: Part) {
        let has = |flag| self.flags & flag != 0;
        self.part = match part {
            Part::ExtraLength if has(FEXTRA) => Part::ExtraLength,
            Part::Extra if self.extra_left > 0 => Part::Extra,
            Part::ExtraLength | Part::Extra | Part::Name if has(FNAME) => Part::Name,
            Part::ExtraLength | Part::Extra | Part::Name | Part::Comment if has(FCOMMENT) => {
                Part::Comment
            }
            Part::Data => Part::Data,
            _ if has(FHCRC) => Part::HeaderCrc,
            _ => Part::Data,
        };
        self.seen = 0;
    }

    fn member_end(&mut self) -> Result<(), &'static str> {
        let [a, b, c, d, e, f, g, h] = self.trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            return Err("its checksum is wrong");
        }
        if u32::from_le_bytes([e, f, g, h]) != self.crc.amount() {
            return Err("its length is wrong");
        }
        self.complete = true;
        self.part = Part::Fixed;
        self.seen = 0;
        self.extra_left = 0;
        self.inflate.reset(false);
        self.crc.reset();
        Ok(())
    }
}

impl Coder for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, &'static str> {
        let mut step = Step::default();
        loop {
            if self.part == Part::Garbage {
                return Ok(Step { used: input.len(), done: true, ..step });
            }
            if self.part == Part::Data {
                let (one, end) =
                    inflate(&mut self.inflate, &input[step.used..], &mut output[step.made..])?;
                self.crc.update(&output[step.made..step.made + one.made]);
                step.used += one.used;
                step.made += one.made;
                if !end {
                    return Ok(step);
                }
                self.part = Part::Trailer;
                self.seen = 0;
            }
            let Some(b) = input.get(step.used) else { return Ok(step) };
            self.byte(*b)?;
            step.used += 1;
        }
    }

    fn may_end(&self) -> bool {
        // Also behind a lone 0x1f, which is garbage then.
        self.complete && self.part == Part::Fixed && self.seen <= 1
    }
}

/// deflate.
pub(super) struct Deflate {
    /// The first two bytes.
    head: Vec<u8>,
    /// How many of them `inflate` has taken.
    head_used: usize,
    inflate: Option<Decompress>,
}

impl Deflate {
    pub(super) fn new() -> Deflate {
        Deflate { head: Vec::new(), head_used: 0, inflate: None }
    }
}

impl Coder for Deflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, &'static str> {
        let mut step = Step::default();
        while self.head.len() < 2 {
            let Some(b) = input.get(step.used) else { return Ok(step) };
            self.head.push(*b);
            step.used += 1;
        }
        let zlib = looks_like_zlib(self.head[0], self.head[1]);
        let state = self.inflate.get_or_insert_with(|| Decompress::new(zlib));
        while self.head_used < 2 {
            let (one, end) =
                inflate(state, &self.head[self.head_used..], &mut output[step.made..])?;
            self.head_used += one.used;
            step.made += one.made;
            if end {
                return Ok(Step { done: true, ..step });
            }
            if one.used == 0 {
                return Ok(step);
            }
        }
        let (one, end) = inflate(state, &input[step.used..], &mut output[step.made..])?;
        Ok(Step { used: step.used + one.used, made: step.made + one.made, done: end })
    }

    fn may_end(&self) -> bool {
        false
    }
}

/// RFC 1950 2.2: method 8, a window of at most 32 KB, no dictionary, and a multiple of 31.
fn looks_like_zlib(cmf: u8, flg: u8) -> bool {
    cmf & 0x0f == 8
        && cmf >> 4 <= 7
        && flg & 0x20 == 0
        && (u16::from(cmf) << 8 | u16::from(flg)) % 31 == 0
}

/// One call of the inflater; true at the end of its stream.
fn inflate(
    state: &mut Decompress,
    input: &[u8],
    output: &mut [u8],
) -> Result<(Step, bool), &'static str> {
    let (in_before, out_before) = (state.total_in(), state.total_out());
    let status = state
        .decompress(input, output, FlushDecompress::None)
        .map_err(|_| "it cannot be inflated, or its checksum is wrong")?;
    let step = Step {
        used: (state.total_in() - in_before) as usize,
        made: (state.total_out() - out_before) as usize,
        done: false,
    };
    Ok((step, status == Status::StreamEnd))
}
