//! Whatever becomes of a call, what it was given is given back once.

use super::*;

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
fn a_wakeup_lives_as_long_as_the_last_of_config_and_clients() {
    let (first, second) = (Counted::default(), Counted::default());
    let config = new_config();
    let (mut a, mut b) = (null_mut(), null_mut());
    // SAFETY: every pointer is a local's address or a living handle.
    unsafe {
        assert_eq!(reqtask_config_set_wakeup(config, Some(count), first.user(), Some(count)), 0);
        first.destroyed(0);
        assert_eq!(reqtask_config_set_wakeup(config, Some(count), second.user(), Some(count)), 0);
        first.destroyed(1);
        assert_eq!(reqtask_client_new(config, &mut a), 0);
        assert_eq!(reqtask_client_new(config, &mut b), 0);
        reqtask_config_free(config);
        assert_eq!(reqtask_client_close(a, 1000), 0);
        second.destroyed(0);
        assert_eq!(reqtask_client_close(b, 1000), 0);
        second.destroyed(1);
    }
}
