//! Which library this is, and what is in it.

use std::ffi::{CStr, c_char};

use super::guard::infallible;

/// The version of this header; reqtask_version() tells the library's.
pub const REQTASK_VERSION_MAJOR: u32 = 0;
/// See REQTASK_VERSION_MAJOR.
pub const REQTASK_VERSION_MINOR: u32 = 1;
/// See REQTASK_VERSION_MAJOR.
pub const REQTASK_VERSION_PATCH: u32 = 0;

/// Raised when a change needs callers to be rebuilt. Compare it at load time
/// with reqtask_abi_version().
pub const REQTASK_ABI_VERSION: u32 = 1;

/// What `reqtask_has_feature` knows.
const FEATURES: &[&CStr] = &[
    c"tls",
    c"system-roots",
    c"gzip",
    c"deflate",
    c"brotli",
    #[cfg(feature = "zstd")]
    c"zstd",
    c"cookies",
    c"socks",
];

/// The library's version, such as "0.1.0". Static; never freed.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The ABI the library was built with. Refuse to run unless it equals
/// REQTASK_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn reqtask_abi_version() -> u32 {
    REQTASK_ABI_VERSION
}

/// Whether this build has a named feature: "tls", "system-roots", "gzip",
/// "deflate", "brotli", "zstd", "cookies", "socks". Unknown names and NULL are
/// false. "system-roots": REQTASK_OPT_SYSTEM_ROOTS knows where this system keeps
/// them, which may still be nowhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_has_feature(name: *const c_char) -> bool {
    infallible(false, || {
        // SAFETY: not NULL, and names end at their NUL (there is no length to tell otherwise).
        !name.is_null() && FEATURES.contains(&unsafe { CStr::from_ptr(name) })
    })
}
