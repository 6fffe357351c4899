//! brotli (RFC 7932) as a coder.
//!
//! The window is at most 16 MB, which is the format's own limit; the larger windows of a later extension are refused.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::decode::{Coder, Step};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

/// brotli.
pub(super) struct Brotli {
    state: Box<State>,
}

impl Brotli {
    pub(super) fn new() -> Brotli {
        let alloc = StandardAlloc::default;
        Brotli { state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())) }
    }
}

impl Coder for Brotli {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, &'static str> {
        let (mut input_left, mut output_left) = (input.len(), output.len());
        let (mut used, mut made, mut total) = (0, 0, 0);
        let result = BrotliDecompressStream(
            &mut input_left,
            &mut used,
            input,
            &mut output_left,
            &mut made,
            output,
            &mut total,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultSuccess => Ok(Step { used, made, done: true }),
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {
                Ok(Step { used, made, done: false })
            }
            BrotliResult::ResultFailure => Err("it is not brotli"),
        }
    }

    fn may_end(&self) -> bool {
        false
    }
}
