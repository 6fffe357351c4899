//! Which fields go along a redirect: a table of places, by RFC 6454 4 and 5, Fetch's HTTP-redirect fetch, and RFC 9110 15.4.

use http::{HeaderName, HeaderValue, Method};

use super::fields::Fields;
use super::redirect::{Decision, Follow, decide};
use super::request::Policy;
use super::testing::policy;
use super::url::parse_url;

const SECRETS: &[&str] = &["authorization", "cookie", "cookie2", "proxy-authorization", "host"];

fn follow(status: u16, method: &Method, from: &str, location: &str) -> Follow {
    let mut fields = Fields::default();
    fields.push(b"location", location.as_bytes());
    let asked = Policy { redirect_to_http: true, ..policy() };
    let from = parse_url(from).expect("a good URL");
    match decide(status, &fields, method, &from, &asked, 0) {
        Decision::Follow(follow) => *follow,
        other => panic!("{location}: {other:?}"),
    }
}

fn strips(follow: &Follow, name: &str) -> bool {
    follow.strips(&name.parse::<HeaderName>().expect("a good name"))
}

#[test]
#[rustfmt::skip]
fn secrets_go_only_to_the_same_scheme_host_and_port() {
    for (from, to, same) in [
        ("http://h.example/a", "/b", true),
        ("http://h.example/a", "?b", true),
        ("http://h.example/a", "//h.example/b", true),
        ("http://h.example/a", "http://H.EXAMPLE/b", true),
        ("http://h.example/a", "HTTP://h.example:80/b", true),
        ("http://h.example:80/a", "http://h.example/b", true),
        ("https://h.example/a", "https://h.example:443/b", true),
        ("https://h.example:443/a", "https://h.example:0443/b", true),
        ("http://h.example:8080/a", "http://h.example:8080/b", true),
        ("http://h.example/a", "http://%68.example/b", true),
        ("http://h.example/a", "http://\u{ff48}.example/b", true),
        ("http://b\u{fc}cher.example/a", "http://xn--bcher-kva.example/b", true),
        ("http://B\u{dc}CHER.example/a", "http://b\u{fc}cher.example/b", true),
        ("http://127.0.0.1/a", "http://0x7f.1/b", true),
        ("http://127.0.0.1/a", "http://2130706433/b", true),
        ("http://[::1]/a", "http://[0:0:0:0:0:0:0:1]/b", true),
        // Another host, however near.
        ("http://h.example/a", "http://www.h.example/b", false),
        ("http://www.h.example/a", "http://h.example/b", false),
        ("http://a.h.example/a", "http://b.h.example/b", false),
        ("http://h.example/a", "http://h.example./b", false),
        ("http://h.example./a", "http://h.example/b", false),
        ("http://h.example/a", "http://h.example.evil.example/b", false),
        ("http://h.example/a", "http://h.exampl\u{435}/b", false),
        ("http://h.example/a", "//evil.example/h.example", false),
        ("http://h.example/a", "\\\\evil.example\\b", false),
        ("http://h.example/a", "http://h.example@evil.example/b", false),
        ("http://h.example/a", "http://evil.example\\@h.example/b", false),
        ("http://h.example/a", "http://evil.example#@h.example/", false),
        ("http://h.example/a", "http://evil.example?@h.example/", false),
        ("http://strasse.example/a", "http://stra\u{df}e.example/b", false),
        ("http://127.0.0.1/a", "http://127.0.0.2/b", false),
        ("http://127.0.0.1/a", "http://localhost/b", false),
        ("http://127.0.0.1/a", "http://[::1]/b", false),
        ("http://127.0.0.1/a", "http://[::ffff:127.0.0.1]/b", false),
        // Another port or scheme.
        ("http://h.example/a", "http://h.example:81/b", false),
        ("http://h.example:8080/a", "http://h.example/b", false),
        ("http://h.example/a", "http://h.example:443/b", false),
        ("http://h.example/a", "https://h.example/b", false),
        ("http://h.example:443/a", "https://h.example/b", false),
        ("https://h.example/a", "http://h.example/b", false),
        ("https://h.example/a", "http://h.example:443/b", false),
        ("https://h.example:8443/a", "http://h.example:8443/b", false),
    ] {
        for status in [301, 302, 303, 307, 308] {
            for method in [Method::GET, Method::POST] {
                let next = follow(status, &method, from, to);
                for name in SECRETS {
                    assert_eq!(strips(&next, name), !same, "{name}: {status} {method} {from} {to}");
                }
                assert!(!strips(&next, "x-own") && !strips(&next, "accept"), "{from} {to}");
                assert_eq!(strips(&next, "referer"), next.falls, "{from} {to}");
                assert_eq!(next.falls, from.starts_with("https:") && to.starts_with("http:"));
            }
        }
    }
}

#[test]
fn content_fields_go_with_the_body() {
    let of_body = [
        "content-type",
        "content-length",
        "content-encoding",
        "content-language",
        "content-location",
        "content-range",
        "content-disposition",
        "content-md5",
        "content-digest",
        "repr-digest",
        "digest",
        "last-modified",
    ];
    for (status, method, kept) in [
        (301, Method::POST, false),
        (302, Method::POST, false),
        (303, Method::POST, false),
        (303, Method::PUT, false),
        (303, Method::DELETE, false),
        (301, Method::PUT, true),
        (302, Method::PATCH, true),
        (307, Method::POST, true),
        (308, Method::POST, true),
        (303, Method::GET, true),
    ] {
        for to in ["/b", "http://other.example/"] {
            let next = follow(status, &method, "http://h.example/a", to);
            for name in of_body {
                assert_eq!(strips(&next, name), !kept, "{status} {method} {name}");
            }
        }
    }
}

#[test]
fn credentials_in_a_location_replace_all_others() {
    for (from, to, same) in [
        ("http://h.example/", "http://u:p@h.example/", true),
        ("http://h.example/", "//u:p@h.example/", true),
        ("http://h.example/", "http://u:p@k.example/", false),
        ("https://h.example/", "http://u:p@h.example/", false),
    ] {
        let next = follow(302, &Method::GET, from, to);
        assert_eq!(next.credentials, Some(HeaderValue::from_static("Basic dTpw")), "{to}");
        assert!(strips(&next, "authorization"), "{to}");
        assert_eq!(strips(&next, "cookie"), !same, "{to}");
        assert!(!next.url.as_str().contains('@'), "{to}");
    }
}
