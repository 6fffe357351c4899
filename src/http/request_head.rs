//! The head of a request as it goes out: request line and fields (RFC 9112 3 and 5).
//!
//! It is written here, straight into the buffer that is sent, and takes the place of the one that ureq writes: that one
//! has room only for what [`http::Uri`] and a field map can hold, and ureq would look at each field several times. ureq is
//! told what it decides by: how long the body is, and whether it waits for "100 Continue".

use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Uri};
use once_cell::sync::Lazy;
use url::Position;

use super::buffers::Outbox;
use super::error::{Failure, Kind, Phase};
use super::seam::Hop;

/// ureq needs some URI and some host, which nobody sees.
static ANY_URI: Lazy<Uri> = Lazy::new(|| Uri::from_static("http://any/"));

/// Most lines that `fetch` may ask for; far more than any server takes.
const LINES_MAX: usize = 24_000;

/// The value of `proxy-authorization`, if there is one, where a proxy is asked for an absolute URL.
pub(super) type ForwardProxy = Option<Option<HeaderValue>>;

/// Writes the head of a hop into `out` and returns the request that ureq is to run, and whether the body waits for
/// "100 Continue". `body_len` is `None` where there is no body or an empty one.
pub(super) fn write(
    hop: &Hop<'_>,
    body_len: Option<u64>,
    forward_proxy: &ForwardProxy,
    out: &mut Outbox,
) -> Result<(http::Request<()>, bool), Failure> {
    if hop.lines.len() > LINES_MAX {
        let sentence = "the request has more than 24000 header fields";
        return Err(Failure::new(Kind::TooLarge, Phase::Send, sentence));
    }
    request_line(hop, forward_proxy.is_some(), out);
    let own_host = hop.lines.iter().find(|(name, _)| *name == header::HOST.as_str());
    line(out, "host", own_host.map_or(authority(hop).as_bytes(), |(_, value)| value));
    // RFC 9110 8.6: these methods anticipate content, so its absence is said.
    let length = body_len
        .or_else(|| [Method::POST, Method::PUT, Method::PATCH].contains(hop.method).then_some(0));
    let length = length.map(HeaderValue::from);
    if let Some(length) = &length {
        line(out, "content-length", length.as_bytes());
    }
    let mut expects = false;
    for (name, value) in hop.lines {
        match *name {
            "host" | "content-length" => {}
            // RFC 9110 10.1.1: not without a body.
            "expect" if body_len.is_none() => {}
            // Goes only where a proxy reads the request and has no credentials of its own. Anywhere else the origin would
            // receive it: directly, or behind a tunnel (RFC 9110 11.7.2).
            "proxy-authorization" if !matches!(forward_proxy, Some(None)) => {}
            _ => {
                expects |= *name == "expect" && says_continue(value);
                line(out, name, value);
            }
        }
    }
    if let Some(Some(value)) = forward_proxy {
        line(out, "proxy-authorization", value.as_bytes());
    }
    out.put(b"\r\n");
    Ok((for_ureq(hop.method, length, expects), expects))
}

fn request_line(hop: &Hop<'_>, absolute: bool, out: &mut Outbox) {
    out.put(hop.method.as_str().as_bytes());
    out.put(b" ");
    if absolute {
        // RFC 9112 3.2.2. User information is not sent.
        out.put(hop.url.scheme().as_bytes());
        out.put(b"://");
        out.put(authority(hop).as_bytes());
    }
    out.put(hop.url[Position::BeforePath..Position::AfterQuery].as_bytes());
    out.put(b" HTTP/1.1\r\n");
}

fn line(out: &mut Outbox, name: &str, value: &[u8]) {
    out.put(name.as_bytes());
    out.put(b": ");
    out.put(value);
    out.put(b"\r\n");
}

/// A list (RFC 9110 10.1.1).
fn says_continue(value: &[u8]) -> bool {
    value.split(|b| *b == b',').any(|t| t.trim_ascii().eq_ignore_ascii_case(b"100-continue"))
}

/// Host and port as the URL has them: no default port, IPv6 in brackets.
fn authority<'a>(hop: &Hop<'a>) -> &'a str {
    &hop.url[Position::BeforeHost..Position::AfterPort]
}

/// The request by which ureq paces the body.
fn for_ureq(method: &Method, length: Option<HeaderValue>, expects: bool) -> http::Request<()> {
    let mut fields = HeaderMap::with_capacity(3);
    fields.insert(header::HOST, HeaderValue::from_static("any"));
    if let Some(length) = length {
        fields.insert(header::CONTENT_LENGTH, length);
    }
    if expects {
        fields.insert(header::EXPECT, HeaderValue::from_static("100-continue"));
    }
    let mut request = http::Request::new(());
    *request.method_mut() = method.clone();
    *request.uri_mut() = ANY_URI.clone();
    *request.headers_mut() = fields;
    request
}
