//! The boundary's own promises: NULL is refused by name, destroy runs once on every path, results are written on success only.
//!
//! What needs a network is proved in C, in `ffi-tests`.

mod ownership;
mod refusals;
mod results;

use std::ffi::{CStr, c_char, c_void};
use std::mem::{MaybeUninit, offset_of};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use super::buf::*;
use super::client::*;
use super::config::*;
use super::event::*;
use super::last_error::*;
use super::listener::*;
use super::log::*;
use super::request::*;
use super::response::*;
use super::shared::{give, lend, take};
use super::status::*;
use super::task::*;
use super::timing::*;
use super::types::*;
use super::version::*;
use crate::event::{Block, Completion, EventKind};
use crate::http::{Exchange, Failure, Fields, Kind, Limits, Mark, Phase};
use crate::log::Level;
use crate::options::table::key;
use crate::task::{Response, Text};

const INVALID: i32 = reqtask_status_code::REQTASK_E_INVALID_ARG as i32;
const NOT_FOUND: i32 = reqtask_status_code::REQTASK_E_NOT_FOUND as i32;
const UNSUPPORTED: i32 = reqtask_status_code::REQTASK_E_UNSUPPORTED as i32;

/// What `reqtask_last_error` says.
fn last_error() -> String {
    let mut buf = [0 as c_char; 1000];
    // SAFETY: the buffer has the length that is told.
    let len = unsafe { reqtask_last_error(buf.as_mut_ptr(), buf.len()) };
    // SAFETY: the call has put a NUL into the buffer.
    let text = unsafe { CStr::from_ptr(buf.as_ptr()) }.to_str().expect("UTF-8").to_owned();
    assert_eq!(text.len(), len);
    text
}

/// Checks a refusal: its status, and a word in its sentence.
#[track_caller]
fn refused(status: reqtask_status, want: i32, word: &str) {
    let sentence = last_error();
    assert_eq!(status, want, "{sentence}");
    assert!(sentence.contains(word), "{sentence:?} does not name {word:?}");
}

/// Counts its destructions.
#[derive(Default)]
struct Counted(AtomicU32);

impl Counted {
    fn user(&self) -> *mut c_void {
        (&raw const self.0).cast_mut().cast()
    }

    #[track_caller]
    fn destroyed(&self, times: u32) {
        assert_eq!(self.0.load(Ordering::SeqCst), times, "destroyed");
    }
}

unsafe extern "C" fn count(user: *mut c_void) {
    // SAFETY: all users in here are the counter of a Counted that is alive.
    unsafe { &*user.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

unsafe extern "C" fn hear_headers(_: *mut c_void, _: *const reqtask_headers_event) {}
unsafe extern "C" fn hear_chunk(_: *mut c_void, _: *const reqtask_chunk_event) {}
unsafe extern "C" fn hear_progress(_: *mut c_void, _: *const reqtask_progress_event) {}
unsafe extern "C" fn hear_complete(_: *mut c_void, _: *const reqtask_complete_event) {}

fn new_config() -> *mut reqtask_config {
    let mut config = null_mut();
    // SAFETY: the address of a local.
    assert_eq!(unsafe { reqtask_config_new(&mut config) }, 0);
    config
}

fn new_request() -> *mut reqtask_request {
    let mut request = null_mut();
    // SAFETY: literals that end at their NUL, and the address of a local.
    let status = unsafe {
        let (method, url) = (c"POST".as_ptr(), c"http://h/".as_ptr());
        reqtask_request_new(method, REQTASK_NTS, url, REQTASK_NTS, &mut request)
    };
    assert_eq!(status, 0);
    request
}

fn a_response() -> Arc<Response> {
    let mut fields = Fields::default();
    fields.push(b"Set-Cookie", b"a=1");
    fields.push(b"Set-Cookie", b"b=\xff");
    let exchange = Exchange::new(Limits::default());
    exchange.mark(Mark::Dequeued);
    exchange.add_sent(7);
    Arc::new(Response {
        status: 404,
        version: 11,
        redirects: 2,
        url: Text::new("http://h/"),
        peer: ([10, 0, 0, 1], 80).into(),
        peer_text: OnceLock::new(),
        fields,
        body: OnceLock::new(),
        exchange: Arc::new(exchange),
        reused: true,
        view: OnceLock::new(),
    })
}
