//! A tunnel through an HTTP proxy: CONNECT (RFC 9110 9.3.6), with Basic credentials (RFC 7617) where the proxy has some.
//!
//! Knows nothing of what goes through the tunnel.

use http::HeaderValue;

use super::error::Failure;
use super::proxy::Proxy;
use super::talk::{Talk, proxy};
use super::url::basic;

/// A proxy's answer that is larger is no answer.
const HEAD_MAX_BYTES: usize = 16 * 1024;
/// Interim answers (1xx) that are skipped.
const INTERIM_MAX: usize = 8;

/// Asks the proxy for a tunnel to `host`, which has brackets if it is an IPv6 literal.
pub fn open(talk: &Talk<'_>, through: &Proxy, host: &str, port: u16) -> Result<(), Failure> {
    let mut request =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(credentials) = authorization(through) {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credentials.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    talk.send(&request)?;
    for _ in 0..=INTERIM_MAX {
        let head = talk.read_head(HEAD_MAX_BYTES)?;
        let Some((status, reason)) = status_line(&head) else {
            return Err(proxy("the proxy's answer to CONNECT is not HTTP"));
        };
        match status {
            100..=199 => {}
            200..=299 => return Ok(()),
            407 if through.credentials.is_some() => {
                return Err(proxy("the proxy did not accept the credentials (status 407)"));
            }
            407 => return Err(proxy("the proxy asks for credentials (status 407)")),
            _ => {
                let words = format!("the proxy refused the tunnel with status {status} {reason}");
                return Err(proxy(words.trim_end().to_owned()));
            }
        }
    }
    Err(proxy("the proxy sent too many interim answers"))
}

/// The value of `proxy-authorization`, for a proxy that has credentials.
pub fn authorization(through: &Proxy) -> Option<HeaderValue> {
    let (user, password) = through.credentials.as_ref()?;
    Some(basic(user.as_bytes(), password.as_bytes()))
}

/// Status and reason of a head; the reason only where it is printable, because it goes into a sentence.
fn status_line(head: &[u8]) -> Option<(u16, &str)> {
    let line = head.split(|b| *b == b'\n').next()?.trim_ascii_end();
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (status, reason) = (rest.get(2..5)?, rest.get(6..).unwrap_or_default());
    if rest.get(1) != Some(&b' ') || rest.get(5).is_some_and(|b| *b != b' ') {
        return None;
    }
    let status = std::str::from_utf8(status).ok()?.parse().ok().filter(|s| *s >= 100)?;
    let printable = reason.len() <= 80 && reason.iter().all(|b| (b' '..=b'~').contains(b));
    Some((status, if printable { std::str::from_utf8(reason).unwrap_or_default() } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines() {
        assert_eq!(status_line(b"HTTP/1.1 200 OK\r\n"), Some((200, "OK")));
        assert_eq!(status_line(b"HTTP/1.0 407\r\n"), Some((407, "")));
        assert_eq!(status_line(b"HTTP/1.1 502 \xff\r\n"), Some((502, "")));
        for wrong in ["HTTP/1.1 20\r\n", "HTTP/1.1 2000\r\n", "HTTP/2 200\r\n", "SSH-2.0\r\n", "\n"]
        {
            assert_eq!(status_line(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
