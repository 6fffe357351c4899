//! What a `location` may do (`http/redirect.rs`): a followed one leads only where the rules allow, carries no credentials in
//! its URL and no secret to another origin; a refused one says so in a harmless sentence.
#![no_main]

use std::sync::LazyLock;

use http::{HeaderName, Method, header};
use libfuzzer_sys::fuzz_target;
use reqtask::http::redirect::{Decision, Follow, decide};
use reqtask::http::url::{URL_MAX_BYTES, Url, accept, parse_url};
use reqtask::http::{Fields, Policy};
use reqtask_fuzz::{is_sentence, policy, steer};

static FROM: LazyLock<Vec<Url>> = LazyLock::new(|| {
    [
        "http://origin.test/a/b?c#frag",
        "https://origin.test/a/b",
        "https://origin.test:8443/a;x/?y=%20",
        "http://127.0.0.1:8080/",
    ]
    .iter()
    .map(|text| parse_url(text).expect("a good URL"))
    .collect()
});
const STATUSES: [u16; 8] = [301, 302, 303, 307, 308, 300, 304, 200];
const METHODS: [Method; 4] = [Method::GET, Method::POST, Method::HEAD, Method::PUT];
const SECRETS: [HeaderName; 3] =
    [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

fuzz_target!(|data: &[u8]| {
    let (how, rest) = steer(data);
    let (more, location) = steer(rest);
    let current = &FROM[usize::from(how) & 3];
    let status = STATUSES[usize::from(how >> 2) & 7];
    let method = &METHODS[usize::from(how >> 5) & 3];
    let followed = u32::from(more >> 4);
    let policy = Policy {
        redirects_max: 10,
        redirect_to_http: more & 1 != 0,
        https_only: more & 2 != 0,
        ..policy()
    };
    let mut fields = Fields::default();
    for line in location.split(|b| *b == b'\n').take(3) {
        // Now and then behind a password, which no sentence may hold.
        let secret: &[u8] = if more & 4 != 0 { b"https://joe:TOPSECRET@" } else { b"" };
        fields.push(b"Location", &[secret, line].concat());
    }
    match decide(status, &fields, method, current, &policy, followed) {
        Decision::Return => {
            let empty = fields.get("location").is_some_and(|l| l.trim_ascii().is_empty());
            assert!(empty || [300, 304, 200].contains(&status));
        }
        Decision::Refuse(why) => {
            is_sentence(&why);
            assert!(!why.contains("TOPSECRET"), "{why}");
        }
        Decision::Follow(next) => {
            assert!(followed < 10, "one too many");
            leads_where_it_may(&next, current, &policy);
            method_follows_the_table(&next, status, method);
        }
    }
});

fn leads_where_it_may(next: &Follow, current: &Url, policy: &Policy) {
    let url = &next.url;
    assert_eq!(accept(url), Ok(()));
    assert!(matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_MAX_BYTES);
    assert!(url.username().is_empty() && url.password().is_none());
    let falls = current.scheme() == "https" && url.scheme() == "http";
    assert!(!falls || policy.redirect_to_http, "from https to http");
    assert!(url.scheme() == "https" || !policy.https_only);
    let origin = |url: &Url| {
        let host = url.host_str().expect("it was accepted").to_owned();
        (url.scheme().to_owned(), host, url.port_or_known_default())
    };
    assert_eq!(next.same_origin, origin(url) == origin(current));
    for secret in SECRETS {
        assert!(next.same_origin || next.strips(&secret), "{secret} goes to {url}");
    }
    assert!(next.same_origin || next.strips(&header::HOST));
    if let Some(basic) = &next.credentials {
        assert!(basic.is_sensitive() && next.strips(&header::AUTHORIZATION));
    }
    // What goes into the request line cannot end it.
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    assert!(target.starts_with('/') && target.bytes().all(|b| b > b' ' && b < 0x7f), "{target:?}");
    if url.fragment().is_none() {
        assert_eq!(current.fragment(), None);
    }
}

/// The Fetch standard, HTTP-redirect fetch.
fn method_follows_the_table(next: &Follow, status: u16, method: &Method) {
    let becomes_get = (matches!(status, 301 | 302) && method == Method::POST)
        || (status == 303 && method != Method::GET && method != Method::HEAD);
    assert_eq!(next.method, if becomes_get { Method::GET } else { method.clone() });
    assert_eq!(next.keep_body, !becomes_get);
    assert_eq!(next.strips(&header::CONTENT_TYPE), becomes_get);
}
