//! The fields of one hop: the app's, and those that every request has.
//!
//! `host`, `content-length` and what a proxy wants are added below the seam.

use http::{HeaderName, HeaderValue, header};
use url::Url;

use super::cookies::Jar;
use super::decode::ACCEPTED;
use super::request::Policy;

/// The app's fields in their order, then `user-agent`, `accept`, `accept-encoding` and `cookie` as far as they are missing.
/// Cookies of the app come first and share one field with those of the jar (RFC 6265 5.4: not more than one).
pub(super) fn outgoing(
    fields: &[(HeaderName, HeaderValue)],
    policy: &Policy,
    jar: Option<&Jar>,
    url: &Url,
) -> Vec<(HeaderName, HeaderValue)> {
    let has = |name: HeaderName| fields.iter().any(|(n, _)| *n == name);
    let of_jar = jar.and_then(|jar| jar.cookie_value(url));
    let mut cookies: Vec<&[u8]> = fields
        .iter()
        .filter(|(name, _)| *name == header::COOKIE)
        .map(|(_, value)| value.as_bytes())
        .collect();
    cookies.extend(of_jar.as_deref());
    let mut out: Vec<_> =
        fields.iter().filter(|(name, _)| *name != header::COOKIE).cloned().collect();
    if !has(header::USER_AGENT)
        && !policy.user_agent.is_empty()
        && let Ok(agent) = HeaderValue::from_bytes(policy.user_agent.as_bytes())
    {
        out.push((header::USER_AGENT, agent));
    }
    if !has(header::ACCEPT) {
        out.push((header::ACCEPT, HeaderValue::from_static("*/*")));
    }
    if policy.decode && !has(header::ACCEPT_ENCODING) {
        // A range of coded data cannot be decoded, so it is asked for as it is (Fetch standard, HTTP-network-or-cache).
        let accepted = if has(header::RANGE) { "identity" } else { ACCEPTED };
        out.push((header::ACCEPT_ENCODING, HeaderValue::from_static(accepted)));
    }
    if !cookies.is_empty()
        && let Ok(value) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        out.push((header::COOKIE, value));
    }
    out
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
        outgoing(&fields, policy, Some(jar), &url)
            .iter()
            .map(|(n, v)| format!("{n}: {}", v.to_str().expect("ASCII")))
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
