//! brotli (RFC 7932) as a coder.
//!
//! The window is at most 16 MB, which is the format's own limit; the larger windows of a later extension are refused. Where
//! there is no memory for a window the body fails; the decoder's own allocator would end the process.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use brotli_decompressor::{
    Allocator, BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc,
};

use super::decode::{Coder, NO_MEMORY, Step};

/// From so many bytes on it is asked first whether there are so many.
const LARGE_BYTES: usize = 64 * 1024;

type State = BrotliState<Memory, Memory, Memory>;

/// The standard allocator, which answers with an empty cell where a large one cannot be had: the decoder takes that for a
/// failure.
#[derive(Clone, Default)]
struct Memory {
    is_out: Arc<AtomicBool>,
}

impl<T: Clone + Default> Allocator<T> for Memory {
    type AllocatedMemory = <StandardAlloc as Allocator<T>>::AllocatedMemory;

    fn alloc_cell(&mut self, len: usize) -> Self::AllocatedMemory {
        // Asked for and given back untouched, because the real one comes zeroed from the system and takes no memory
        // before it is used, which std offers only where it must succeed.
        if len * size_of::<T>() >= LARGE_BYTES {
            let mut probe = Vec::<T>::new();
            if black_box(&mut probe).try_reserve_exact(len).is_err() {
                self.is_out.store(true, Ordering::Relaxed);
                return Self::AllocatedMemory::default();
            }
        }
        StandardAlloc::default().alloc_cell(len)
    }

    fn free_cell(&mut self, _: Self::AllocatedMemory) {}
}

/// brotli.
pub(super) struct Brotli {
    state: Box<State>,
    memory: Memory,
}

impl Brotli {
    pub(super) fn new() -> Brotli {
        let memory = Memory::default();
        let alloc = || memory.clone();
        let state = Box::new(BrotliState::new_strict(alloc(), alloc(), alloc()));
        Brotli { state, memory }
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
            BrotliResult::ResultFailure if self.memory.is_out.load(Ordering::Relaxed) => {
                Err(NO_MEMORY)
            }
            BrotliResult::ResultFailure => Err("it is not brotli"),
        }
    }

    fn may_end(&self) -> bool {
        false
    }
}
