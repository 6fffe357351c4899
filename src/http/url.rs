//! URLs: which ones we take, whether two are of one origin, and what of them goes into a request line.
//!
//! Parsing and normalising is the WHATWG algorithm of the `url` crate, with IDNA. On top of it we refuse what an HTTP
//! request cannot be made from. What passes here also passes `http::Uri`, so nothing below has to look again.
//! Knows nothing of redirects or proxies.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
pub use url::Url;
use url::{Host, Position};

use super::url_memory;

/// Longest URL taken. `http::Uri` holds no more than 65,534 bytes, and no server takes nearly as much.
pub const URL_MAX_BYTES: usize = 65_000;

/// Parses an absolute http or https URL. The error is a sentence that names the URL without its credentials.
pub fn parse_url(text: &str) -> Result<Url, String> {
    if let Some(url) = url_memory::recall(text) {
        return Ok(url);
    }
    if text.len() > URL_MAX_BYTES {
        return Err(format!("the URL has {} bytes; the most is {URL_MAX_BYTES}", text.len()));
    }
    let url = url_memory::parse(text)
        .map_err(|why| format!("\"{}\" is not an absolute URL: {why}", without_secrets(text)))?;
    accept(&url)
        .map_err(|why| format!("\"{}\" cannot be requested: {why}", without_secrets(text)))?;
    url_memory::remember(text, &url);
    Ok(url)
}

/// Whether an HTTP request can be made from a parsed URL; the error says why not.
pub fn accept(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("its scheme is \"{}\", not http or https", url.scheme()));
    }
    if url.as_str().len() > URL_MAX_BYTES {
        return Err(format!("it has more than {URL_MAX_BYTES} bytes"));
    }
    if url.port() == Some(0) {
        return Err("port 0 cannot be connected to".to_owned());
    }
    match url.host() {
        None => return Err("it has no host".to_owned()),
        Some(Host::Domain(name)) => {
            // A name that the resolver could never find; 253 and 63 are the limits of RFC 1035 3.1 in text form.
            let name = name.strip_suffix('.').unwrap_or(name);
            if name.len() > 253 || name.split('.').any(|l| l.is_empty() || l.len() > 63) {
                return Err("its host is not a domain name".to_owned());
            }
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => {}
    }
    // The engine builds an http::Uri; the two crates agree on these bytes, but not on every byte of a host.
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host_is_plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    if host_is_plain && request_target(url).bytes().all(is_plain) {
        return Ok(());
    }
    let plain = &url[Position::BeforeHost..Position::AfterQuery];
    http::Uri::try_from(format!("{}://{plain}", url.scheme()))
        .map(|_| ())
        .map_err(|why| why.to_string())
}

/// Bytes that `http::Uri` takes anywhere in a path and a query.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!' | b'$'..=b';' | b'=' | b'?'..=b'_' | b'a'..=b'z' | b'|' | b'~')
}

/// Same scheme, host and port (RFC 6454 4).
pub fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host() == b.host()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// Path and query: the origin form of the request target (RFC 9112 3.2.1).
pub fn request_target(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}

/// Whether there is a user or a password in it.
pub fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Takes the credentials out of a URL, as the value of `authorization: Basic` (RFC 7617); `None` where there are none.
pub fn take_credentials(url: &mut Url) -> Option<HeaderValue> {
    if !has_credentials(url) {
        return None;
    }
    let user: Vec<u8> = percent_decode_str(url.username()).collect();
    let password: Vec<u8> = percent_decode_str(url.password().unwrap_or("")).collect();
    // Both calls fail only for URLs that cannot have credentials, and this one has some.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(basic(&user, &password))
}

/// `Basic` and the credentials, for `authorization` and `proxy-authorization`.
pub fn basic(user: &[u8], password: &[u8]) -> HeaderValue {
    let text = BASE64_STANDARD.encode([user, b":", password].concat());
    let mut value = HeaderValue::try_from(format!("Basic {text}"))
        .expect("base64 has only characters that a field value may have");
    value.set_sensitive(true);
    value
}

/// Text that should have been a URL, fit for a sentence: short, without control characters, and without what may be a
/// secret: user and password, the query and the fragment. The path is shown.
pub fn without_secrets(text: &str) -> String {
    // The authority begins behind the scheme and any number of slashes, which is how the parser sees it.
    let scheme = text.find("//").or_else(|| text.find(['/', '\\'])).unwrap_or(0);
    let slashes = text[scheme..].find(|c: char| !matches!(c, '/' | '\\' | '\t' | '\r' | '\n'));
    let start = slashes.map_or(text.len(), |i| scheme + i);
    let end = text[start..].find(['/', '?', '#', '\\']).map_or(text.len(), |i| start + i);
    let (authority, rest) = (&text[start..end], &text[end..]);
    let (path, more) = match rest.find(['?', '#']) {
        Some(at) => (&rest[..at], &rest[at..=at]),
        None => (rest, ""),
    };
    // An `@` further on may end a password with a slash or the like in it: the parser then takes the user for the host and
    // the beginning of the password for the port, or for the path.
    let (user, host) = match authority.rfind('@') {
        Some(at) => ("…", &authority[at..]),
        None if rest.contains('@') && !ends_in_port(authority) => ("…", ""),
        None => ("", authority),
    };
    let path = if !user.is_empty() && rest.contains('@') { "/" } else { path };
    let more =
        if path.len() + more.len() < rest.len() { format!("{more}…") } else { more.into() };
    // Without a scheme, all before the `@` may be secret.
    let before = if user.is_empty() || is_scheme(&text[..start]) { &text[..start] } else { "" };
    let shown = format!("{before}{user}{host}{path}{more}");
    let mut short: String = shown.chars().take(200).flat_map(char::escape_debug).collect();
    if shown.chars().count() > 200 {
        short.push('…');
    }
    short
}

