//! The boundary's own promises: NULL is refused by name, destroy runs once on every path, results are written on success only.
//!
//! What needs a network is proved in C, in `ffi-tests`.

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
        peer: Text::new("10.0.0.1:80"),
        fields,
        body: OnceLock::new(),
        exchange: Arc::new(exchange),
        reused: true,
        view: OnceLock::new(),
    })
}

#[test]
fn null_is_refused_by_name() {
    let (config, request) = (new_config(), new_request());
    let t = c"x".as_ptr();
    let n = REQTASK_NTS;
    // SAFETY: every pointer is NULL, a literal, a local's address or a living handle.
    unsafe {
        refused(reqtask_config_new(null_mut()), INVALID, "out is NULL");
        refused(reqtask_config_set_u64(null_mut(), 1, 1), INVALID, "config is NULL");
        refused(reqtask_config_set_str(null_mut(), 1002, t, n), INVALID, "config is NULL");
        refused(reqtask_config_set_str(config, 1002, null(), 0), INVALID, "value is NULL");
        refused(reqtask_client_new(config, null_mut()), INVALID, "out is NULL");
        refused(reqtask_client_dispatch(null_mut(), 0, 0, null_mut()), INVALID, "client is NULL");
        refused(reqtask_client_close(null_mut(), 0), INVALID, "client is NULL");
        let mut out = null_mut();
        refused(reqtask_request_new(null(), n, t, n, &mut out), INVALID, "method is NULL");
        refused(reqtask_request_new(t, n, null(), n, &mut out), INVALID, "url is NULL");
        refused(reqtask_request_new(t, n, t, n, null_mut()), INVALID, "out is NULL");
        assert!(out.is_null(), "nothing is written on failure");
        refused(reqtask_request_set_u64(null_mut(), 1, 1), INVALID, "request is NULL");
        refused(reqtask_request_set_str(null_mut(), 1, t, n), INVALID, "request is NULL");
        refused(reqtask_request_set_str(request, 1, null(), n), INVALID, "value is NULL");
        refused(reqtask_request_add_header(null_mut(), t, n, t, n), INVALID, "request is NULL");
        refused(reqtask_request_add_header(request, null(), n, t, n), INVALID, "name is NULL");
        refused(reqtask_request_add_header(request, t, n, null(), n), INVALID, "value is NULL");
        let body = reqtask_request_set_body(request, null(), 1, null_mut(), None);
        refused(body, INVALID, "data is NULL");
        let mut id = 7;
        refused(reqtask_create(null_mut(), request, &mut id), INVALID, "client is NULL");
        assert_eq!(id, 7, "nothing is written on failure");
        refused(reqtask_response_get(1, null_mut()), INVALID, "out is NULL");
        refused(reqtask_response_read(null(), null_mut()), INVALID, "response is NULL");
        refused(reqtask_response_timing(null(), null_mut()), INVALID, "response is NULL");
        let response = give::<reqtask_response>(a_response());
        refused(reqtask_response_read(response, null_mut()), INVALID, "info is NULL");
        refused(reqtask_response_timing(response, null_mut()), INVALID, "timing is NULL");
        assert!(!reqtask_has_feature(null()));

        reqtask_response_free(response);
        reqtask_response_free(null());
        reqtask_config_free(config);
        reqtask_config_free(null_mut());
        reqtask_request_free(request);
        reqtask_request_free(null_mut());
        reqtask_buf_retain(null_mut());
        reqtask_buf_release(null_mut());
    }
}

