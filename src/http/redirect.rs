//! What to do with a redirect answer: hand it back, follow it, or fail. Pure.
//!
//! | status   | method              | next method | body    |
//! | -------- | ------------------- | ----------- | ------- |
//! | 301, 302 | POST                | GET         | dropped |
//! | 301, 302 | any other           | the same    | kept    |
//! | 303      | GET, HEAD           | the same    | kept    |
//! | 303      | any other           | GET         | dropped |
//! | 307, 308 | any                 | the same    | kept    |
//! | others   | any                 | not followed: the answer is handed back |
//!
//! This is the Fetch standard's HTTP-redirect fetch. The new URL is resolved by the WHATWG rules, so `?query`, dot
//! segments, spaces and non-ASCII work as in browsers. Nothing that a server can put into `location` may panic.

use http::{HeaderName, HeaderValue, Method, header};
use url::Url;

use super::fields::Fields;
use super::request::Policy;
use super::url::{accept, same_origin, take_credentials, without_secrets};

/// What to do with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is the final answer.
    Return,
    /// Ask there next.
    Follow(Box<Follow>),
    /// Fail with this sentence.
    Refuse(String),
}

/// The next request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Where to; without credentials, with the fragment of the URL before where it had none of its own.
    pub url: Url,
    /// The method.
    pub method: Method,
    /// Whether the body is sent again.
    pub keep_body: bool,
    /// Whether secrets may go along.
    pub same_origin: bool,
    /// `authorization` from credentials in `location`; replaces any other, as in browsers.
    pub credentials: Option<HeaderValue>,
}

impl Follow {
    /// Whether a field of the request before must not go into the next one.
    pub fn strips(&self, name: &HeaderName) -> bool {
        // Fetch's request-body-header names, and the length, which the body's sender states.
        let of_body = name == header::CONTENT_TYPE
            || name == header::CONTENT_LENGTH
            || name == header::CONTENT_ENCODING
            || name == header::CONTENT_LANGUAGE
            || name == header::CONTENT_LOCATION;
        // Secrets, and a host that was chosen for the old origin.
        let of_origin = name == header::AUTHORIZATION
            || name == header::COOKIE
            || name == header::PROXY_AUTHORIZATION
            || name == "cookie2"
            || name == "www-authenticate"
            || name == "proxy-authenticate"
            || name == header::HOST;
        (of_body && !self.keep_body)
            || (of_origin && !self.same_origin)
            || (name == header::AUTHORIZATION && self.credentials.is_some())
    }
}

/// Whether this status is ever followed. 300 leaves the choice to people, 304 is about caches, 305 and 306 are withdrawn.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Decides. `followed` counts the redirects before this one.
pub fn decide(
    status: u16,
    fields: &Fields,
    method: &Method,
    current: &Url,
    policy: &Policy,
    followed: u32,
) -> Decision {
    if !is_redirect(status) || policy.redirects_max == 0 {
        return Decision::Return;
    }
    let mut locations = fields.all("location").map(<[u8]>::trim_ascii);
    let Some(location) = locations.next() else { return Decision::Return };
    if locations.any(|other| other != location) {
        return Decision::Refuse("the redirect names several locations".to_owned());
    }
    if location.is_empty() {
        return Decision::Return;
    }
    let text = text_of(location);
    if followed >= policy.redirects_max {
        return Decision::Refuse(format!(
            "more than {} redirects; the last one leads to \"{}\"",
            policy.redirects_max,
            without_secrets(&text)
        ));
    }
    match resolve(&text, current, policy) {
        Ok(mut url) => {
            let credentials = take_credentials(&mut url);
            let to_get = match status {
                301 | 302 => *method == Method::POST,
                303 => *method != Method::GET && *method != Method::HEAD,
                _ => false,
            };
            Decision::Follow(Box::new(Follow {
                method: if to_get { Method::GET } else { method.clone() },
                keep_body: !to_get,
                same_origin: same_origin(current, &url),
                credentials,
                url,
            }))
        }
        Err(why) => Decision::Refuse(format!(
            "the redirect to \"{}\" is not followed: {why}",
            without_secrets(&text)
        )),
    }
}

/// UTF-8 where it is valid, else Latin-1, which every byte string is.
fn text_of(location: &[u8]) -> String {
    match std::str::from_utf8(location) {
        Ok(text) => text.to_owned(),
        Err(_) => location.iter().map(|b| char::from(*b)).collect(),
    }
}

fn resolve(text: &str, current: &Url, policy: &Policy) -> Result<Url, String> {
    let mut url = current.join(text).map_err(|why| why.to_string())?;
    accept(&url)?;
    if url.scheme() == "http" {
        if policy.https_only {
            return Err("only https is allowed".to_owned());
        }
        if current.scheme() == "https" && !policy.redirect_to_http {
            return Err("it leads from https to http".to_owned());
        }
    }
    if url.fragment().is_none() {
        url.set_fragment(current.fragment());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Random, policy};
    use super::super::url::parse_url;
    use super::*;

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
        let refused = |p: &Policy, from, to: &[u8]| {
            matches!(go(301, "GET", from, to, p), Decision::Refuse(_))
        };
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
}
