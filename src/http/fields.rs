//! The header fields of an answer, in the order received, in one allocation for all names and values.
//!
//! Names are lower-case ASCII; values are bytes. A NUL stands behind every name and value, not counted in its length, so
//! that the C ABI can hand out pointers without copying. Knows nothing of the meaning of any field.

use std::fmt;

/// An ordered list of header fields.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    arena: Vec<u8>,
    spans: Vec<Span>,
}

/// Where one field stands in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    name: u32,
    name_len: u32,
    value: u32,
    value_len: u32,
}

impl Fields {
    /// Room for `count` fields of `bytes` bytes in all.
    pub fn with_capacity(count: usize, bytes: usize) -> Fields {
        Fields { arena: Vec::with_capacity(bytes + 2 * count), spans: Vec::with_capacity(count) }
    }

    /// Adds one field; the name is lower-cased. A head is at most some hundred KB, so offsets fit 32 bits.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        let at = self.arena.len();
        let value_at = at + name.len() + 1;
        self.arena.reserve(name.len() + value.len() + 2);
        self.arena.extend_from_slice(name);
        self.arena[at..].make_ascii_lowercase();
        self.arena.push(0);
        self.arena.extend_from_slice(value);
        self.arena.push(0);
        self.spans.push(Span {
            name: at as u32,
            name_len: name.len() as u32,
            value: value_at as u32,
            value_len: value.len() as u32,
        });
    }

    /// How many fields.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// All fields (name, value), in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans
            .iter()
            .map(|s| (self.slice(s.name, s.name_len), self.slice(s.value, s.value_len)))
    }

    /// All fields (name, value), in order, each with its NUL, for C.
    pub fn iter_with_nul(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans
            .iter()
            .map(|s| (self.slice(s.name, s.name_len + 1), self.slice(s.value, s.value_len + 1)))
    }

    /// The first value of a field; `name` in lower case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let span = self.spans.iter().find(|s| self.is_named(s, name))?;
        Some(self.slice(span.value, span.value_len))
    }

    /// All values of a field, in order; `name` in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.spans
            .iter()
            .filter(move |s| self.is_named(s, name))
            .map(|s| self.slice(s.value, s.value_len))
    }

    /// Gives back spare memory, for a list that will be kept.
    pub fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        self.spans.shrink_to_fit();
    }

    fn is_named(&self, span: &Span, name: &str) -> bool {
        // Most names differ in length, so most are never looked at.
        span.name_len as usize == name.len()
            && self.slice(span.name, span.name_len) == name.as_bytes()
    }

    fn slice(&self, at: u32, len: u32) -> &[u8] {
        &self.arena[at as usize..(at + len) as usize]
    }
}

/// Values may be secrets (`set-cookie`): the names are all that is shown.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| String::from_utf8_lossy(name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_are_kept_and_names_lowered() {
        let mut f = Fields::default();
        f.push(b"Set-Cookie", b"a=1");
        f.push(b"Server", b"\xff");
        f.push(b"SET-COOKIE", b"b=2");
        let all: Vec<_> = f.iter().collect();
        let want: Vec<(&[u8], &[u8])> =
            vec![(b"set-cookie", b"a=1"), (b"server", b"\xff"), (b"set-cookie", b"b=2")];
        assert_eq!(all, want);
        assert_eq!(f.all("set-cookie").count(), 2);
        assert_eq!(f.get("nothing"), None);
        assert_eq!(format!("{f:?}"), "[\"set-cookie\", \"server\", \"set-cookie\"]");
    }
}
