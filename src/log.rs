//! Log lines for whoever debugs an app: one hook for the process, off until it is set.
//!
//! The hook is run outside the lock that guards it, so it may be replaced while it runs; the old one is dropped when its
//! last call is over. Lines above the level are not built. This is not the `log` crate's logger, which belongs to the
//! program and not to a library in it. Everyone may use this module; it uses nobody.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How much a line matters. The numbers are the C ABI's `REQTASK_LOG_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Level {
    /// A bug, in this library or its caller.
    Error = 1,
    /// Something is wrong and was got over.
    Warn = 2,
    /// What an operator may want to know.
    Info = 3,
    /// What a developer may want to know; may show URLs, never header values or bodies.
    Debug = 4,
}

/// Receives lines, on any thread, several at once.
pub type Hook = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// The highest level that is written; 0 without a hook.
static MAX: AtomicU32 = AtomicU32::new(0);

/// Guards the hook itself; never held while a hook runs or is dropped.
static HOOK: Mutex<Option<Hook>> = Mutex::new(None);

/// Sets, replaces or removes the hook. `max` is the highest level that it wants, 0 for none.
pub fn set(max: u32, hook: Option<Hook>) {
    let old = {
        let mut slot = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
        MAX.store(if hook.is_some() { max } else { 0 }, Ordering::Relaxed);
        std::mem::replace(&mut *slot, hook)
    };
    drop(old);
}

/// Whether a line of this level would be heard.
pub fn enabled(level: Level) -> bool {
    level as u32 <= MAX.load(Ordering::Relaxed)
}

/// Writes a line; [`say!`] is the convenient way.
pub fn write(level: Level, line: fmt::Arguments<'_>) {
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(hook) = hook {
        hook(level, &line.to_string());
    }
}

/// `say!(Debug, "connected to {peer}")`: formats and writes a line if somebody listens at that level.
macro_rules! say {
    ($level:ident, $($line:tt)+) => {
        if $crate::log::enabled($crate::log::Level::$level) {
            $crate::log::write($crate::log::Level::$level, format_args!($($line)+));
        }
    };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because the hook is the process's.
    #[test]
    fn lines_reach_the_hook_up_to_its_level_and_a_hook_may_replace_itself() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = heard.clone();
        set(
            Level::Warn as u32,
            Some(Arc::new(move |level, line: &str| {
                // Other tests of this process may have something to say too.
                if !line.starts_with("log test") {
                    return;
                }
                into.lock().expect("not poisoned").push((level, line.to_owned()));
                set(Level::Error as u32, None);
            })),
        );
        let mut built = false;
        let mut build = || {
            built = true;
            "detail"
        };
        say!(Debug, "{}", build());
        say!(Warn, "log test, seen {}", 1);
        say!(Error, "log test, not seen: the hook has removed itself");
        assert!(!built, "a line above the level is not built");
        assert_eq!(
            *heard.lock().expect("not poisoned"),
            [(Level::Warn, "log test, seen 1".to_owned())]
        );
        assert_eq!(Arc::strong_count(&heard), 1, "the old hook is dropped when its call is over");
    }
}
