//! Is a request valid HTTP? Each part is checked when the app brings it, so that nothing is started that cannot be sent.
//!
//! [`method`], [`field_name`] and [`field_value`] look at one part; [`check_request`] looks at the whole and takes out
//! the fields that are not the app's to set. Errors are sentences that name the culprit but no field value: a value may
//! be a secret. Syntax is RFC 9110 5.5, 5.6.2 and 9.1.
//!
//! Fields about the connection are ours, because the connection is: `connection`, `keep-alive`, `proxy-connection`, `te`
//! and `trailer` are dropped without a word, as browsers do; `transfer-encoding` and `upgrade` are refused, because a
//! caller who sets them expects something that would not happen.

use http::{HeaderName, HeaderValue, Method, header};

use super::request::Request;
use super::url::{has_credentials, take_credentials};

/// A method: a token (RFC 9110 5.6.2) in upper case, any but CONNECT.
pub fn method(text: &[u8]) -> Result<Method, String> {
    let shown = || String::from_utf8_lossy(&text[..text.len().min(40)]).escape_debug().to_string();
    if text.is_empty() {
        return Err("the method is empty".to_owned());
    }
    if text.len() > 100 {
        return Err(format!("the method \"{}…\" is too long", shown()));
    }
    if text == b"CONNECT" {
        return Err("CONNECT is not a request that an app can make".to_owned());
    }
    if !text.iter().all(|b| is_tchar(*b)) {
        return Err(format!("\"{}\" is not a method: it is no token", shown()));
    }
    if text.iter().any(u8::is_ascii_lowercase) {
        return Err(format!("\"{}\" is not a method: methods are in upper case", shown()));
    }
    Method::from_bytes(text).map_err(|_| format!("\"{}\" is not a method", shown()))
}

/// A field name: a token, in any case.
pub fn field_name(text: &[u8]) -> Result<HeaderName, String> {
    let shown = || String::from_utf8_lossy(&text[..text.len().min(60)]).escape_debug().to_string();
    if text.is_empty() {
        return Err("the header name is empty".to_owned());
    }
    if !text.iter().all(|b| is_tchar(*b)) {
        return Err(format!("\"{}\" is not a header name: it is no token", shown()));
    }
    HeaderName::from_bytes(text).map_err(|_| format!("\"{}…\" is too long for a name", shown()))
}

/// A field value: any bytes but control characters; HTAB and bytes from 0x80 are allowed. White space at both ends is not
/// part of the value (RFC 9110 5.5) and is taken off. `name` is for the sentence.
pub fn field_value(name: &HeaderName, bytes: &[u8]) -> Result<HeaderValue, String> {
    let is_ows = |b: &u8| matches!(b, b' ' | b'\t');
    let from = bytes.iter().position(|b| !is_ows(b)).unwrap_or(bytes.len());
    let to = bytes.iter().rposition(|b| !is_ows(b)).map_or(from, |i| i + 1);
    HeaderValue::from_bytes(&bytes[from..to]).map_err(|_| {
        let at = bytes.iter().position(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f);
        let (at, byte) = at.map_or((0, 0), |at| (at, bytes[at]));
        let what = match byte {
            b'\r' => "a CR".to_owned(),
            b'\n' => "a LF".to_owned(),
            0 => "a NUL".to_owned(),
            other => format!("the control character 0x{other:02x}"),
        };
        format!("the value of the header \"{name}\" has {what} at byte {at}")
    })
}

/// Looks at a whole request: fields that are not the app's to set go or are refused, credentials in the URL become
/// `authorization` unless the app gave one, a `content-length` must be true.
pub fn check_request(request: &mut Request) -> Result<(), String> {
    let ask = &request.ask;
    if request.policy.https_only && ask.url.scheme() != "https" {
        return Err(format!("only https is allowed, and the URL is {}", ask.url.scheme()));
    }
    let body_len = request.body.as_ref().map_or(0, |b| b.len());
    if ask.method == Method::TRACE && request.body.is_some() {
        return Err("a TRACE request cannot have a body (RFC 9110 9.3.8)".to_owned());
    }
    let mut hosts = 0;
    for (name, value) in &ask.fields {
        if name == header::TRANSFER_ENCODING {
            return Err("the header \"transfer-encoding\" is the library's to set".to_owned());
        }
        if name == header::UPGRADE {
            return Err("the header \"upgrade\" cannot be set: only HTTP/1.1 is spoken".to_owned());
        }
        if name == header::CONTENT_LENGTH {
            check_content_length(value, body_len)?;
        }
        if name == header::HOST {
            hosts += 1;
            if hosts > 1 {
                return Err("the header \"host\" is there twice".to_owned());
            }
            if http::uri::Authority::try_from(value.as_bytes()).is_err()
                || value.as_bytes().contains(&b'@')
            {
                return Err("the header \"host\" is not a host".to_owned());
            }
        }
    }
    // Changed, and so copied, only where there is something to change.
    if ask.fields.iter().any(|(name, _)| is_ours(name)) {
        request.ask_mut().fields.retain(|(name, _)| !is_ours(name));
    }
    if has_credentials(&request.ask.url) {
        let ask = request.ask_mut();
        if let Some(basic) = take_credentials(&mut ask.url)
            && !ask.fields.iter().any(|(name, _)| name == header::AUTHORIZATION)
        {
            ask.fields.push((header::AUTHORIZATION, basic));
        }
    }
    Ok(())
}

/// Dropped without a word: facts about a connection that the app does not see, or that we state ourselves.
fn is_ours(name: &HeaderName) -> bool {
    name == header::CONTENT_LENGTH
        || name == header::CONNECTION
        || name == header::TE
        || name == header::TRAILER
        || name == "keep-alive"
        || name == "proxy-connection"
}

