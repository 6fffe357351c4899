//! The sentence about this thread's latest failed call. `guard` writes it, C reads it.

use std::cell::RefCell;
use std::ffi::c_char;

use super::guard::infallible;

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Replaces the sentence. Does nothing on a thread that is ending: nobody can ask for it any more.
pub(super) fn set(sentence: &str) {
    let _ = LAST.try_with(|last| {
        let mut last = last.borrow_mut();
        last.clear();
        last.push_str(sentence);
    });
}

/// Copies the sentence about this thread's latest failed call into buf, cut
/// to at most cap - 1 bytes and NUL-terminated, and returns its full length
/// (0: no failure yet). Successful calls leave it alone. buf may be NULL when
/// cap is 0; so reqtask_last_error(NULL, 0) asks for the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_last_error(buf: *mut c_char, cap: usize) -> usize {
    infallible(0, || {
        let copy = |last: &RefCell<String>| {
            let last = last.borrow();
            if !buf.is_null() && cap > 0 {
                let mut cut = last.len().min(cap - 1);
                while !last.is_char_boundary(cut) {
                    cut -= 1;
                }
                // SAFETY: the caller gives cap writable bytes at buf; cut is below cap; a string of ours is not in there.
                unsafe {
                    buf.cast::<u8>().copy_from_nonoverlapping(last.as_ptr(), cut);
                    buf.add(cut).write(0);
                }
            }
            last.len()
        };
        LAST.try_with(copy).unwrap_or(0)
    })
}