/// Whether it is a scheme with its colon, and slashes.
fn is_scheme(text: &str) -> bool {
    let scheme = text.trim_end_matches(['/', '\\', '\t', '\r', '\n']);
    scheme.strip_suffix(':').is_some_and(|s| s.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether what stands behind the host, if anything, is a port.
fn ends_in_port(authority: &str) -> bool {
    let after_host = authority.rfind(']').map_or(0, |at| at + 1);
    authority[after_host..]
        .split_once(':')
        .is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_normalised_by_the_whatwg_rules() {
        for (text, want) in [
            ("http://Example.COM", "http://example.com/"),
            ("HTTP://h:80/a/../b/./c", "http://h/b/c"),
            ("https://h:443/", "https://h/"),
            ("http://h/a b?c d#e", "http://h/a%20b?c%20d#e"),
            ("http://bücher.example/ü?ü", "http://xn--bcher-kva.example/%C3%BC?%C3%BC"),
            ("http://h\\a\\b", "http://h/a/b"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://h/{}|`\"<>", "http://h/%7B%7D|%60%22%3C%3E"),
            ("http://h/?a={b}|\\", "http://h/?a={b}|\\"),
            ("http://%65xample.com/", "http://example.com/"),
            ("http://a_b.example/", "http://a_b.example/"),
        ] {
            assert_eq!(parse_url(text).map(|u| u.to_string()), Ok(want.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_plain_passes_the_other_crate() {
        for byte in (0..=u8::MAX).filter(|byte| is_plain(*byte)) {
            let byte = char::from(byte);
            let text = format!("http://h:1/a{byte}b?c{byte}d");
            assert!(http::Uri::try_from(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_requested_is_refused_with_a_sentence() {
        let long_label = format!("http://{}.example/", "a".repeat(64));
        let long = format!("http://h/{}", "a".repeat(URL_MAX_BYTES));
        for text in [
            "",
            "h",
            "/a",
            "//h/a",
            "ftp://h/",
            "file:///etc/passwd",
            "data:,x",
            "http://",
            "http://foo.1.2.3.4.5/",
            "http://h:99999/",
            "http://h:0/",
            "http://h:x/",
            "http://[::1/",
            "http://[fe80::1%25eth0]/",
            "http://a b/",
            "http://a..b/",
            "http://./",
            "http://user@/",
            "http://h%00/",
            "http://999.999.999.999/",
            &long_label,
            &long,
        ] {
            let sentence = parse_url(text).expect_err(text);
            assert!(sentence.len() > 20 && sentence.len() < 500, "{sentence}");
        }
    }

    #[test]
    fn sentences_hold_no_secrets() {
        for text in [
            "ftp://joe:secret@h/",
            "http://joe:sec@ret@h:x/",
            "http://joe:secret@h:0/",
            "http:///joe:secret@h:0/",
            "http:\\\\joe:secret@h:0\\",
            "http:/joe:secret@h:0/",
            "joe:secret@h",
        ] {
            let sentence = parse_url(text).expect_err(text);
            assert!(!sentence.contains("secret") && !sentence.contains("ret@"), "{sentence}");
            assert!(sentence.contains("@h"), "{sentence}");
        }
        assert_eq!(without_secrets("a\r\nb"), "a\\r\\nb");
        for (text, shown) in [
            ("http://h/a/b", "http://h/a/b"),
            ("http://h:80/a?token=secret#f", "http://h:80/a?…"),
            ("http://h/a#token=secret", "http://h/a#…"),
            ("http://h?secret", "http://h?…"),
            ("http://h/?", "http://h/?"),
            ("http://h/@me/x", "http://h/@me/x"),
            ("http://h/?mail=a@h&x=secret", "http://h/?…"),
            ("http://joe:secret@h/?secret", "http://…@h/?…"),
            // Passwords that nobody has escaped.
            ("http://joe:sec/secret@h/x", "http://…/…"),
            ("http://joe:sec?secret@h/x", "http://…/?…"),
            ("http://joe:sec#secret@h/x?secret", "http://…/#…"),
            ("http://joe:a@sec/secret@h/", "http://…@sec/…"),
            ("joe:sec/secret@h", "…@h"),
            ("joe:sec//secret@h", "…@h"),
        ] {
            assert_eq!(without_secrets(text), shown, "{text}");
        }
    }

    #[test]
    fn origin_is_scheme_host_and_port() {
        let u = |t| parse_url(t).expect(t);
        assert!(same_origin(&u("http://a/x"), &u("http://A:80/y?z")));
        assert!(!same_origin(&u("http://a/"), &u("https://a/")));
        assert!(!same_origin(&u("http://a/"), &u("http://a:81/")));
        assert!(!same_origin(&u("http://a/"), &u("http://b.a/")));
    }

    #[test]
    fn the_target_has_no_fragment_and_no_credentials() {
        let url = parse_url("http://u:p@h/a/b?c#d").expect("a good URL");
        assert_eq!(request_target(&url), "/a/b?c");
        assert_eq!(request_target(&parse_url("http://h?x").expect("a good URL")), "/?x");
    }

    #[test]
    fn credentials_become_basic() {
        let mut url = parse_url("http://Aladdin:open%20sesame@h/").expect("a good URL");
        let value = take_credentials(&mut url).expect("there are credentials");
        // The example of RFC 7617 2.
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(value.is_sensitive());
        assert_eq!(url.as_str(), "http://h/");
        assert_eq!(take_credentials(&mut url), None);
    }
}