#[test]
fn a_failed_registration_destroys_its_user_once() {
    let user = Counted::default();
    let u = user.user();
    let d: reqtask_destroy_fn = Some(count);
    let mut times = 0;
    let mut after = |status, want, word: &str| {
        refused(status, want, word);
        times += 1;
        user.destroyed(times);
    };
    let config = new_config();
    let request = new_request();
    // An id that no task ever has.
    let id = u64::MAX;
    let mut name = 7;
    // SAFETY: every pointer is NULL, a literal, a local's address or a living handle.
    unsafe {
        after(reqtask_config_set_wakeup(null_mut(), Some(count), u, d), INVALID, "config is NULL");
        after(reqtask_config_set_wakeup(config, None, u, d), INVALID, "fn is NULL");
        after(reqtask_set_log(5, None, u, d), INVALID, "max_level");
        after(reqtask_request_set_body(null_mut(), null(), 0, u, d), INVALID, "request is NULL");
        after(reqtask_request_set_body(request, null(), 1, u, d), INVALID, "data is NULL");
        let much = reqtask_request_set_body(request, c"x".as_ptr().cast(), REQTASK_NTS, u, d);
        after(much, INVALID, "bytes long");
        after(reqtask_on_headers(id, None, u, d, &mut name), INVALID, "fn is NULL");
        after(reqtask_on_chunk(id, None, u, d, &mut name), INVALID, "fn is NULL");
        after(reqtask_on_progress(id, None, u, d, &mut name), INVALID, "fn is NULL");
        after(reqtask_on_complete(id, None, u, d, &mut name), INVALID, "fn is NULL");
        after(reqtask_on_headers(id, Some(hear_headers), u, d, &mut name), NOT_FOUND, "no task");
        after(reqtask_on_chunk(id, Some(hear_chunk), u, d, &mut name), NOT_FOUND, "no task");
        after(reqtask_on_progress(id, Some(hear_progress), u, d, &mut name), NOT_FOUND, "no task");
        after(reqtask_on_complete(id, Some(hear_complete), u, d, &mut name), NOT_FOUND, "no task");
        reqtask_config_free(config);
        reqtask_request_free(request);
    }
    assert_eq!(name, 7, "nothing is written on failure");
}

#[test]
fn a_body_is_copied_or_used_in_place_and_given_back_once() {
    let (first, second) = (Counted::default(), Counted::default());
    let request = new_request();
    let body = || {
        // SAFETY: a living handle, used by this thread only.
        let draft = unsafe { &(*request).draft };
        draft.body.as_ref().map(|b| (**b).as_ref()).expect("a body is set")
    };
    let mut bytes = *b"a\0b";
    let data = bytes.as_mut_ptr().cast::<c_void>();
    // SAFETY: the bytes outlive the request; the rest are living handles.
    unsafe {
        assert_eq!(reqtask_request_set_body(request, data, 3, null_mut(), None), 0);
        data.cast::<u8>().write(b'x');
        assert_eq!(body(), b"a\0b", "a copy");
        assert_eq!(reqtask_request_set_body(request, data, 3, first.user(), Some(count)), 0);
        assert_eq!((body(), body().as_ptr().cast()), (&b"x\0b"[..], data.cast_const()), "in place");
        first.destroyed(0);
        assert_eq!(reqtask_request_set_body(request, null(), 0, second.user(), Some(count)), 0);
        assert_eq!(body(), b"", "NULL and 0 are an empty body");
        first.destroyed(1);
        let refusal = reqtask_request_set_body(request, null(), 1, null_mut(), None);
        refused(refusal, INVALID, "data is NULL");
        second.destroyed(0);
        reqtask_request_free(request);
        second.destroyed(1);
    }
}

