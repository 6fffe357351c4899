//! The request body as ureq reads it: from the app's memory straight into the output buffer.

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
        let n = self.body.read_at(self.at, &mut into[..most])?.min(most);
        if n == 0 {
            // ureq would ask again for ever.
            let sentence = "the request body ended before its length";
            return Err(Failure::new(Kind::Io, Phase::Send, sentence).into());
        }
        self.at += n as u64;
        Ok(n)
    }
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
        fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, Failure> {
            let n = into.len().min(4usize.saturating_sub(offset as usize));
            into[..n].fill(b'x');
            Ok(n)
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
