//! The process-wide log hook, for C.

use std::ffi::c_void;
use std::sync::Arc;

use super::convert::invalid;
use super::guard::guard;
use super::status::reqtask_status;
use super::types::{reqtask_destroy_fn, reqtask_str, text};
use super::user::User;
use crate::log::{self, Hook};
use crate::task::Text;

/// How much a log line matters.
#[repr(C)]
pub enum reqtask_log_level {
    /// No lines at all; the default.
    REQTASK_LOG_OFF = 0,
    /// A bug, in this library or its caller.
    REQTASK_LOG_ERROR = 1,
    /// Something is wrong and was got over.
    REQTASK_LOG_WARN = 2,
    /// What an operator may want to know.
    REQTASK_LOG_INFO = 3,
    /// May show URLs; never header values or bodies.
    REQTASK_LOG_DEBUG = 4,
}

/// Receives one log line. Any thread, several at once. Must not call this
/// library. text is valid only during the call.
pub type reqtask_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: u32, text: reqtask_str)>;

/// Sets, replaces or (fn = NULL) removes the process-wide log hook. Lines above
/// max_level are not built at all. The old hook may be running on another thread
/// when this returns; its destroy tells you when it is over.
/// REQTASK_E_INVALID_ARG: max_level is no REQTASK_LOG_* level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_set_log(
    max_level: u32,
    r#fn: reqtask_log_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        if max_level > reqtask_log_level::REQTASK_LOG_DEBUG as u32 {
            return Err(invalid(format!("max_level must be at most 4, not {max_level}")));
        }
        let hook = r#fn.map(|hook| -> Hook {
            Arc::new(move |level, line| {
                let line = Text::new(line);
                // SAFETY: C registered this function for this user, which is alive; the text lives through the call.
                unsafe { hook(user.pointer(), level as u32, text(line.with_nul())) }
            })
        });
        log::set(max_level, hook);
        Ok(())
    }
}
