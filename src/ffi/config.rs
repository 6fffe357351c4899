//! The builder of clients.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::convert::{try_callback, try_mut, try_out, try_text};
use super::guard::{freeing, guard};
use super::status::reqtask_status;
use super::types::reqtask_destroy_fn;
use super::user::User;
use crate::event::Wakeup;
use crate::options::Options;
use crate::options::table::Scope;

/// A builder of clients; yours to free.
#[derive(Default)]
pub struct reqtask_config {
    pub(super) options: Options,
    /// Shared with the clients made from this config: its user lives until the last of them is gone.
    pub(super) wakeup: Option<Wakeup>,
}

/// Tells you that events are waiting. Any thread. It must only arrange for
/// reqtask_client_dispatch to run soon (uv_async_send, CallInvoker::invokeAsync,
/// napi_call_threadsafe_function) and return.
pub type reqtask_wakeup_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// Makes a config that holds the defaults above. Free it with
/// reqtask_config_free; a client does not keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_config_new(out: *mut *mut reqtask_config) -> reqtask_status {
    guard! {
        let out = try_out!(out);
        out.set(Box::into_raw(Box::default()));
        Ok(())
    }
}

/// Sets one number. REQTASK_E_INVALID_ARG: the key is not a number option, or
/// not one of a config, or the value is out of range. REQTASK_E_UNSUPPORTED:
/// this build does not know the key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_config_set_u64(
    config: *mut reqtask_config,
    key: u32,
    value: u64,
) -> reqtask_status {
    guard! {
        let config = try_mut!(config);
        config.options.set_number(Scope::Client, key, value)
    }
}

/// Sets or adds one text. PEM, proxy and override text is parsed here, so a
/// mistake is reported by this call and not by the first request. The empty
/// text is "" with length 0, not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_config_set_str(
    config: *mut reqtask_config,
    key: u32,
    value: *const c_char,
    len: usize,
) -> reqtask_status {
    guard! {
        let config = try_mut!(config);
        let value = try_text!(value, len);
        config.options.set_text(Scope::Client, key, value)
    }
}

/// Chooses how listeners are called.
///
/// Without a wakeup (direct delivery): on worker threads, as things happen. One
/// task's listeners never overlap and keep their order; two tasks may call you
/// at the same time.
///
/// With a wakeup (queued delivery): events wait inside the client until you call
/// reqtask_client_dispatch, and listeners and destroy functions run only inside
/// calls that you make. Use this for any JavaScript engine.
///
/// A second call replaces the wakeup for clients made from then on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_config_set_wakeup(
    config: *mut reqtask_config,
    r#fn: reqtask_wakeup_fn,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let config = try_mut!(config);
        let r#fn = try_callback!(r#fn);
        // SAFETY: C registered this function for this user, which the closure keeps alive.
        let wakeup: Wakeup = Arc::new(move || unsafe { r#fn(user.pointer()) });
        config.wakeup = Some(wakeup);
        Ok(())
    }
}

/// Frees a config. Clients made from it are not touched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_config_free(config: *mut reqtask_config) {
    freeing(|| {
        if !config.is_null() {
            // SAFETY: from Box::into_raw in reqtask_config_new, and freed once (rule 1).
            drop(unsafe { Box::from_raw(config) });
        }
    });
}
