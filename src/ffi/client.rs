//! Clients: what tasks share.

use std::time::Duration;

use super::config::reqtask_config;
use super::convert::{Out, try_out};
use super::fork;
use super::guard::guard;
use super::shared::{give, take, try_shared};
use super::status::reqtask_status;
use super::types::reqtask_client;
use crate::options::Options;
use crate::task::{Client, Refused};

/// Makes a client from a config (NULL: all defaults). Threads start when the
/// first task needs them. The config may be changed, freed or used for another
/// client afterwards; a wakeup's user lives until the last of them is gone.
/// A process that forks goes on unhurt. In the child of one that had a client no
/// thread of the library runs: until exec every function answers
/// REQTASK_E_STATE at once, and nothing is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_client_new(
    config: *mut reqtask_config,
    out: *mut *mut reqtask_client,
) -> reqtask_status {
    guard! {
        let out = try_out!(out);
        fork::watch();
        // SAFETY: NULL or a living config that no other thread uses (rule 1).
        let client = match unsafe { config.as_ref() } {
            Some(config) => Client::new(&config.options, config.wakeup.clone()),
            None => Client::new(&Options::default(), None),
        };
        out.set(give(client?));
        Ok(())
    }
}

/// Delivers waiting events on this thread, at most max_events (0: all that wait
/// now), sleeping up to timeout_ms for the first one. *delivered, which may be
/// NULL, gets their number. If events remain, wakeup is called again before this
/// returns. Only one thread may be inside at a time; a second gets
/// REQTASK_E_BUSY. Without a wakeup in the config: REQTASK_E_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_client_dispatch(
    client: *mut reqtask_client,
    max_events: u32,
    timeout_ms: u32,
    delivered: *mut u32,
) -> reqtask_status {
    guard! {
        // A reference of our own: a listener that runs in here may close the client.
        let client = try_shared!(client);
        let count = client.dispatch(max_events, Duration::from_millis(timeout_ms.into()))?;
        if let Some(delivered) = Out::new(delivered) {
            delivered.set(count);
        }
        Ok(())
    }
}

/// Ends a client: aborts and releases all its tasks, drops waiting events (their
/// completions are never delivered), and frees the pointer. No listener call
/// starts after this returns. Then waits up to wait_ms for the worker threads;
/// REQTASK_E_TIMEOUT means that some are still unwinding in the background, which
/// is harmless unless you unload the library. The pointer is freed then too, but
/// not on REQTASK_E_REENTRANT. Use wait_ms = 0 on a JS thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_client_close(
    client: *mut reqtask_client,
    wait_ms: u32,
) -> reqtask_status {
    guard! {
        let handle = client;
        let client = try_shared!(client);
        let closed = client.close(Duration::from_millis(wait_ms.into()));
        let kept = closed.as_ref().is_err_and(|refusal| refusal.why == Refused::Reentrant);
        if !kept {
            // SAFETY: the reference that reqtask_client_new gave to C, which closes a client once.
            drop(unsafe { take(handle) });
        }
        closed
    }
}
