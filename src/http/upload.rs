//! The beginning of a request body, as ureq reads it: from the app's memory into the output buffer. What follows goes from
//! there to the connection without a stop ([`super::transport`]).

use std::io::{self, Read};
use std::sync::Arc;

use super::error::{Failure, Kind, Phase};
use super::request::RequestBody;

/// Reads a body from its start.
#[derive(Debug)]
pub struct Upload<'a> {
    body: &'a Arc<dyn RequestBody>,
    at: u64,
}

impl<'a> Upload<'a> {
    /// From the first byte.
    pub fn new(body: &'a Arc<dyn RequestBody>) -> Upload<'a> {
        Upload { body, at: 0 }
    }
}

impl Read for Upload<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.body.len().saturating_sub(self.at);
        let most = left.min(into.len() as u64) as usize;
        if most == 0 {
            return Ok(0);
        }
        let mut n = 0;
        self.body.lend(self.at, most, &mut |bytes| {
            n = bytes.len();
            into[..n].copy_from_slice(bytes);
        })?;
        if n == 0 {
            // ureq would ask again for ever.
            return Err(ended_early().into());
        }
        self.at += n as u64;
        Ok(n)
    }
}

/// A body gives out fewer bytes than it has announced.
pub fn ended_early() -> Failure {
    Failure::new(Kind::Io, Phase::Send, "the request body ended before its length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::testing::bytes_body;

    #[derive(Debug)]
    struct Liar;

    impl RequestBody for Liar {
        fn len(&self) -> u64 {
            10
        }
        fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
            to(&b"xxxx"[offset.min(4) as usize..]
                [..most.min(4usize.saturating_sub(offset as usize))]);
            Ok(())
        }
        fn sent(&self, _bytes: u64) {}
    }

    #[test]
    fn a_body_is_read_in_pieces_and_a_short_one_is_an_error() {
        let mut all = Vec::new();
        Upload::new(&bytes_body(b"0123456789")).read_to_end(&mut all).expect("a good body");
        assert_eq!(all, b"0123456789");

        let liar: Arc<dyn RequestBody> = Arc::new(Liar);
        let mut upload = Upload::new(&liar);
        let mut room = [0; 20];
        assert_eq!(upload.read(&mut room).expect("what there is"), 4);
        let error = upload.read(&mut room).expect_err("ended early");
        assert_eq!(Failure::find(&error).expect("our failure").kind, Kind::Io);
    }
}
