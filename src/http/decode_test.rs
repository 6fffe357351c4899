//! Decoders fed byte by byte, cut everywhere, damaged everywhere.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::decode::Decoder;
use super::error::{Failure, Kind, Phase};
use super::fields::Fields;
use super::seam::Got;
use super::testing::Random;

fn decoder(codings: &str) -> Decoder {
    let mut f = Fields::default();
    f.push(b"content-encoding", codings.as_bytes());
    Decoder::new(&f).expect("not too many").expect("a known coding")
}

/// Reads all, with `step` bytes a segment, a "would block" before each, and `room` bytes of output.
fn run(codings: &str, data: &[u8], step: usize, room: usize) -> Result<Vec<u8>, Failure> {
    let mut decoder = decoder(codings);
    let (mut at, mut blocked, mut out) = (0, false, Vec::new());
    let mut into = vec![0; room];
    loop {
        let mut source = |buf: &mut [u8]| {
            blocked = !blocked;
            if blocked {
                return Ok(Got::WouldBlock);
            }
            let n = step.min(buf.len()).min(data.len() - at);
            buf[..n].copy_from_slice(&data[at..at + n]);
            at += n;
            Ok(if n == 0 { Got::End } else { Got::Bytes(n) })
        };
        match decoder.read(&mut into, &mut source, &|_| Ok(true))? {
            Got::Bytes(n) => {
                assert!(n > 0);
                out.extend_from_slice(&into[..n]);
            }
            Got::WouldBlock => decoder.shed(),
            Got::End => return Ok(out),
        }
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut e = GzEncoder::new(Vec::new(), Compression::default());
    e.write_all(data).expect("into memory");
    e.finish().expect("into memory")
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut e = ZlibEncoder::new(Vec::new(), Compression::default());
    e.write_all(data).expect("into memory");
    e.finish().expect("into memory")
}

fn raw_deflate(data: &[u8]) -> Vec<u8> {
    let mut e = DeflateEncoder::new(Vec::new(), Compression::default());
    e.write_all(data).expect("into memory");
    e.finish().expect("into memory")
}

fn brotli(data: &[u8]) -> Vec<u8> {
    let mut e = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    e.write_all(data).expect("into memory");
    e.into_inner()
}

#[cfg(feature = "zstd")]
fn zstd(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0; zstd_safe::compress_bound(data.len())];
    let mut context = zstd_safe::CCtx::create();
    context.set_parameter(zstd_safe::CParameter::ChecksumFlag(true)).expect("a parameter");
    let len = context.compress2(&mut out[..], data).expect("there is room");
    out.truncate(len);
    out
}

/// (coding, coded) of some text.
fn samples(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gzip", gzip(text)),
        ("deflate", zlib(text)),
        ("deflate", raw_deflate(text)),
        ("br", brotli(text)),
        #[cfg(feature = "zstd")]
        ("zstd", zstd(text)),
        ("gzip, br", brotli(&gzip(text))),
        ("deflate, gzip, gzip", gzip(&gzip(&zlib(text)))),
    ]
}

fn text() -> Vec<u8> {
    (0..400).flat_map(|i| format!("data: {} {}\n\n", i, i * i % 97).into_bytes()).collect()
}

#[test]
fn any_segments_and_any_room_give_the_same() {
    let text = text();
    for (coding, data) in samples(&text) {
        for (step, room) in [(1, 1), (1, 4096), (7, 3), (100_000, 1), (100_000, 100_000)] {
            assert!(run(coding, &data, step, room).as_ref() == Ok(&text), "{coding} {step} {room}");
        }
    }
    for (coding, data) in samples(b"") {
        assert_eq!(run(coding, &data, 1, 10), Ok(Vec::new()), "{coding}");
    }
}

#[test]
fn every_truncation_fails() {
    let text = &text()[..300];
    for (coding, data) in samples(text) {
        for cut in 1..data.len() {
            let failure = run(coding, &data[..cut], 16, 4096).expect_err(coding);
            assert_eq!(
                (failure.kind, failure.phase),
                (Kind::Decode, Phase::Body),
                "{coding} {cut}"
            );
        }
    }
}

#[test]
fn damage_never_gives_wrong_text_where_there_is_a_checksum() {
    let text = &text()[..300];
    let mut random = Random(5);
    for (coding, data) in samples(text) {
        let checked = coding != "br" && data[0] != raw_deflate(text)[0];
        for _ in 0..2000 {
            let mut bad = data.clone();
            let at = random.below(bad.len());
            bad[at] ^= 1 << random.below(8);
            match run(coding, &bad, 50, 4096) {
                Err(failure) => assert_eq!(failure.kind, Kind::Decode),
                // A header's time or name may change, and the end of brotli has unused bits.
                Ok(out) => assert!(!checked || out == text, "{coding} {at}"),
            }
        }
    }
}