#[test]
fn wrong_words_are_refused_with_a_sentence_that_names_them() {
    let request = new_request();
    let n = REQTASK_NTS;
    let mut out = null_mut();
    // SAFETY: literals with their lengths, and a living handle.
    unsafe {
        let mut new = |method: &[u8], url: &[u8]| {
            let (m, u) = (method.as_ptr().cast(), url.as_ptr().cast());
            reqtask_request_new(m, method.len(), u, url.len(), &mut out)
        };
        refused(new(b"get", b"http://h/"), INVALID, "upper case");
        refused(new(b"CONNECT", b"http://h/"), INVALID, "CONNECT");
        refused(new(b"GET", b"ftp://h/"), INVALID, "ftp");
        refused(new(b"GET", b"http://\xff/"), INVALID, "url is not valid UTF-8");
        let long = reqtask_request_new(c"GET".as_ptr(), n - 1, c"x".as_ptr(), n, &mut out);
        refused(long, INVALID, "method cannot be");
        let (name, value) = (c"a b".as_ptr(), c"v".as_ptr());
        refused(reqtask_request_add_header(request, name, n, value, n), INVALID, "a b");
        let (name, value) = (c"x-a".as_ptr(), c"v\r\n".as_ptr());
        refused(reqtask_request_add_header(request, name, n, value, n), INVALID, "x-a");
        assert!((*request).draft.fields.is_empty());
        assert_eq!(reqtask_request_add_header(request, name, n, c"\xff".as_ptr(), n), 0);
        refused(reqtask_request_set_u64(request, 28, 5), INVALID, "must be 0, 4 or 6, not 5");
        refused(reqtask_request_set_u64(request, 9999, 5), UNSUPPORTED, "9999");
        refused(reqtask_request_set_str(request, 1004, c"x".as_ptr(), n), INVALID, "ROOTS_PEM");
        let not_text = c"\xff".as_ptr();
        refused(reqtask_request_set_str(request, 1001, not_text, n), INVALID, "not valid UTF-8");
        reqtask_request_free(request);
    }
    refused(reqtask_off(1, 0, 0, 0), INVALID, "event must be");
    refused(reqtask_off(1, 5, 0, 0), INVALID, "not 5");
    refused(reqtask_off(1, 1, 0, 2), INVALID, "flags");
    assert!(out.is_null(), "nothing is written on failure");
}

#[test]
fn the_last_error_is_the_threads_own_and_outlives_success() {
    std::thread::spawn(|| {
        // SAFETY: NULL with no room for anything.
        assert_eq!(unsafe { reqtask_last_error(null_mut(), 0) }, 0, "no failure yet");
        refused(reqtask_abort(u64::MAX), NOT_FOUND, "no task 18446744073709551615");
        // SAFETY: handles that are alive.
        unsafe { reqtask_config_free(new_config()) };
        assert!(last_error().contains("no task"), "a success leaves it alone");
        let mut small = [1 as c_char; 6];
        // SAFETY: the buffer has the length that is told.
        let len = unsafe { reqtask_last_error(small.as_mut_ptr(), small.len()) };
        assert_eq!(small.map(|c| c as u8), *b"there\0", "cut to cap - 1 bytes");
        assert!(len > 5, "and the full length is told");
    })
    .join()
    .expect("the thread's checks hold");
}

#[test]
fn a_panic_stops_at_the_boundary() {
    let status = super::guard::fallible(|| panic!("the test says so"));
    refused(status, reqtask_status_code::REQTASK_E_PANIC as i32, "the test says so");
    assert_eq!(super::guard::infallible(3, || panic!("the test says so")), 3);
}

#[test]
fn a_response_is_filled_up_to_struct_size() {
    let inner = a_response();
    let response = give::<reqtask_response>(inner.clone());
    // SAFETY: all bytes of these structs may hold anything; NULL is a value for every field.
    let mut info: reqtask_response_info = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: handles that are alive, and structs of ours.
    unsafe {
        for small in [0, 1, 7] {
            info.struct_size = small;
            refused(reqtask_response_read(response, &mut info), INVALID, "info->struct_size");
        }
        let half = offset_of!(reqtask_response_info, peer) as u32;
        info.struct_size = half;
        assert_eq!(reqtask_response_read(response, &mut info), 0);
        assert_eq!((info.struct_size, info.http_status), (half, 404));
        assert_eq!((info.http_version, info.redirects, info.url.len), (11, 2, 9));
        assert!(info.peer.ptr.is_null() && info.headers.is_null(), "nothing behind struct_size");

        let full = size_of::<reqtask_response_info>() as u32;
        info.struct_size = full + 100;
        assert_eq!(reqtask_response_read(response, &mut info), 0);
        assert_eq!((info.struct_size, info.header_count), (full, 2), "an older library says so");
        assert_eq!(CStr::from_ptr(info.peer.ptr), c"10.0.0.1:80");
        assert!(info.body.data.is_null() && info.body.buf.is_null() && info.body.len == 0);
        let second = *info.headers.add(1);
        assert_eq!(CStr::from_ptr(second.name.ptr), c"set-cookie");
        assert_eq!(CStr::from_ptr(second.value.ptr), c"b=\xff");
        assert_eq!((second.name.len, second.value.len), (10, 3));

        let body = Block::new(vec![0, 1, 2]);
        inner.body.set(body.clone()).expect("set once");
        drop(inner);
        info.struct_size = full;
        assert_eq!(reqtask_response_read(response, &mut info), 0);
        assert_eq!(std::slice::from_raw_parts(info.body.data, info.body.len), [0, 1, 2]);
        reqtask_buf_retain(info.body.buf);
        reqtask_response_free(response);
        assert_eq!(Arc::strong_count(&body), 2, "the buffer outlives its response");
        reqtask_buf_release(info.body.buf);
        assert_eq!(Arc::strong_count(&body), 1);
    }
}

