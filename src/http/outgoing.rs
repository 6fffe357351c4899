//! The fields of one hop: the app's, and those that every request has.
//!
//! `host`, `content-length` and what a proxy wants are added below the seam.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, header};
use url::Url;

use super::cookies::Jar;
use super::decode::ACCEPTED;
use super::request::Policy;
use super::seam::Line;

/// The value of `cookie`: those of the app come first and share one field with those of the jar (RFC 6265 5.4: not more
/// than one).
pub(super) fn cookies<'a>(
    fields: &'a [(HeaderName, HeaderValue)],
    jar: Option<&Jar>,
    url: &Url,
) -> Option<Cow<'a, [u8]>> {
    let of_jar = jar.and_then(|jar| jar.cookie_value(url));
    let of_app = fields.iter().filter(|(name, _)| *name == header::COOKIE);
    let mut cookies: Option<Cow<'a, [u8]>> = None;
    for more in of_app.map(|(_, value)| Cow::from(value.as_bytes())).chain(of_jar.map(Cow::from)) {
        cookies = Some(match cookies {
            Some(before) => [&*before, &more].join(&b"; "[..]).into(),
            None => more,
        });
    }
    cookies
}

/// The app's fields in their order, then `user-agent`, `accept`, `accept-encoding` and `cookie` as far as they are missing.
pub(super) fn outgoing<'a>(
    fields: &'a [(HeaderName, HeaderValue)],
    policy: &'a Policy,
    cookies: Option<&'a [u8]>,
) -> Vec<Line<'a>> {
    let has = |name: HeaderName| fields.iter().any(|(n, _)| *n == name);
    let mut out = Vec::with_capacity(fields.len() + 4);
    out.extend(
        fields
            .iter()
            .filter(|(name, _)| *name != header::COOKIE)
            .map(|(name, value)| (name.as_str(), value.as_bytes())),
    );
    let agent = policy.user_agent.as_bytes();
    if !agent.is_empty() && is_value(agent) && !has(header::USER_AGENT) {
        out.push(("user-agent", agent));
    }
    if !has(header::ACCEPT) {
        out.push(("accept", b"*/*"));
    }
    if policy.decode && !has(header::ACCEPT_ENCODING) {
        // A range of coded data cannot be decoded, so it is asked for as it is (Fetch standard, HTTP-network-or-cache).
        let accepted = if has(header::RANGE) { "identity" } else { ACCEPTED };
        out.push(("accept-encoding", accepted.as_bytes()));
    }
    out.extend(cookies.filter(|value| is_value(value)).map(|value| ("cookie", value)));
    out
}

/// Whether it may be sent as the value of a field, as [`HeaderValue`] sees it (RFC 9110 5.5).
fn is_value(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| (*b >= 0x20 && *b != 0x7f) || *b == b'\t')
}

#[cfg(test)]
mod tests {
    use super::super::fields::Fields;
    use super::super::testing::policy;
    use super::super::url::parse_url;
    use super::*;

    fn lines(fields: &[(&'static str, &'static str)], policy: &Policy, jar: &Jar) -> Vec<String> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect();
        let url = parse_url("http://h.example/").expect("a good URL");
        let cookies = cookies(&fields, Some(jar), &url);
        outgoing(&fields, policy, cookies.as_deref())
            .iter()
            .map(|(n, v)| format!("{n}: {}", std::str::from_utf8(v).expect("ASCII")))
            .collect()
    }

    #[test]
    fn what_is_missing_is_added() {
        let jar = Jar::default();
        let encodings = format!("accept-encoding: {ACCEPTED}");
        assert_eq!(
            lines(&[("b", "1"), ("a", "2"), ("b", "3")], &policy(), &jar),
            ["b: 1", "a: 2", "b: 3", "user-agent: test/1", "accept: */*", &encodings]
        );
        let given = [("accept-encoding", "br"), ("accept", "x"), ("user-agent", "")];
        assert_eq!(
            lines(&given, &policy(), &jar),
            ["accept-encoding: br", "accept: x", "user-agent: "]
        );
        let bare = Policy { decode: false, user_agent: String::new(), ..policy() };
        assert_eq!(lines(&[], &bare, &jar), ["accept: */*"]);
        let range = lines(&[("range", "bytes=5-")], &policy(), &jar);
        assert_eq!(range[3], "accept-encoding: identity");
    }

    #[test]
    fn what_would_break_the_head_is_left_out() {
        let policy = Policy { user_agent: "a\r\nb: c".to_owned(), ..policy() };
        assert!(lines(&[], &policy, &Jar::default()).iter().all(|l| !l.starts_with("user-agent")));
        assert_eq!(outgoing(&[], &policy, Some(b"a=\n")).len(), 2);
        for byte in 0..=u8::MAX {
            assert_eq!(is_value(&[byte]), HeaderValue::from_bytes(&[byte]).is_ok(), "{byte}");
        }
    }

    #[test]
    fn cookies_share_one_field() {
        let bare = Policy { decode: false, user_agent: String::new(), ..policy() };
        let jar = Jar::default();
        let app = [("cookie", "a=1"), ("accept", "x"), ("cookie", "b=2; c=3")];
        assert_eq!(lines(&app, &bare, &jar), ["accept: x", "cookie: a=1; b=2; c=3"]);
        let mut set = Fields::default();
        set.push(b"set-cookie", b"d=4");
        jar.store(&set, &parse_url("http://h.example/").expect("a good URL"));
        assert_eq!(lines(&app, &bare, &jar), ["accept: x", "cookie: a=1; b=2; c=3; d=4"]);
        assert_eq!(lines(&[], &bare, &jar), ["accept: */*", "cookie: d=4"]);
    }
}
