//! Content codings undone: what the server compressed comes out as it was (RFC 9110 8.4).
//!
//! A [`Decoder`] is a chain of stages over a source of raw bytes. It can stop at any byte: when the source says "would
//! block", so does the decoder, and the next read goes on there, on any thread. All that can be decoded from the bytes
//! at hand is given out before the source is asked for more, so what a server flushes arrives at once. Memory is
//! bounded by the windows of the codings (32 KB, 16 MB, 8 MB) and one small input buffer each; output is made only
//! into the reader's buffer, so a bomb costs time but no memory. Truncated or damaged data is a failure; a failure of the source
//! passes through as it is.

use super::error::{Failure, Kind, Phase};
use super::fields::Fields;
use super::gzip::{Deflate, Gzip};
use super::seam::Got;
use super::unbrotli::Brotli;
#[cfg(feature = "zstd")]
use super::unzstd::Zstd;

/// The codings of this build, for `accept-encoding`.
#[cfg(not(feature = "zstd"))]
pub const ACCEPTED: &str = "gzip, deflate, br";
/// The codings of this build, for `accept-encoding`.
#[cfg(feature = "zstd")]
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// Most codings on top of each other; real servers use one.
const CODINGS_MAX: usize = 5;
/// Input held per stage. Small, because a thousand streams may each have some.
const INPUT_BYTES: usize = 4096;

/// A coder's word for a lack of memory, which is not the data's fault.
pub(super) const NO_MEMORY: &str = "there is no memory for it";

/// One coding, without input or output of its own.
pub(super) trait Coder: Send {
    /// Decodes from `input` into `output` as far as either goes.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, &'static str>;
    /// Whether the data may end here.
    fn may_end(&self) -> bool;
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step {
    /// Bytes taken from the input.
    pub used: usize,
    /// Bytes put into the output.
    pub made: usize,
    /// The coded data is complete; what follows is not part of it.
    pub done: bool,
}

/// Undoes all codings of one body.
#[derive(Debug)]
pub struct Decoder {
    /// The first is next to the source.
    stages: Vec<Stage>,
}

struct Stage {
    name: &'static str,
    coder: Box<dyn Coder>,
    input: Vec<u8>,
    at: usize,
    /// The coder has given out all it can make from what it was given.
    starved: bool,
    /// Any byte came.
    begun: bool,
    done: bool,
}

/// Where raw bytes come from; never says [`Got::Bytes`]`(0)`.
type Source<'a> = dyn FnMut(&mut [u8]) -> Result<Got, Failure> + 'a;

/// Asked whenever a stage was given so many bytes, because what it had before made nothing: there is no end to bytes
/// behind the data, or to empty blocks, and a few raw bytes can become very many between two stages. False: not now.
type Pace<'a> = dyn Fn(usize) -> Result<bool, Failure> + 'a;

impl Decoder {
    /// The decoder for an answer with these fields; `None` where the body is to be passed on as it is: no coding, or one
    /// that this build does not know. Fails where there are too many.
    pub fn new(fields: &Fields) -> Result<Option<Decoder>, Failure> {
        let mut stages = Vec::new();
        for value in fields.all("content-encoding") {
            for name in value.split(|b| *b == b',').map(<[u8]>::trim_ascii) {
                let (name, coder): (_, Box<dyn Coder>) = match name.to_ascii_lowercase().as_slice()
                {
                    b"" | b"identity" => continue,
                    b"gzip" | b"x-gzip" => ("gzip", Box::new(Gzip::new())),
                    b"deflate" => ("deflate", Box::new(Deflate::new())),
                    b"br" => ("brotli", Box::new(Brotli::new())),
                    #[cfg(feature = "zstd")]
                    b"zstd" => ("zstd", Box::new(Zstd::new().map_err(|why| failure("zstd", why))?)),
                    _ => return Ok(None),
                };
                if stages.len() == CODINGS_MAX {
                    let why = format!("the body has more than {CODINGS_MAX} content codings");
                    return Err(Failure::new(Kind::Decode, Phase::Body, why));
                }
                stages.push(Stage::new(name, coder));
            }
        }
        // The last coding named was applied last and is undone first.
        stages.reverse();
        Ok((!stages.is_empty()).then_some(Decoder { stages }))
    }

    /// Decoded bytes. [`Got::End`] only after the source has ended too: its framing may still hold a failure. When `pace`
    /// says false, [`Got::WouldBlock`], and the next read goes on.
    pub fn read(
        &mut self,
        into: &mut [u8],
        source: &mut Source<'_>,
        pace: &Pace<'_>,
    ) -> Result<Got, Failure> {
        pull(&mut self.stages, into, source, pace)
    }

    /// Gives back buffers that hold nothing.
    pub fn shed(&mut self) {
        for stage in &mut self.stages {
            if stage.at == stage.input.len() {
                stage.input = Vec::new();
                stage.at = 0;
            }
        }
    }
}

fn pull(
    stages: &mut [Stage],
    into: &mut [u8],
    source: &mut Source<'_>,
    pace: &Pace<'_>,
) -> Result<Got, Failure> {
    match stages.split_last_mut() {
        None => source(into),
        Some((last, before)) => last.read(into, &mut |buf| pull(before, buf, source, pace), pace),
    }
}

impl Stage {
    fn new(name: &'static str, coder: Box<dyn Coder>) -> Stage {
        let input = Vec::new();
        Stage { name, coder, input, at: 0, starved: true, begun: false, done: false }
    }

    fn read(
        &mut self,
        into: &mut [u8],
        source: &mut Source<'_>,
        pace: &Pace<'_>,
    ) -> Result<Got, Failure> {
        loop {
            if !self.done && (!self.starved || self.at < self.input.len()) {
                let input = &self.input[self.at..];
                let step = self.coder.step(input, into).map_err(|why| failure(self.name, why))?;
                self.at += step.used;
                self.done = step.done;
                self.starved = step.made < into.len();
                if step.made > 0 {
                    return Ok(Got::Bytes(step.made));
                }
                if !step.done && step.used == 0 && self.at < self.input.len() {
                    return Err(failure(self.name, "it does not go on"));
                }
                continue;
            }
            // Bytes behind the end of the data are dropped, as browsers do; the source is read to its own end all the same.
            self.input.resize(INPUT_BYTES, 0);
            self.at = 0;
            let got = source(&mut self.input);
            self.input.truncate(match got {
                Ok(Got::Bytes(n)) => n,
                _ => 0,
            });
            match got? {
                Got::Bytes(n) => {
                    self.begun = true;
                    self.starved = false;
                    if self.done {
                        self.at = n;
                    }
                    if !pace(n)? {
                        return Ok(Got::WouldBlock);
                    }
                }
                Got::WouldBlock => return Ok(Got::WouldBlock),
                // No byte at all is an empty body, whatever coding is announced.
                Got::End if !self.begun || self.done || self.coder.may_end() => {
                    return Ok(Got::End);
                }
                Got::End => return Err(failure(self.name, "it ends too early")),
            }
        }
    }
}

fn failure(name: &str, why: &str) -> Failure {
    if why == NO_MEMORY {
        let sentence = format!("no memory to decode the body's {name} data");
        return Failure::new(Kind::NoMemory, Phase::Body, sentence);
    }
    Failure::new(
        Kind::Decode,
        Phase::Body,
        format!("the {name} data of the body is damaged: {why}"),
    )
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stage({})", self.name)
    }
}
