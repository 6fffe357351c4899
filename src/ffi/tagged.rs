//! Structs that begin with `struct_size`: the caller says how much it knows, the library how much it filled (rule 9).

use super::convert::{invalid, null};
use crate::task::Refusal;

/// A struct of the C API that the library fills.
///
/// # Safety
/// It must be `repr(C)` and its first field `struct_size: u32`.
pub(super) unsafe trait Tagged: Sized {
    /// The fewest bytes that a caller can mean; fewer were not set on purpose.
    const LEAST: usize;
}

/// Fills as much as the caller's struct holds. `make` is told what to write into `struct_size`.
///
/// # Safety
/// `at` is NULL or points to the caller's struct: its `struct_size` is set, and as many bytes can be written.
pub(super) unsafe fn fill<T: Tagged>(
    at: *mut T,
    name: &str,
    make: impl FnOnce(u32) -> T,
) -> Result<(), Refusal> {
    if at.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, and struct_size is the first field (Tagged) of what C has put there.
    let room = unsafe { at.cast::<u32>().read() };
    let size = size_of::<T>().min(room as usize);
    if size < T::LEAST {
        return Err(invalid(format!(
            "{name}->struct_size is {room}; set it to the size of the struct before the call"
        )));
    }
    let value = make(size as u32);
    // SAFETY: both hold at least `size` bytes; the copy is untyped, so padding may be in it.
    unsafe { at.cast::<u8>().copy_from_nonoverlapping((&raw const value).cast(), size) };
    Ok(())
}