#[test]
fn timings_are_filled_up_to_struct_size() {
    let response = give::<reqtask_response>(a_response());
    // SAFETY: a struct of numbers.
    let mut timing: reqtask_timing = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: a living handle, and a struct of ours.
    unsafe {
        timing.struct_size = 4;
        refused(reqtask_response_timing(response, &mut timing), INVALID, "timing->struct_size");
        timing.struct_size = size_of::<reqtask_timing>() as u32;
        assert_eq!(reqtask_response_timing(response, &mut timing), 0);
        reqtask_response_free(response);
    }
    assert_eq!((timing.connection_reused, timing.bytes_sent), (1, 7));
    assert!(timing.dequeued >= 0 && timing.start_unix_us > 1_600_000_000_000_000);
    assert_eq!((timing.resolve_start, timing.response_end), (-1, -1), "what did not happen is -1");
}

#[test]
fn events_tell_what_happened() {
    let response = a_response();
    let ev = reqtask_headers_event::new(3, &response);
    assert_eq!((ev.task, ev.http_status, ev.header_count), (3, 404, 2));
    assert_eq!(reqtask_headers_event::new(3, &response).headers, ev.headers, "made once");

    let block = Block::new(vec![9]);
    let ev = reqtask_chunk_event::new(3, 5, &block);
    assert_eq!((ev.offset, ev.bytes.len, ev.bytes.data), (5, 1, block.as_mut_ptr()));
    assert_eq!(Arc::strong_count(&block), 1, "lent, not given");

    let mut failure = Failure::new(Kind::Connect, Phase::Connect, "no luck");
    failure.os_error = 111;
    let mut end = Completion { failure: Some(failure), phase: Phase::Connect, response: None };
    let message = message_of(&end);
    let ev = reqtask_complete_event::new(3, &end, &message);
    assert_eq!((ev.status, ev.phase, ev.os_error), (-103, 3, 111));
    // SAFETY: the text lives in `message`, and a NUL stands behind it.
    assert_eq!(unsafe { CStr::from_ptr(ev.message.ptr) }, c"no luck");
    assert!(ev.response.is_null());

    end = Completion { failure: None, phase: Phase::Body, response: Some(response.clone()) };
    let message = message_of(&end);
    let ev = reqtask_complete_event::new(3, &end, &message);
    assert_eq!((ev.status, ev.message.len), (0, 0));
    // SAFETY: the text lives in `message`, and a NUL stands behind it.
    assert_eq!(unsafe { CStr::from_ptr(ev.message.ptr) }, c"");
    assert_eq!(ev.response, lend::<reqtask_response>(&response).cast_const());
}

