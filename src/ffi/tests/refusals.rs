//! A wrong call is refused, with a sentence that names the culprit, and writes nothing.

use super::*;

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
        let draft = &(*request).draft;
        assert!(draft.ask.fields.is_empty());
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
    let status = crate::ffi::guard::fallible(|| panic!("the test says so"));
    refused(status, reqtask_status_code::REQTASK_E_PANIC as i32, "the test says so");
    assert_eq!(crate::ffi::guard::infallible(3, || panic!("the test says so")), 3);
}

#[test]
fn a_client_refuses_null_too() {
    let request = new_request();
    let (mut client, mut id) = (null_mut(), 7);
    // SAFETY: every pointer is NULL, a local's address or a living handle.
    unsafe {
        assert_eq!(reqtask_client_new(null_mut(), &mut client), 0);
        refused(reqtask_create(client, null(), &mut id), INVALID, "request is NULL");
        refused(reqtask_create(client, request, null_mut()), INVALID, "out is NULL");
        assert_eq!(id, 7, "nothing is written on failure");
        let dispatched = reqtask_client_dispatch(client, 0, 0, null_mut());
        refused(dispatched, reqtask_status_code::REQTASK_E_STATE as i32, "wakeup");
        assert_eq!(reqtask_client_close(client, 1000), 0);
        reqtask_request_free(request);
    }
}
