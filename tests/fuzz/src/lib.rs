//! What the fuzz targets share: how an input is read, and how bytes are cut into pieces.
//!
//! The first byte of an input (two, where a target says so) steers, the rest is what the other end sends. So a corpus file is
//! readable text behind one odd byte, and the dictionaries fit.

mod loopback;

use reqtask::http::tls_rules::USUAL;
use reqtask::http::{IpFamily, Policy};

pub use loopback::{Peer, Server, worker};

/// Splits off the steering byte; zero where there is none.
pub fn steer(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

/// Lengths of pieces, as a network might cut: the same for the same seed.
#[derive(Clone, Debug)]
pub struct Pieces {
    state: u64,
    byte_by_byte: bool,
}

impl Pieces {
    /// Every eighth seed cuts byte by byte.
    pub fn new(seed: u8) -> Pieces {
        let state = (u64::from(seed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Pieces { state, byte_by_byte: seed % 8 == 7 }
    }

    /// The length of the next piece: 1 to 64, mostly short.
    pub fn len(&mut self) -> usize {
        if self.byte_by_byte {
            return 1;
        }
        // Marsaglia's xorshift.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let most = 1 << (self.state >> 32 & 6);
        (self.state >> 8) as usize % most + 1
    }

    /// Takes the next piece off the front of `bytes`.
    pub fn take<'a>(&mut self, bytes: &mut &'a [u8]) -> &'a [u8] {
        let (piece, rest) = bytes.split_at(self.len().min(bytes.len()));
        *bytes = rest;
        piece
    }
}

/// A token (RFC 9110 5.6.2), written out once more.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b))
}

/// A byte that a field value may have (RFC 9110 5.5).
pub fn is_value_byte(b: u8) -> bool {
    b == b'\t' || (b >= b' ' && b != 0x7f)
}

/// White space (RFC 9110 5.6.3) off both ends.
pub fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// A sentence that goes to people: short, of one line, and with nothing of the other end in it that could fool a log.
pub fn is_sentence(text: &str) {
    assert!(!text.is_empty() && text.len() < 2500, "{text:?}");
    assert!(!text.chars().any(|c| c.is_control()), "{text:?}");
}

/// Follows no redirect, uses no proxy, and takes heads of 2 KB.
pub fn policy() -> Policy {
    Policy {
        redirects_max: 0,
        redirect_to_http: false,
        https_only: false,
        header_max_bytes: 2048,
        decode: true,
        ip_family: IpFamily::Any,
        user_agent: "fuzz".to_owned(),
        proxy: None,
        proxy_tunnel: false,
        direct: true,
        tls: USUAL.clone(),
    }
}
