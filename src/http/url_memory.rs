//! The URLs that a thread parsed last, because most requests of an app go to few origins.
//!
//! Reading the scheme, the host and the port is most of the work of parsing a URL, above all IDNA. A text that begins with
//! an origin that is remembered, letter by letter, is resolved against it, which leaves the path and the query to be
//! parsed; the very same text is not parsed at all. The result is what the WHATWG parser makes of the text, as a test
//! shows. No text with an `@` is remembered, so no credentials are. Bounded in number and size, and gone with its thread.

use std::cell::RefCell;

use url::Url;

/// How many are remembered, one of each origin; the next origin takes the place of the oldest.
const SLOTS: usize = 4;
/// Longer texts are not worth it.
const TEXT_MAX_BYTES: usize = 256;

struct Slot {
    text: String,
    /// Length of the origin in `text`, up to the slash of the path.
    origin: usize,
    url: Url,
}

impl Slot {
    fn begins(&self, origin: &str) -> bool {
        self.text[..self.origin] == *origin
    }
}

struct Memory {
    /// One for each origin.
    slots: Vec<Slot>,
    /// Where the last one was replaced.
    next: usize,
}

thread_local! {
    static MEMORY: RefCell<Memory> =
        const { RefCell::new(Memory { slots: Vec::new(), next: 0 }) };
}

/// A URL that was remembered for this very text, and so was accepted before.
pub(super) fn recall(text: &str) -> Option<Url> {
    MEMORY.with_borrow(|memory| {
        let slot = memory.slots.iter().find(|slot| slot.text == text)?;
        Some(slot.url.clone())
    })
}

/// Parses a text, with the help of what is remembered.
pub(super) fn parse(text: &str) -> Result<Url, url::ParseError> {
    let Some(origin) = origin_len(text) else { return Url::parse(text) };
    MEMORY.with_borrow(|memory| {
        match memory.slots.iter().find(|slot| slot.begins(&text[..origin])) {
            Some(slot) => slot.url.join(&text[origin..]),
            None => Url::parse(text),
        }
    })
}

/// Remembers what a text was parsed to.
pub(super) fn remember(text: &str, url: &Url) {
    let Some(origin) = origin_len(text).filter(|_| text.len() <= TEXT_MAX_BYTES) else { return };
    MEMORY.with_borrow_mut(|memory| {
        let at = match memory.slots.iter().position(|slot| slot.begins(&text[..origin])) {
            Some(at) => at,
            None if memory.slots.len() < SLOTS => {
                memory.slots.push(Slot { text: String::new(), origin, url: url.clone() });
                memory.slots.len() - 1
            }
            None => {
                memory.next = (memory.next + 1) % SLOTS;
                memory.next
            }
        };
        let slot = &mut memory.slots[at];
        slot.text.clear();
        slot.text.push_str(text);
        slot.origin = origin;
        slot.url = url.clone();
    });
}

/// Where the path begins, for texts that are certain to mean the same with and without their origin: a scheme in lower
/// case, an authority without user, and a path whose first slash cannot be taken for one of the two before a host. The
/// parser overlooks tabs and line ends anywhere, so none may stand where it matters.
fn origin_len(text: &str) -> Option<usize> {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let begin = text.len() - authority.len();
    let len = authority.bytes().position(|b| b"/?#\\@\t\r\n".contains(&b))?;
    let second = authority.as_bytes().get(len + 1);
    let plain = authority.as_bytes()[len] == b'/'
        && !matches!(second, Some(b'/' | b'\\' | b'\t' | b'\r' | b'\n'));
    (plain && len > 0).then_some(begin + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINS: &[&str] = &[
        "http://h",
        "http://h:80",
        "https://H:443",
        "https://b\u{fc}cher.example:8443",
        "http://127.0.0.1:18099",
        "http://0x7f.1",
        "http://[::1]:1",
        "http://%65.example",
        "http://u:p@h",
        "HTTP://h",
        "http:///h",
        "http://h\t:1",
        "ftp://h",
    ];
    const PATHS: &[&str] = &[
        "",
        "/",
        "//",
        "//x/y",
        "/\\x",
        "/\t/x",
        "/.",
        "/..",
        "/../..//a",
        "/a/../b/./c",
        "/%2e%2e/a",
        "/a b\u{fc}?c d\u{fc}#e f",
        "/?x=http://other/",
        "/@x",
        "/a\tb\nc\r",
        "/a  ",
        "/:80",
        "/http://x/",
        "?q",
        "#f",
        "\\a\\b",
        "/a\\..\\b",
        "/\u{0}",
        "/{}|\"<>?'\"<>#`",
    ];

    /// With nothing remembered, with the very text, and with others of its origin.
    #[test]
    fn the_memory_changes_no_result() {
        let mut recalled = 0;
        for origin in ORIGINS {
            for first in PATHS {
                for second in PATHS {
                    let (before, text) = (format!("{origin}{first}"), format!("{origin}{second}"));
                    let plain = Url::parse(&text);
                    if let Ok(url) = Url::parse(&before) {
                        remember(&before, &url);
                    }
                    assert_eq!(parse(&text), plain, "{text:?} after {before:?}");
                    if let Some(url) = recall(&text) {
                        assert_eq!(Ok(url), plain, "{text:?}");
                        recalled += 1;
                    }
                }
            }
        }
        assert!(recalled > 100, "{recalled}");
    }

    #[test]
    fn it_is_bounded_and_holds_no_credentials() {
        let long = format!("http://h/{}", "a".repeat(TEXT_MAX_BYTES));
        for text in ["http://u:p@h/", "http://h?q", &long] {
            remember(text, &Url::parse(text).expect("a good URL"));
            assert_eq!(recall(text), None, "{text}");
        }
        for n in 0..100 {
            let text = format!("http://h{n}/");
            remember(&text, &Url::parse(&text).expect("a good URL"));
        }
        MEMORY.with_borrow(|memory| assert_eq!(memory.slots.len(), SLOTS));
        assert!(recall("http://h99/").is_some() && recall("http://h96/").is_some());
        assert_eq!(recall("http://h95/"), None);
        let other = "http://h99/other";
        remember(other, &Url::parse(other).expect("a good URL"));
        assert_eq!(recall("http://h99/"), None, "one of each origin");
        assert!(recall(other).is_some() && recall("http://h96/").is_some());
    }
}
