//! Redirects by the Fetch standard, and locations as servers write them.

use http::{HeaderName, HeaderValue, Method, header};

use super::fields::Fields;
use super::redirect::{Decision, Follow, decide};
use super::request::Policy;
use super::testing::{Random, policy};
use super::url::accept;
use super::url::parse_url;

fn fields(location: &[u8]) -> Fields {
    let mut f = Fields::default();
    f.push(b"Location", location);
    f
}

fn go(status: u16, method: &str, from: &str, location: &[u8], policy: &Policy) -> Decision {
    let method = method.parse().expect("a good method");
    let from = parse_url(from).expect("a good URL");
    decide(status, &fields(location), &method, &from, policy, 0)
}

fn follow(status: u16, method: &str, from: &str, location: &[u8]) -> Follow {
    match go(status, method, from, location, &policy()) {
        Decision::Follow(f) => *f,
        other => panic!("{other:?}"),
    }
}

#[test]
fn methods_and_bodies_follow_the_fetch_standard() {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for (status, to_get) in [
        (301, &["POST"][..]),
        (302, &["POST"]),
        (303, &["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        (307, &[]),
        (308, &[]),
    ] {
        for method in methods {
            let f = follow(status, method, "http://h/", b"/x");
            let changed = to_get.contains(&method);
            assert_eq!(f.method, if changed { "GET" } else { method }, "{status} {method}");
            assert_eq!(f.keep_body, !changed, "{status} {method}");
            assert_eq!(f.strips(&header::CONTENT_TYPE), changed);
        }
    }
}

#[test]
fn other_answers_are_handed_back() {
    for status in [200, 201, 299, 300, 304, 305, 306, 309, 399, 400, 503] {
        assert_eq!(go(status, "GET", "http://h/", b"/x", &policy()), Decision::Return);
    }
    assert_eq!(go(302, "GET", "http://h/", b" ", &policy()), Decision::Return);
    let none = Policy { redirects_max: 0, ..policy() };
    assert_eq!(go(302, "GET", "http://h/", b"/x", &none), Decision::Return);
    assert_eq!(go(302, "GET", "http://h/", b"http://foo.1.2.3.4.5/", &none), Decision::Return);
    let url = parse_url("http://h/").expect("a good URL");
    let without = decide(302, &Fields::default(), &Method::GET, &url, &policy(), 0);
    assert_eq!(without, Decision::Return);
}

#[test]
fn locations_are_resolved_as_browsers_do() {
    for (from, location, want) in [
        ("http://h/a/b?q", &b"c"[..], "http://h/a/c"),
        ("http://h/a/b?q", b"?r", "http://h/a/b?r"),
        ("http://h/a/b?q", b"/c/./d/../e", "http://h/c/e"),
        ("http://h/a/b", b"../../../c", "http://h/c"),
        ("http://h/a", b"//k/x", "http://k/x"),
        ("https://h/a", b"//k/x", "https://k/x"),
        ("http://h/a", b" /b c ", "http://h/b%20c"),
        ("http://h/a", "/ü?ö".as_bytes(), "http://h/%C3%BC?%C3%B6"),
        ("http://h/a", b"/\xfc", "http://h/%C3%BC"),
        ("http://h/a#f", b"/b", "http://h/b#f"),
        ("http://h/a#f", b"/b#g", "http://h/b#g"),
        ("http://h/a#f", b"/b#", "http://h/b#"),
        ("http://h/a", b"HTTP://K:80/", "http://k/"),
        ("http://h/a", b"http:b", "http://h/b"),
        ("http://h/a", "http://bücher.example".as_bytes(), "http://xn--bcher-kva.example/"),
        ("http://h/a", b"/%7euser/%zz", "http://h/%7euser/%zz"),
        ("http://h/a", b"\\b\\c", "http://h/b/c"),
        ("http://h/a", b"/b\r\n\tc", "http://h/bc"),
    ] {
        let got = follow(302, "GET", from, location).url;
        assert_eq!(got.as_str(), want, "{from} {:?}", String::from_utf8_lossy(location));
    }
}

#[test]
fn strange_locations_are_refused_by_name() {
    for location in [
        "http://foo.1.2.3.4.5/",
        "http://[::1",
        "http://h:99999/",
        "http://h:0/",
        "http:///",
        "ftp://h/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/plain,x",
        "http://a b/",
        "//",
        "http://h%/",
    ] {
        match go(302, "GET", "http://h/", location.as_bytes(), &policy()) {
            Decision::Refuse(sentence) => assert!(sentence.contains(location), "{sentence}"),
            other => panic!("{location}: {other:?}"),
        }
    }
}

#[test]
fn https_is_not_left_unless_asked() {
    let refused =
        |p: &Policy, from, to: &[u8]| matches!(go(301, "GET", from, to, p), Decision::Refuse(_));
    let asked = Policy { redirect_to_http: true, ..policy() };
    let only = Policy { https_only: true, redirect_to_http: true, ..policy() };
    assert!(refused(&policy(), "https://h/", b"http://h/"));
    assert!(!refused(&policy(), "http://h/", b"http://h/"));
    assert!(!refused(&policy(), "http://h/", b"https://h/"));
    assert!(!refused(&asked, "https://h/", b"http://h/"));
    assert!(refused(&only, "https://h/", b"http://h/"));
    assert!(!refused(&only, "https://h/", b"https://k/"));
}

#[test]
fn one_more_than_the_limit_fails() {
    let url = parse_url("http://h/").expect("a good URL");
    let three = Policy { redirects_max: 3, ..policy() };
    for followed in 0..5 {
        let d = decide(302, &fields(b"/x"), &Method::GET, &url, &three, followed);
        assert_eq!(matches!(d, Decision::Follow(_)), followed < 3, "{followed}");
        assert_eq!(matches!(d, Decision::Refuse(_)), followed >= 3, "{followed}");
    }
}

#[test]
fn two_different_locations_are_an_attack() {
    let url = parse_url("http://h/").expect("a good URL");
    let mut f = fields(b"/a");
    f.push(b"location", b"/a");
    let d = decide(302, &f, &Method::GET, &url, &policy(), 0);
    assert!(matches!(d, Decision::Follow(_)));
    f.push(b"location", b"/b");
    let d = decide(302, &f, &Method::GET, &url, &policy(), 0);
    assert!(matches!(d, Decision::Refuse(_)));
}

#[test]
fn secrets_stay_with_their_origin() {
    let secrets = [
        header::AUTHORIZATION,
        header::COOKIE,
        header::PROXY_AUTHORIZATION,
        header::HOST,
        HeaderName::from_static("cookie2"),
    ];
    let same = follow(307, "GET", "http://h/", b"http://h:80/x");
    let port = follow(307, "GET", "http://h/", b"http://h:81/x");
    let host = follow(307, "GET", "http://h/", b"http://sub.h/x");
    let scheme = follow(307, "GET", "http://h/", b"https://h/x");
    for name in &secrets {
        assert!(!same.strips(name), "{name}");
        assert!(port.strips(name) && host.strips(name) && scheme.strips(name), "{name}");
    }
    assert!(!host.strips(&header::ACCEPT) && !host.strips(&header::CONTENT_TYPE));
}

#[test]
fn credentials_in_a_location_are_taken_out_of_the_url() {
    let f = follow(302, "GET", "http://h/", b"http://u:p@k/x");
    assert_eq!(f.url.as_str(), "http://k/x");
    assert_eq!(f.credentials, Some(HeaderValue::from_static("Basic dTpw")));
    let f = follow(302, "GET", "http://h/", b"http://u:p@h/x");
    assert!(f.same_origin && f.strips(&header::AUTHORIZATION));
    match go(302, "GET", "http://h/", b"ftp://u:hush@k/x", &policy()) {
        Decision::Refuse(sentence) => assert!(!sentence.contains("hush"), "{sentence}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_location_panics() {
    let pieces = [
        "http://",
        "https:",
        "//",
        "/",
        "..",
        ".",
        "?",
        "#",
        "@",
        ":",
        "[",
        "]",
        "::1",
        "%",
        "%00",
        "1.2.3.4.5",
        "foo",
        "xn--",
        "ü",
        "\u{0}",
        "\\",
        " ",
        "99999",
        "0",
        "\t",
        "🦀",
        "ß",
        "\u{202e}",
        "&",
        "a",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut followed, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut location = random.text(&pieces, 9).into_bytes();
        if random.below(4) == 0 && !location.is_empty() {
            let at = random.below(location.len());
            location[at] = random.below(256) as u8;
        }
        match go(302, "GET", "http://h/a/b?c#d", &location, &policy()) {
            Decision::Follow(f) => {
                accept(&f.url).expect("what is followed can be requested");
                followed += 1;
            }
            Decision::Refuse(_) => refused += 1,
            Decision::Return => assert!(location.trim_ascii().is_empty()),
        }
    }
    assert!(followed > 1000 && refused > 1000, "{followed} {refused}");
}