fn check_content_length(value: &HeaderValue, body_len: u64) -> Result<(), String> {
    // Digits only: `u64::from_str` would take a plus sign, which RFC 9110 8.6 does not.
    let said = value
        .to_str()
        .ok()
        .filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()))
        .ok_or("the header \"content-length\" is not a number")?;
    match said.parse::<u64>() {
        Ok(n) if n == body_len => Ok(()),
        _ => Err(format!("\"content-length\" says {said:.40}, but the body has {body_len} bytes")),
    }
}

/// RFC 9110 5.6.2.
fn is_tchar(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{bytes_body, request};
    use super::*;

    #[test]
    fn methods() {
        for good in ["GET", "PATCH", "TRACE", "M-SEARCH", "X!#$%&'*+-.^_`|~9"] {
            assert_eq!(method(good.as_bytes()).map(|m| m.to_string()), Ok(good.to_owned()));
        }
        let long = "A".repeat(101);
        for bad in ["", "get", "CONNECT", "G T", "GET\r\n", "G\0", "GÉT", "A/B", &long] {
            assert!(method(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(method(b"\xff\xfe").is_err());
    }

    #[test]
    fn names() {
        assert_eq!(field_name(b"X-Y").expect("a good name"), "x-y");
        for bad in [&b""[..], b"a b", b"a:", b"a\r", b"\xc3\xa4", b"a\0", b"(", &[b'a'; 70_000]] {
            assert!(field_name(bad).is_err(), "{:?}", &bad[..bad.len().min(9)]);
        }
    }

    #[test]
    fn values() {
        let name = HeaderName::from_static("x");
        for (bytes, want) in [
            (&b" \t a b\t"[..], &b"a b"[..]),
            (b"", b""),
            (b"  ", b""),
            (b"a\tb", b"a\tb"),
            (b"\xe4\x80\xff", b"\xe4\x80\xff"),
            ("ü".as_bytes(), "ü".as_bytes()),
        ] {
            assert_eq!(field_value(&name, bytes).expect("a good value").as_bytes(), want);
        }
        for (bytes, word) in [
            (&b"a\r\nb: c"[..], "CR"),
            (b"a\nb", "LF"),
            (b"a\n", "LF"),
            (b"a\0", "NUL"),
            (b"\x01", "0x01"),
            (b"a\x7f", "0x7f"),
            (b"\x1b[31m", "0x1b"),
        ] {
            let sentence = field_value(&name, bytes).expect_err("a bad value");
            assert!(sentence.contains(word), "{sentence}");
        }
    }

    #[test]
    fn fields_that_are_not_the_apps_go_or_are_refused() {
        let mut r = request("GET", "http://h/");
        for (n, v) in [
            ("connection", "close"),
            ("keep-alive", "9"),
            ("te", "trailers"),
            ("a", "b"),
            ("proxy-connection", "x"),
            ("trailer", "x"),
            ("content-length", "0"),
            ("host", "other:80"),
        ] {
            r.ask_mut().fields.push((HeaderName::from_static(n), HeaderValue::from_static(v)));
        }
        check_request(&mut r).expect("a good request");
        let left: Vec<_> = r.ask.fields.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(left, ["a", "host"]);
        for (n, v) in [
            ("transfer-encoding", "chunked"),
            ("upgrade", "websocket"),
            ("content-length", "x"),
            ("content-length", "+0"),
            ("content-length", ""),
            ("content-length", "1"),
            ("content-length", "18446744073709551616"),
            ("host", "a b"),
            ("host", "u@h"),
        ] {
            let mut r = request("GET", "http://h/");
            r.ask_mut().fields.push((HeaderName::from_static(n), HeaderValue::from_static(v)));
            let sentence = check_request(&mut r).expect_err(v);
            assert!(sentence.contains(n), "{sentence}");
        }
    }

    #[test]
    fn content_length_must_be_true() {
        let mut r = request("POST", "http://h/");
        r.body = Some(bytes_body(b"12345"));
        r.ask_mut().fields.push((header::CONTENT_LENGTH, HeaderValue::from_static("5")));
        check_request(&mut r).expect("the length is right");
        assert!(r.ask.fields.is_empty());
        r.ask_mut().fields.push((header::CONTENT_LENGTH, HeaderValue::from_static("6")));
        assert!(check_request(&mut r).expect_err("a lie").contains("has 5 bytes"));
    }

    #[test]
    fn credentials_in_the_url_become_a_field_unless_one_is_given() {
        let mut r = request("GET", "http://u:p@h/");
        check_request(&mut r).expect("a good request");
        assert_eq!(r.ask.url.as_str(), "http://h/");
        assert_eq!(r.ask.fields, [(header::AUTHORIZATION, HeaderValue::from_static("Basic dTpw"))]);
        let mut r = request("GET", "http://u:p@h/");
        r.ask_mut().fields.push((header::AUTHORIZATION, HeaderValue::from_static("Bearer t")));
        check_request(&mut r).expect("a good request");
        assert_eq!(r.ask.fields, [(header::AUTHORIZATION, HeaderValue::from_static("Bearer t"))]);
    }

    #[test]
    fn trace_has_no_body_and_https_only_means_it() {
        let mut r = request("TRACE", "http://h/");
        check_request(&mut r).expect("without a body");
        r.body = Some(bytes_body(b""));
        assert!(check_request(&mut r).is_err());
        let mut r = request("GET", "http://h/");
        Arc::make_mut(&mut r.policy).https_only = true;
        assert!(check_request(&mut r).is_err());
    }
}
