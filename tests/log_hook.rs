//! `reqtask_set_log`: lines reach the hook with their NUL, and each user is given back once. One test, because the hook is
//! the process's.

use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::sync::Mutex;

use reqtask::ffi::log::reqtask_set_log;
use reqtask::ffi::types::reqtask_str;
use reqtask::log::{Level, enabled, write};

/// What happened, in order.
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn seen(what: String) {
    SEEN.lock().expect("not poisoned").push(what);
}

unsafe extern "C" fn hear(user: *mut c_void, level: u32, text: reqtask_str) {
    // SAFETY: the library gives text with a NUL behind it.
    let line = unsafe { CStr::from_ptr(text.ptr) }.to_str().expect("UTF-8");
    assert_eq!(line.len(), text.len);
    seen(format!("{} hears {level}: {line}", user.addr()));
    // Replacing the hook from inside it: the old user must live until this call is over. (C is told not to; it must not
    // crash all the same.)
    // SAFETY: plain numbers as users, which nobody looks behind.
    unsafe { reqtask_set_log(1, Some(hear), std::ptr::without_provenance_mut(2), Some(gone)) };
    seen(format!("{} has heard", user.addr()));
}

unsafe extern "C" fn gone(user: *mut c_void) {
    seen(format!("{} is gone", user.addr()));
}

#[test]
fn a_hook_hears_its_levels_and_is_given_back_once() {
    // SAFETY: as in `hear`.
    unsafe {
        assert!(!enabled(Level::Error), "off until it is set");
        assert_eq!(
            reqtask_set_log(3, Some(hear), std::ptr::without_provenance_mut(1), Some(gone)),
            0
        );
        assert!(enabled(Level::Info) && !enabled(Level::Debug));
        write(Level::Warn, format_args!("a line"));
        assert!(enabled(Level::Error) && !enabled(Level::Warn));
        assert_eq!(reqtask_set_log(0, None, null_mut(), None), 0);
        assert!(!enabled(Level::Error));
    }
    let want = ["1 hears 2: a line", "1 has heard", "1 is gone", "2 is gone"];
    assert_eq!(*SEEN.lock().expect("not poisoned"), want);
}
