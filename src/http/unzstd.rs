//! zstd (RFC 8878) as a coder.
//!
//! By the reference library: the decoders in Rust give out nothing before a window is full or the frame ends, so a stream
//! that is flushed event by event would stand still. The window is at most 8 MB (RFC 9659 3).

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use super::decode::{Coder, NO_MEMORY, Step};

/// 8 MB.
const WINDOW_LOG_MAX: u32 = 23;

/// zstd; frames may follow each other.
pub(super) struct Zstd {
    context: DCtx<'static>,
    /// At the end of a frame.
    between: bool,
}

impl Zstd {
    /// Fails where memory has run out.
    pub(super) fn new() -> Result<Zstd, &'static str> {
        let mut context = DCtx::try_create().ok_or(NO_MEMORY)?;
        context
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))
            .map_err(zstd_safe::get_error_name)?;
        Ok(Zstd { context, between: false })
    }
}

/// The library's words, and ours where memory has run out.
fn why(code: zstd_safe::ErrorCode) -> &'static str {
    match zstd_safe::get_error_name(code) {
        name if name.contains("not enough memory") => NO_MEMORY,
        name => name,
    }
}

impl Coder for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, &'static str> {
        let mut from = InBuffer::around(input);
        let mut to = OutBuffer::around(output);
        let hint = self.context.decompress_stream(&mut to, &mut from).map_err(why)?;
        let (used, made) = (from.pos(), to.pos());
        if used > 0 || made > 0 {
            self.between = hint == 0;
        }
        Ok(Step { used, made, done: false })
    }

    fn may_end(&self) -> bool {
        self.between
    }
}
