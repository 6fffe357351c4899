//! Content codings with a flush after every piece, as a server does that streams events through a compressor.
//! Output is taken out piece by piece; `finish` gives the trailer. Knows nothing of framing.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// The codings that scripts can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    /// The zlib format, which RFC 9110 8.4.1.2 calls "deflate".
    Deflate,
    /// Bare deflate, which some servers send under that name.
    RawDeflate,
    Br,
}

impl Coding {
    /// By its name in a script.
    pub fn named(name: &str) -> Option<Coding> {
        match name.trim() {
            "gzip" => Some(Coding::Gzip),
            "deflate" => Some(Coding::Deflate),
            "raw-deflate" => Some(Coding::RawDeflate),
            "br" => Some(Coding::Br),
            _ => None,
        }
    }
}

/// A running encoder.
pub enum Encoder {
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    RawDeflate(DeflateEncoder<Vec<u8>>),
    Br(Box<brotli::CompressorWriter<Vec<u8>>>),
}

impl Encoder {
    /// A fresh one.
    pub fn new(coding: Coding) -> Encoder {
        let level = Compression::default();
        match coding {
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), level)),
            Coding::Deflate => Encoder::Deflate(ZlibEncoder::new(Vec::new(), level)),
            Coding::RawDeflate => Encoder::RawDeflate(DeflateEncoder::new(Vec::new(), level)),
            Coding::Br => {
                let writer = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 18);
                Encoder::Br(Box::new(writer))
            }
        }
    }

    /// Encodes and flushes: what comes out can be decoded to all that went in.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let writer: &mut dyn Write = match self {
            Encoder::Gzip(w) => w,
            Encoder::Deflate(w) => w,
            Encoder::RawDeflate(w) => w,
            Encoder::Br(w) => w,
        };
        writer.write_all(bytes)?;
        writer.flush()?;
        Ok(match self {
            Encoder::Gzip(w) => std::mem::take(w.get_mut()),
            Encoder::Deflate(w) => std::mem::take(w.get_mut()),
            Encoder::RawDeflate(w) => std::mem::take(w.get_mut()),
            Encoder::Br(w) => std::mem::take(w.get_mut()),
        })
    }

    /// The end of the coded data.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(w) => w.finish(),
            Encoder::Deflate(w) => w.finish(),
            Encoder::RawDeflate(w) => w.finish(),
            Encoder::Br(w) => Ok(w.into_inner()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn gzip_pieces_decode_one_by_one() {
        let mut encoder = Encoder::new(Coding::Gzip);
        let first = encoder.push(b"first ").expect("memory");
        let mut seen = [0; 6];
        flate2::read::GzDecoder::new(&first[..]).read_exact(&mut seen).expect("flushed");
        assert_eq!(&seen, b"first ");
        let mut all = first;
        all.extend(encoder.push(b"second").expect("memory"));
        all.extend(encoder.finish().expect("memory"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(&all[..]).read_to_string(&mut text).expect("whole");
        assert_eq!(text, "first second");
    }

    #[test]
    fn brotli_pieces_decode_one_by_one() {
        let mut encoder = Encoder::new(Coding::Br);
        let mut all = encoder.push(b"first ").expect("memory");
        let mut seen = [0; 6];
        brotli::Decompressor::new(&all[..], 4096).read_exact(&mut seen).expect("flushed");
        assert_eq!(&seen, b"first ");
        all.extend(encoder.finish().expect("memory"));
        let mut text = String::new();
        brotli::Decompressor::new(&all[..], 4096).read_to_string(&mut text).expect("whole");
        assert_eq!(text, "first ");
    }
}
