//! URLs of the app (`http/url.rs`, `http/url_memory.rs`): what is taken can be requested, means what the WHATWG parser says,
//! with and without the thread's memory of URLs, and stays itself when it is parsed again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::url::{Url, parse_url, take_credentials, without_secrets};
use reqtask_fuzz::is_sentence;

fuzz_target!(|data: &[u8]| {
    // Several in a row: the memory of the thread is what the first ones left there.
    for text in String::from_utf8_lossy(data).split('\n').take(6) {
        look_at(text);
    }
});

fn look_at(text: &str) {
    let shown = without_secrets(text);
    assert!(shown.chars().count() <= 2100 && !shown.chars().any(char::is_control), "{shown:?}");
    let plain = Url::parse(text);
    match parse_url(text) {
        Err(why) => is_sentence(&why),
        Ok(mut url) => {
            assert_eq!(Ok(&url), plain.as_ref());
            assert_eq!(parse_url(text).as_ref(), Ok(&url), "the second time");
            assert_eq!(parse_url(url.as_str()).as_ref(), Ok(&url), "once more through the parser");
            let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
            let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
            for part in [target, authority] {
                assert!(part.bytes().all(|b| b > b' ' && b < 0x7f), "{part:?}");
            }
            assert!(target.starts_with('/') && !authority.contains(['@', '/', '?', '#', '\\']));
            let uri = format!("{}://{authority}{target}", url.scheme());
            assert!(http::Uri::try_from(&uri).is_ok(), "{uri}");
            let had = !url.username().is_empty() || url.password().is_some();
            let basic = take_credentials(&mut url);
            assert_eq!(basic.is_some(), had);
            assert!(!url.as_str().contains('@') || target_has_at(&url));
            assert!(basic.is_none_or(|value| value.is_sensitive()));
        }
    }
}

fn target_has_at(url: &Url) -> bool {
    url[url::Position::BeforePath..].contains('@')
}
