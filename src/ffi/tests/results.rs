//! What the library hands out: structs up to their size, events, codes, versions.

use super::*;

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
        let policy = &crate::options::Rules::new(&(*config).options).policy;
        assert_eq!(policy.user_agent, "tool", "as long as the length says");
        refused(reqtask_config_set_u64(config, 40, 1), INVALID, "AUTO_RELEASE");
        reqtask_config_free(config);
        assert!(take::<reqtask_buf>(null()).is_none());
    }
}
