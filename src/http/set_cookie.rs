//! One `set-cookie` line, read as RFC 6265 5.2 says: values keep spaces, quotes and `=`, unknown attributes are passed over.
//!
//! Text is Latin-1 in both directions, so that any byte of a name or value comes back as it was. Whether the cookie may be
//! set is for the jar to say.

use cookie_store::RawCookie;
use time::{Duration, OffsetDateTime};

use super::cookie_date::parse_cookie_date;

/// Longest name and value together; longer cookies are ignored (RFC 6265bis 5.6).
pub(super) const COOKIE_MAX_BYTES: usize = 4096;
/// Longest attribute that is looked at (RFC 6265bis 5.6).
const ATTRIBUTE_MAX_BYTES: usize = 1024;

/// A domain that no host is in; a cookie for it is refused unless it names another behind it.
const NOWHERE: &str = "not a domain";

/// Reads one line; `None` where it is no cookie. `now` is what Max-Age counts from.
pub(super) fn parse_set_cookie(line: &[u8], now: OffsetDateTime) -> Option<RawCookie<'static>> {
    if line.iter().any(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f) {
        return None;
    }
    let mut parts = line.split(|b| *b == b';');
    let (name, value) = halves(parts.next()?).unwrap_or_else(|whole| (&b""[..], whole));
    if (name.is_empty() && value.is_empty()) || name.len() + value.len() > COOKIE_MAX_BYTES {
        return None;
    }
    let mut cookie = RawCookie::new(text_of(name), text_of(value));
    let (mut max_age, mut expires) = (None, None);
    for part in parts {
        let (attribute, value) = halves(part).unwrap_or_else(|whole| (whole, &b""[..]));
        if value.len() > ATTRIBUTE_MAX_BYTES {
            continue;
        }
        // The last of a kind counts (5.3 steps 3 to 9).
        match attribute.to_ascii_lowercase().as_slice() {
            b"expires" => expires = parse_cookie_date(value).or(expires),
            b"max-age" => max_age = parse_max_age(value, now).or(max_age),
            b"domain" => {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                match std::str::from_utf8(domain) {
                    // An empty domain counts as none (5.2.3).
                    Ok("") => cookie.unset_domain(),
                    // The store would take off another dot, but only one is to be overlooked.
                    Ok(domain) if domain.starts_with('.') => cookie.set_domain(NOWHERE),
                    Ok(domain) => cookie.set_domain(domain.to_ascii_lowercase()),
                    Err(_) => cookie.set_domain(NOWHERE),
                }
            }
            b"path" if value.starts_with(b"/") => cookie.set_path(text_of(value)),
            b"path" => cookie.unset_path(),
            b"secure" => cookie.set_secure(true),
            b"httponly" => cookie.set_http_only(true),
            _ => {}
        }
    }
    // Max-Age has precedence over Expires, whichever comes first (4.1.2.2).
    if let Some(at) = max_age.or(expires) {
        cookie.set_expires(at);
    }
    Some(cookie)
}

/// Splits at the first `=`, white space off both sides; without one, the whole.
fn halves(part: &[u8]) -> Result<(&[u8], &[u8]), &[u8]> {
    match part.iter().position(|b| *b == b'=') {
        Some(i) => Ok((part[..i].trim_ascii(), part[i + 1..].trim_ascii())),
        None => Err(part.trim_ascii()),
    }
}

/// 5.2.2: an integer; none or less is the past. `None` for what is no number.
fn parse_max_age(value: &[u8], now: OffsetDateTime) -> Option<OffsetDateTime> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds =
        digits.iter().fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    if negative || seconds == 0 {
        return Some(OffsetDateTime::UNIX_EPOCH);
    }
    // A hundred years are for ever, and stay within the years that dates can have.
    Some(now + Duration::seconds(seconds.min(100 * 365 * 24 * 3600)))
}

fn text_of(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// The opposite of [`text_of`].
pub(super) fn bytes_of(text: &str) -> impl Iterator<Item = u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
}