#[test]
fn noise_never_panics() {
    let mut random = Random(17);
    for coding in ["gzip", "deflate", "br", "gzip, br", "br, deflate"] {
        for _ in 0..500 {
            let mut noise: Vec<u8> =
                (0..random.below(200)).map(|_| random.below(256) as u8).collect();
            if coding == "gzip" && random.below(2) == 0 {
                noise.splice(0..0, [0x1f, 0x8b, 8, random.below(32) as u8]);
            }
            if let Err(failure) = run(coding, &noise, 9, 512) {
                assert_eq!(failure.kind, Kind::Decode);
            }
        }
    }
}

#[test]
fn what_is_flushed_comes_out_at_once() {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    let mut br = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    let (mut gz_at, mut br_at) = (0, 0);
    let (mut gz_decoder, mut br_decoder) = (decoder("gzip"), decoder("br"));
    for i in 0..50 {
        let event = format!("data: event {i}\n\n");
        gz.write_all(event.as_bytes()).and_then(|()| gz.flush()).expect("into memory");
        assert_eq!(read_there_is(&mut gz_decoder, gz.get_ref(), &mut gz_at), event.as_bytes());
        br.write_all(event.as_bytes()).and_then(|()| br.flush()).expect("into memory");
        assert_eq!(read_there_is(&mut br_decoder, br.get_ref(), &mut br_at), event.as_bytes());
    }
}

#[cfg(feature = "zstd")]
#[test]
fn flushed_zstd_comes_out_at_once_and_large_windows_are_refused() {
    use zstd_safe::zstd_sys::ZSTD_EndDirective::{ZSTD_e_end, ZSTD_e_flush};
    use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer};
    let mut context = CCtx::create();
    let (mut coded, mut at, mut decoder) = (Vec::new(), 0, decoder("zstd"));
    for i in 0..50 {
        let event = format!("data: event {i}\n\n");
        let mut block = vec![0; 4096];
        let mut out = OutBuffer::around(&mut block[..]);
        let mut input = InBuffer::around(event.as_bytes());
        let left = context.compress_stream2(&mut out, &mut input, ZSTD_e_flush);
        assert_eq!(left, Ok(0));
        let n = out.pos();
        coded.extend_from_slice(&block[..n]);
        assert_eq!(read_there_is(&mut decoder, &coded, &mut at), event.as_bytes());
    }
    for (log, good) in [(23, true), (24, false)] {
        let mut context = CCtx::create();
        context.set_parameter(CParameter::WindowLog(log)).expect("a parameter");
        let mut block = vec![0; 4096];
        let mut out = OutBuffer::around(&mut block[..]);
        let mut input = InBuffer::around(&b"text"[..]);
        assert_eq!(context.compress_stream2(&mut out, &mut input, ZSTD_e_flush), Ok(0));
        assert_eq!(context.compress_stream2(&mut out, &mut input, ZSTD_e_end), Ok(0));
        let n = out.pos();
        assert_eq!(run("zstd", &block[..n], 1, 10).is_ok(), good, "{log}");
    }
    let two = [zstd(b"one "), zstd(b"two")].concat();
    assert_eq!(run("zstd", &two, 1, 10), Ok(b"one two".to_vec()));
}

/// All that can be decoded from the bytes that are there, until the decoder asks for more.
fn read_there_is(decoder: &mut Decoder, data: &[u8], at: &mut usize) -> Vec<u8> {
    let (mut out, mut into) = (Vec::new(), [0; 1000]);
    loop {
        let mut source = |buf: &mut [u8]| {
            let n = buf.len().min(data.len() - *at);
            buf[..n].copy_from_slice(&data[*at..*at + n]);
            *at += n;
            Ok(if n == 0 { Got::WouldBlock } else { Got::Bytes(n) })
        };
        match decoder.read(&mut into, &mut source, &|_| Ok(true)).expect("good data") {
            Got::Bytes(n) => out.extend_from_slice(&into[..n]),
            Got::WouldBlock => return out,
            Got::End => panic!("there is no end yet"),
        }
    }
}

