//! The head of one answer: its bytes into status and fields, and from these where its body ends (RFC 9112 6.3).
//!
//! Lenient where servers are sloppy without being ambiguous: folded lines, white space before a colon, bare LF. Strict
//! where two readers could disagree about the end of the body. Knows nothing of sockets.

use std::mem::MaybeUninit;

use http::Method;

use super::error::Kind;
use super::fields::Fields;

/// Header fields of one head.
pub const FIELDS_MAX: usize = 128;

/// The head of an answer, interim or final.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    /// 100 to 999.
    pub status: u16,
    /// 10 or 11.
    pub version: u8,
    /// In the order received.
    pub fields: Fields,
}

/// Why a head is refused.
pub type Refusal = (Kind, &'static str);

/// Where the body of an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// After so many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked,
    /// Where the server closes the connection.
    Close,
}

/// Parses the head at the start of `bytes`: the head and its length, or `None` when it is not complete.
pub fn parse(bytes: &[u8]) -> Result<Option<(Parsed, usize)>, Refusal> {
    let parsed = match parse_strictly(bytes) {
        Err(httparse::Error::HeaderValue) => parse_strictly(&without_doubled_cr(bytes)),
        other => other,
    }
    .map_err(refusal)?;
    if parsed.as_ref().is_some_and(|(head, _)| head.status < 100) {
        return Err((Kind::Protocol, "the status of the answer is below 100"));
    }
    Ok(parsed)
}

fn parse_strictly(bytes: &[u8]) -> Result<Option<(Parsed, usize)>, httparse::Error> {
    let mut room = [MaybeUninit::uninit(); FIELDS_MAX];
    let mut response = httparse::Response::new(&mut []);
    let parsed = httparse::ParserConfig::default()
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .parse_response_with_uninit_headers(&mut response, bytes, &mut room)?;
    let httparse::Status::Complete(len) = parsed else { return Ok(None) };

    let status = response.code.expect("a complete head has a status");
    // Mostly exact, so that a list that is kept need not be shrunk: only folded values get shorter.
    let text: usize = response.headers.iter().map(|f| f.name.len() + f.value.len()).sum();
    let mut fields = Fields::with_capacity(response.headers.len(), text);
    for field in &*response.headers {
        if field.value.contains(&b'\n') {
            fields.push(field.name.as_bytes(), &unfold(field.value));
        } else {
            fields.push(field.name.as_bytes(), trim(field.value));
        }
    }
    let version = if response.version == Some(0) { 10 } else { 11 };
    Ok(Some((Parsed { status, version, fields }, len)))
}

fn refusal(error: httparse::Error) -> Refusal {
    match error {
        httparse::Error::TooManyHeaders => {
            (Kind::TooLarge, "the answer has more than 128 header fields")
        }
        httparse::Error::HeaderName => {
            (Kind::Protocol, "a header line of the answer has no colon, or its name is no token")
        }
        httparse::Error::HeaderValue => {
            (Kind::Protocol, "a header value of the answer has a control character")
        }
        httparse::Error::NewLine => {
            (Kind::Protocol, "a line of the answer's head does not end in CRLF")
        }
        httparse::Error::Status => (Kind::Protocol, "the status of the answer is not a number"),
        httparse::Error::Version => (Kind::Protocol, "the answer is not HTTP/1.0 or HTTP/1.1"),
        httparse::Error::Token => (Kind::Protocol, "the status line of the answer is malformed"),
    }
}

/// Field lines that end in CR CR LF, as lighttpd writes the last trailer of an answer when it makes a header field of it: the
/// CR too many is replaced by a space (RFC 9112 2.2). Nowhere else, for other readers may see a line's end in a lone CR.
fn without_doubled_cr(bytes: &[u8]) -> Vec<u8> {
    let mut repaired = bytes.to_vec();
    for line in repaired.split_inclusive_mut(|b| *b == b'\n') {
        // The last one may not have come whole.
        let line = match line {
            [line @ .., b'\n'] => line,
            line => line,
        };
        if let [field @ .., b'\r'] = line
            && field.contains(&b':')
        {
            field.iter_mut().rev().take_while(|b| **b == b'\r').for_each(|b| *b = b' ');
        }
    }
    repaired
}