#[test]
fn every_code_has_its_sentence_and_every_failure_its_code() {
    // SAFETY: static text with a NUL.
    let text = |status| unsafe { CStr::from_ptr(reqtask_status_text(status)) };
    let mut seen = std::collections::BTreeSet::new();
    for (code, sentence) in SENTENCES {
        assert_eq!(text(*code as i32), *sentence);
        assert!(seen.insert(*sentence), "{sentence:?} stands there twice");
    }
    assert_eq!(text(-9999), c"an unknown status");
    let kinds = [
        (Kind::Aborted, -100),
        (Kind::Timeout, -101),
        (Kind::Resolve, -102),
        (Kind::Connect, -103),
        (Kind::Proxy, -104),
        (Kind::Tls, -105),
        (Kind::Certificate, -106),
        (Kind::Io, -107),
        (Kind::Protocol, -108),
        (Kind::Redirect, -109),
        (Kind::TooLarge, -110),
        (Kind::Decode, -111),
        (Kind::Unsupported, -4),
        (Kind::NoMemory, -8),
        (Kind::Panic, -9),
    ];
    for (kind, code) in kinds {
        assert_eq!(of_failure(kind), code, "{kind:?}");
    }
}

#[test]
fn the_numbers_of_c_are_those_of_rust() {
    use reqtask_event::*;
    use reqtask_log_level::*;
    use reqtask_phase::*;
    let phases = [
        (REQTASK_PHASE_NONE, Phase::None),
        (REQTASK_PHASE_QUEUE, Phase::Queue),
        (REQTASK_PHASE_RESOLVE, Phase::Resolve),
        (REQTASK_PHASE_CONNECT, Phase::Connect),
        (REQTASK_PHASE_TLS, Phase::Tls),
        (REQTASK_PHASE_SEND, Phase::Send),
        (REQTASK_PHASE_HEADERS, Phase::Headers),
        (REQTASK_PHASE_BODY, Phase::Body),
    ];
    for (c, rust) in phases {
        assert_eq!(c as u32, rust as u32, "{rust:?}");
    }
    let events = [
        (REQTASK_EVENT_HEADERS, EventKind::Headers),
        (REQTASK_EVENT_CHUNK, EventKind::Chunk),
        (REQTASK_EVENT_PROGRESS, EventKind::Progress),
        (REQTASK_EVENT_COMPLETE, EventKind::Complete),
    ];
    for (c, rust) in events {
        assert_eq!(c as u32, rust as u32, "{rust:?}");
    }
    let levels = [
        (REQTASK_LOG_ERROR, Level::Error),
        (REQTASK_LOG_WARN, Level::Warn),
        (REQTASK_LOG_INFO, Level::Info),
        (REQTASK_LOG_DEBUG, Level::Debug),
    ];
    for (c, rust) in levels {
        assert_eq!(c as u32, rust as u32, "{rust:?}");
    }
}

#[test]
fn the_versions_agree() {
    // SAFETY: static text with a NUL.
    let version = unsafe { CStr::from_ptr(reqtask_version()) }.to_str().expect("ASCII");
    let parts = (REQTASK_VERSION_MAJOR, REQTASK_VERSION_MINOR, REQTASK_VERSION_PATCH);
    assert_eq!(version, format!("{}.{}.{}", parts.0, parts.1, parts.2));
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert_eq!(reqtask_abi_version(), REQTASK_ABI_VERSION);
    // SAFETY: literals that end at their NUL.
    let has = |name: &CStr| unsafe { reqtask_has_feature(name.as_ptr()) };
    assert!(has(c"tls") && has(c"deflate") && has(c"socks") && !has(c"") && !has(c"tl"));
    assert_eq!(has(c"zstd"), cfg!(feature = "zstd"));
}

#[test]
fn a_config_keeps_what_was_set() {
    let config = new_config();
    // SAFETY: a living handle, used by this thread only.
    unsafe {
        assert_eq!(reqtask_config_set_u64(config, key::TIMEOUT_MS, 5), 0);
        let agent = c"tool/1".as_ptr();
        assert_eq!(reqtask_config_set_str(config, key::USER_AGENT, agent, 4), 0);
        assert_eq!((*config).options.number(key::TIMEOUT_MS), 5);
        let policy = (*config).options.policy(&Default::default());
        assert_eq!(policy.user_agent, "tool", "as long as the length says");
        refused(reqtask_config_set_u64(config, 40, 1), INVALID, "AUTO_RELEASE");
        reqtask_config_free(config);
        assert!(take::<reqtask_buf>(null()).is_none());
    }
}
