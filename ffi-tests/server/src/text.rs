//! Small readings of text: percent decoding, query pairs, and the escapes of script arguments.
//! All are total: what is not an escape stands for itself.

/// Percent-decodes; a `%` that starts no escape stays.
pub fn percent_decode(text: &str) -> Vec<u8> {
    let b = text.as_bytes();
    let mut out = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        let hex = (b[i] == b'%').then(|| b.get(i + 1..i + 3)).flatten().and_then(hex_byte);
        if let Some(byte) = hex {
            out.push(byte);
            i += 3;
        } else {
            out.push(b[i]);
            i += 1;
        }
    }
    out
}

fn hex_byte(two: &[u8]) -> Option<u8> {
    let digit = |c: u8| (c as char).to_digit(16);
    Some((digit(two[0])? * 16 + digit(two[1])?) as u8)
}

/// The first value of `key` in a query, percent-decoded.
pub fn query<'a>(query: &'a str, key: &str) -> Option<String> {
    query.split('&').find_map(|pair: &'a str| {
        let (k, v) = pair.split_once('=').unwrap_or((pair, ""));
        (k == key).then(|| String::from_utf8_lossy(&percent_decode(v)).into_owned())
    })
}

/// As [`query`], as a number; `default` where it is missing or none.
pub fn number(text: &str, key: &str, default: u64) -> u64 {
    query(text, key).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Undoes `\n \r \t \0 \\ \xHH` and `\s` (a space, for ends of lines).
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        let (byte, used) = match (text[i], text.get(i + 1)) {
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'0')) => (0, 2),
            (b'\\', Some(b's')) => (b' ', 2),
            (b'\\', Some(b'\\')) => (b'\\', 2),
            (b'\\', Some(b'x')) => {
                text.get(i + 2..i + 4).and_then(hex_byte).map_or((b'\\', 1), |b| (b, 4))
            }
            (b, _) => (b, 1),
        };
        out.push(byte);
        i += used;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_is_total() {
        assert_eq!(percent_decode("a%20b%zz%4"), b"a b%zz%4");
        assert_eq!(unescape(br"a\r\n\0\xff\x4\\\q\s"), b"a\r\n\0\xff\\x4\\\\q ");
        assert_eq!(query("a=1&b=x%26y", "b").as_deref(), Some("x&y"));
        assert_eq!(number("n=7", "n", 1) + number("n=z", "n", 1), 8);
    }
}
