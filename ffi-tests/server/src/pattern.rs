//! Bytes that can be checked without a copy of them: byte number `i` of a pattern is
//! `(uint8_t)((uint32_t)i * 2654435761u >> 24)`, the top byte of a multiplicative hash of its position.
//! Neighbours differ, a shift by any amount is seen, and a test needs one line to verify it.

/// Byte number `i`.
pub fn byte(i: u64) -> u8 {
    ((i as u32).wrapping_mul(2_654_435_761) >> 24) as u8
}

/// Appends bytes `from..from + n`.
pub fn append(out: &mut Vec<u8>, from: u64, n: usize) {
    out.extend((from..from + n as u64).map(byte));
}

/// FNV-1a, 64 bit: the checksum of `/sink` and of `body` events.
pub fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    for b in bytes {
        hash = (hash ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

/// Start value of [`fnv1a`].
pub const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!([byte(0), byte(1), byte(2), byte(3)], [0, 158, 60, 218]);
        assert_eq!(fnv1a(FNV_START, b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