/// Joins the lines of a folded value by one space each (RFC 9112 5.2).
fn unfold(value: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(value.len());
    for line in value.split(|b| *b == b'\n').map(trim).filter(|line| !line.is_empty()) {
        if !joined.is_empty() {
            joined.push(b' ');
        }
        joined.extend_from_slice(line);
    }
    joined
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Where the body ends, and whether the connection may be used again behind it.
pub fn framing(method: &Method, head: &Parsed) -> Result<(Framing, bool), Refusal> {
    let keeps = keeps_alive(head);
    if *method == Method::HEAD || matches!(head.status, 100..=199 | 204 | 304) {
        return Ok((Framing::None, keeps));
    }
    let has_length = head.fields.get("content-length").is_some();
    if head.fields.get("transfer-encoding").is_some() {
        only_chunked(head)?;
        // Both at once is what an attack looks like: the length is ignored, and the connection is not trusted again
        // (RFC 9112 6.3).
        return Ok((Framing::Chunked, keeps && !has_length));
    }
    if has_length {
        return Ok((Framing::Length(content_length(&head.fields)?), keeps));
    }
    Ok((Framing::Close, false))
}

/// RFC 9112 9.3.
fn keeps_alive(head: &Parsed) -> bool {
    let has = |token: &str| {
        elements(&head.fields, "connection").any(|e| e.eq_ignore_ascii_case(token.as_bytes()))
    };
    if head.version == 10 { has("keep-alive") && !has("close") } else { !has("close") }
}

/// We ask for no other transfer coding, so nothing but chunked may come; what cannot be undone must not be delivered.
fn only_chunked(head: &Parsed) -> Result<(), Refusal> {
    if head.version == 10 {
        // RFC 9112 6.1: the framing is faulty.
        return Err((Kind::Protocol, "an HTTP/1.0 answer has a transfer-encoding"));
    }
    let mut codings = elements(&head.fields, "transfer-encoding");
    match (codings.next(), codings.next()) {
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err((Kind::Protocol, "the transfer-encoding of the answer is not just chunked")),
    }
}

/// RFC 9112 6.3: repeated lengths must be the same number.
fn content_length(fields: &Fields) -> Result<u64, Refusal> {
    const BAD: Refusal = (Kind::Protocol, "the content-length of the answer is not a number");
    let mut length = None;
    for element in fields.all("content-length").flat_map(|v| v.split(|b| *b == b',')).map(trim) {
        let number = number(element).ok_or(BAD)?;
        if length.is_some_and(|before| before != number) {
            return Err((Kind::Protocol, "the answer has two different content-lengths"));
        }
        length = Some(number);
    }
    length.ok_or(BAD)
}

/// Digits only.
fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |number, byte| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// The elements of a list field, over all its lines; empty ones do not count (RFC 9110 5.6.1).
fn elements<'a>(fields: &'a Fields, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    fields
        .all(name)
        .flat_map(|value| value.split(|b| *b == b','))
        .map(trim)
        .filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Parsed {
        let (head, len) = parse(text.as_bytes()).expect("good").expect("complete");
        assert_eq!(len, text.len());
        head
    }

    fn refused(text: &str) -> Refusal {
        parse(text.as_bytes()).expect_err("a bad head")
    }

    fn framed(method: &str, text: &str) -> Result<(Framing, bool), Refusal> {
        framing(&method.parse().expect("a method"), &parsed(text))
    }

    #[test]
    fn sloppy_heads_are_understood() {
        let long = "x".repeat(9000);
        for (text, status, version, fields) in [
            ("HTTP/1.1 200 OK\r\n\r\n", 200, 11, vec![]),
            ("HTTP/1.0 404\r\n\r\n", 404, 10, vec![]),
            ("HTTP/1.1 999 \r\n\r\n", 999, 11, vec![]),
            ("HTTP/1.1 200 OK\nA: b\n\n", 200, 11, vec![("a", "b")]),
            ("HTTP/1.1 200 OK\r\nA:b\r\nC :\t d \r\n\r\n", 200, 11, vec![("a", "b"), ("c", "d")]),
            (
                "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td\r\nE:\r\n\r\n",
                200,
                11,
                vec![("a", "b c d"), ("e", "")],
            ),
            ("HTTP/1.1 200 OK\r\nA:\r\n b\r\n\r\n", 200, 11, vec![("a", "b")]),
            (
                "HTTP/1.1 200 OK\r\nA: b\r\r\nC: d\r\r\r\n\r\n",
                200,
                11,
                vec![("a", "b"), ("c", "d")],
            ),
            (
                "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nB: 1\r\nSET-COOKIE: b\r\n\r\n",
                200,
                11,
                vec![("set-cookie", "a"), ("b", "1"), ("set-cookie", "b")],
            ),
            (&*format!("HTTP/1.1 200 OK\r\nL: {long}\r\n\r\n"), 200, 11, vec![("l", &*long)]),
        ] {
            let head = parsed(text);
            assert_eq!((head.status, head.version), (status, version), "{text:.60}");
            let got: Vec<_> = head.fields.iter().collect();
            let want: Vec<_> = fields.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())).collect();
            assert_eq!(got, want, "{text:.60}");
            for end in 0..text.len().min(300) {
                assert_eq!(parse(&text.as_bytes()[..end]), Ok(None), "{text:.60} up to {end}");
            }
        }
        let bytes = b"HTTP/1.1 200 \xff\r\nA: \x80\xff\r\n\r\nbody";
        let (head, len) = parse(bytes).expect("good").expect("complete");
        assert_eq!(head.fields.get("a"), Some(&b"\x80\xff"[..]));
        assert_eq!(&bytes[len..], b"body");
    }

    #[test]
    fn bad_heads_are_refused() {
        let protocol = [
            "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 099 X\r\n\r\n",
            "HTTP/1.1 2000 X\r\n\r\n",
            "HTTP/1.1 -20 X\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
            "HTTP/1.1 200 OK\r\n folded first\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\r\nA\r\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "<html>",
        ];
        for text in protocol {
            assert_eq!(refused(text).0, Kind::Protocol, "{text}");
        }
        let of = |n: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(n));
        assert_eq!(parsed(&of(128)).fields.len(), 128);
        assert_eq!(refused(&of(129)).0, Kind::TooLarge);
    }

    #[test]
    fn a_doubled_cr_may_come_in_pieces() {
        let text = b"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n";
        for len in 0..text.len() {
            assert_eq!(parse(&text[..len]), Ok(None), "{len}");
        }
    }

    #[test]
    fn the_end_of_the_body_is_decided_as_the_rfc_says() {
        use Framing::*;
        for (method, text, want) in [
            ("GET", "HTTP/1.1 200 OK\r\n\r\n", (Close, false)),
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", (Length(5), true)),
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 005\r\n\r\n", (Length(5), true)),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5, 5\r\n\r\n",
                (Length(5), true),
            ),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\n",
                (Length(5), false),
            ),
            ("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", (Length(5), false)),
            (
                "GET",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n",
                (Length(5), true),
            ),
            ("GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", (Close, false)),
            ("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", (Chunked, true)),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n",
                (Chunked, false),
            ),
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", (None, true)),
            ("GET", "HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n", (None, true)),
            ("GET", "HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n", (None, true)),
            ("GET", "HTTP/1.1 304 X\r\nConnection: close\r\n\r\n", (None, false)),
        ] {
            assert_eq!(framed(method, text), Ok(want), "{method} {text}");
        }
        for lines in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 1, 2\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 5x\r\n",
            "Content-Length:\r\n",
            "Content-Length: 5,\r\n",
            "Content-Length: 18446744073709551616\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked;q=1\r\n",
            "Transfer-Encoding:\r\n",
        ] {
            let text = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
            assert_eq!(framed("GET", &text).map_err(|r| r.0), Err(Kind::Protocol), "{lines}");
        }
        let old = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(framed("GET", old).map_err(|r| r.0), Err(Kind::Protocol));
    }
}
