//! The first movement of every exported function: nothing unwinds into C, and a failure leaves its sentence.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::status::{self, reqtask_status};
use super::{fork, last_error};
use crate::log::say;
use crate::task::Refusal;

/// Runs the body of a fallible function; `?` on a [`Refusal`] leaves it.
macro_rules! guard {
    ($($body:tt)*) => {
        $crate::ffi::guard::fallible(|| -> Result<(), $crate::task::Refusal> { $($body)* })
    };
}
pub(super) use guard;

/// What `guard!` expands to. This is the one place where the last error is set.
pub(super) fn fallible(body: impl FnOnce() -> Result<(), Refusal>) -> reqtask_status {
    let checked = || if fork::is_broken_child() { Err(fork::refusal()) } else { body() };
    match catch_unwind(AssertUnwindSafe(checked)) {
        Ok(Ok(())) => status::OK,
        Ok(Err(refusal)) => {
            last_error::set(&refusal.message);
            status::of_refused(refusal.why)
        }
        Err(panic) => {
            last_error::set(&report(panic.as_ref()));
            status::PANIC
        }
    }
}

/// Runs the body of a function that gives something back. In a broken child of a fork that is left to its end.
pub(super) fn freeing(body: impl FnOnce()) {
    if !fork::is_broken_child() {
        infallible((), body);
    }
}

/// Runs the body of a function that cannot fail; a bug answers `otherwise`.
pub(super) fn infallible<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        report(panic.as_ref());
        otherwise
    })
}

fn report(panic: &(dyn Any + Send)) -> String {
    // Fixed text only: what was formatted may quote a secret (as `str` does when it is cut in the middle of a character).
    let what = panic.downcast_ref::<&str>().copied().unwrap_or("its message is not shown");
    say!(Error, "a bug in reqtask: {what}");
    format!("a bug in reqtask, please report it: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_fixed_text_only() {
        let fixed = catch_unwind(|| panic!("fixed")).expect_err("it panics");
        assert_eq!(report(fixed.as_ref()), "a bug in reqtask, please report it: fixed");
        let text = String::from("hush");
        let formatted = catch_unwind(|| panic!("{text}")).expect_err("it panics");
        assert!(!report(formatted.as_ref()).contains("hush"));
    }
}
