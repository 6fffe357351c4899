//! The second movement: what C hands in becomes something that Rust can trust, or a refusal that names the parameter.
//!
//! The macros shadow their parameter: `let config = try_mut!(config);`. With `shared` they hold the unsafe code that every
//! exported function would else repeat. They rely on rule 1 (no pointer is used while another thread frees or changes
//! what it points to) and on rule 7 (a pointer and a length name readable memory).

use std::ffi::{CStr, c_char};
use std::ptr::NonNull;

use super::types::REQTASK_NTS;
use crate::task::{Refusal, Refused};

/// A refused argument.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Refused::InvalidArg, message)
}

/// A refused NULL. `r#` is how Rust writes a parameter that is called as one of its words.
pub(super) fn null(name: &str) -> Refusal {
    invalid(format!("{} is NULL", name.trim_start_matches("r#")))
}

/// `&T` from a pointer that must not be NULL.
macro_rules! try_ref {
    ($pointer:ident) => {
        // SAFETY: a pointer that this library gave out, or a struct of the caller's, alive and not being changed (rule 1).
        unsafe { $pointer.as_ref() }
            .ok_or_else(|| $crate::ffi::convert::null(stringify!($pointer)))?
    };
}

/// `&mut T` from a pointer that must not be NULL.
macro_rules! try_mut {
    ($pointer:ident) => {
        // SAFETY: as for try_ref!, and no other thread uses it at the same time (rule 1).
        unsafe { $pointer.as_mut() }
            .ok_or_else(|| $crate::ffi::convert::null(stringify!($pointer)))?
    };
}

/// An [`Out`] from a pointer that must not be NULL.
macro_rules! try_out {
    ($pointer:ident) => {
        $crate::ffi::convert::Out::new($pointer)
            .ok_or_else(|| $crate::ffi::convert::null(stringify!($pointer)))?
    };
}

/// A function pointer that must not be NULL.
macro_rules! try_callback {
    ($function:ident) => {
        $function.ok_or_else(|| $crate::ffi::convert::null(stringify!($function)))?
    };
}

/// `&[u8]` from a pointer and a length, which may be `REQTASK_NTS`.
macro_rules! try_bytes {
    ($pointer:ident, $len:ident) => {
        // SAFETY: len readable bytes, or bytes up to a NUL, stand at the pointer during the call (rule 7).
        unsafe { $crate::ffi::convert::bytes($pointer, $len, stringify!($pointer))? }
    };
}

/// `&str` from a pointer and a length, which may be `REQTASK_NTS`.
macro_rules! try_text {
    ($pointer:ident, $len:ident) => {
        std::str::from_utf8($crate::ffi::convert::try_bytes!($pointer, $len)).map_err(|_| {
            $crate::ffi::convert::invalid(concat!(stringify!($pointer), " is not valid UTF-8"))
        })?
    };
}

pub(super) use {try_bytes, try_callback, try_mut, try_out, try_ref, try_text};

/// See `try_bytes!`.
///
/// # Safety
/// If the pointer is not NULL, `len` readable bytes, or bytes up to a NUL, must stand there for `'a`.
pub(super) unsafe fn bytes<'a>(
    pointer: *const c_char,
    len: usize,
    name: &str,
) -> Result<&'a [u8], Refusal> {
    if pointer.is_null() {
        return Err(null(name));
    }
    if len == REQTASK_NTS {
        // SAFETY: not NULL, and the caller says that it ends at its NUL.
        return Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes());
    }
    if isize::try_from(len).is_err() {
        return Err(invalid(format!("{name} cannot be {len} bytes long")));
    }
    // SAFETY: not NULL, `len` readable bytes by contract, and no more than isize::MAX.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast(), len) })
}

/// Where a result goes: memory of the caller's, possibly uninitialised, to be written on success only.
pub(super) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// `None` for NULL.
    pub(super) fn new(pointer: *mut T) -> Option<Out<T>> {
        NonNull::new(pointer).map(Out)
    }

    /// The last thing that a successful call does.
    pub(super) fn set(self, value: T) {
        // SAFETY: C passed the address of a T of its own that nobody else uses during the call.
        unsafe { self.0.write(value) }
    }
}