#[test]
fn gzip_members_headers_and_garbage() {
    let two = [gzip(b"one "), gzip(b"two")].concat();
    assert_eq!(run("gzip", &two, 1, 10), Ok(b"one two".to_vec()));
    for garbage in [&b"\0\0\0\0"[..], b"\x1f", b"\x1fx", b"garbage", &[0xff; 9000]] {
        for step in [1, 10_000] {
            let data = [gzip(b"one"), garbage.to_vec()].concat();
            assert_eq!(run("gzip", &data, step, 10), Ok(b"one".to_vec()), "{garbage:.9?}");
        }
    }
    let data = [gzip(b"one"), b"\x1f\x8b\x08".to_vec()].concat();
    assert!(run("gzip", &data, 1, 10).is_err(), "half a member");
    // All optional parts of a header: extra, name, comment, checksum.
    let plain = gzip(b"text");
    let mut full = vec![0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 255];
    full.extend_from_slice(b"\x03\0abcname\0comment\0\x12\x34");
    full.extend_from_slice(&plain[10..]);
    for flags in 0..32u8 {
        let mut header = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
        for (flag, part) in [(4, &b"\0\0"[..]), (8, b"name\0"), (16, b"\0"), (2, b"\x12\x34")] {
            if flags & flag != 0 {
                header.extend_from_slice(part);
            }
        }
        header.extend_from_slice(&plain[10..]);
        assert_eq!(run("gzip", &header, 1, 10), Ok(b"text".to_vec()), "{flags}");
    }
    assert_eq!(run("gzip", &full, 1, 10), Ok(b"text".to_vec()));
    full[3] |= 0x80;
    assert!(run("gzip", &full, 1, 10).is_err(), "a reserved flag");
}

#[test]
fn lists_and_names() {
    let name = |value: &str| {
        let mut f = Fields::default();
        f.push(b"content-encoding", value.as_bytes());
        Decoder::new(&f).map(|d| d.is_some()).map_err(|f| f.kind)
    };
    for yes in [
        "GZIP",
        "X-Gzip",
        "Deflate",
        " br ",
        "gzip,br",
        "identity, gzip",
        ",gzip,",
        "gzip,gzip,br,br,br",
    ] {
        assert_eq!(name(yes), Ok(true), "{yes}");
    }
    for no in ["", "identity", "compress", "gzip, aes128gcm", "aes128gcm, gzip", "gzi", "none"] {
        assert_eq!(name(no), Ok(false), "{no}");
    }
    assert_eq!(name("gzip,gzip,gzip,gzip,gzip,gzip"), Err(Kind::Decode));
    let mut f = Fields::default();
    f.push(b"content-encoding", b"gzip");
    f.push(b"content-encoding", b"br");
    let mut two_lines = Decoder::new(&f).expect("two").expect("known");
    let data = brotli(&gzip(b"text"));
    assert_eq!(read_there_is(&mut two_lines, &data, &mut 0), b"text");
}

#[test]
fn an_empty_body_is_fine_whatever_is_announced() {
    for coding in ["gzip", "deflate", "br", "gzip, br"] {
        assert_eq!(run(coding, b"", 1, 10), Ok(Vec::new()));
    }
}

#[test]
fn a_failure_of_the_source_passes_through() {
    let broken = Failure::new(Kind::Io, Phase::Body, "the connection broke");
    for coding in ["gzip", "br", "deflate, gzip"] {
        let mut decoder = decoder(coding);
        let got = decoder.read(&mut [0; 10], &mut |_| Err(broken.clone()), &|_| Ok(true));
        assert_eq!(got, Err(broken.clone()));
    }
    // Also behind the end of the coded data: the framing was cut.
    let data = gzip(b"text");
    let (mut decoder, mut given) = (decoder("gzip"), false);
    let mut source = |buf: &mut [u8]| {
        if given {
            return Err(broken.clone());
        }
        given = true;
        buf[..data.len()].copy_from_slice(&data);
        Ok(Got::Bytes(data.len()))
    };
    assert_eq!(decoder.read(&mut [0; 10], &mut source, &|_| Ok(true)), Ok(Got::Bytes(4)));
    assert_eq!(decoder.read(&mut [0; 10], &mut source, &|_| Ok(true)), Err(broken.clone()));
}

#[test]
fn a_bomb_fills_only_the_readers_buffer() {
    let bomb = gzip(&gzip(&vec![0; 20_000_000]));
    let out = run("gzip, gzip", &bomb, 4096, 65_536).expect("good data");
    assert_eq!(out.len(), 20_000_000);
    assert!(bomb.len() < 5000, "{}", bomb.len());
}
