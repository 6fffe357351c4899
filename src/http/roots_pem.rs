//! Trusted certificates as PEM text.
//!
//! Promises that each certificate can be used as a trust anchor, so that a mistake shows when the text is given and not at
//! the first handshake. Other PEM sections (keys, parameters) and text between the sections are passed over, as
//! bundles have them.

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{self, PemObject};

/// All certificates of the text: at least one. The error is a sentence that counts from 1.
pub fn parse_roots(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut roots = Vec::new();
    // Only to be told whether an anchor is parseable; what it holds is thrown away.
    let mut store = RootCertStore::empty();
    for (i, found) in CertificateDer::pem_slice_iter(text).enumerate() {
        let certificate = found.map_err(|why| {
            format!("certificate {} of the PEM text is damaged: {}", i + 1, what(&why))
        })?;
        store
            .add(certificate.clone())
            .map_err(|why| format!("certificate {} of the PEM text is not usable: {why}", i + 1))?;
        roots.push(certificate);
    }
    if roots.is_empty() {
        return Err("the PEM text holds no certificate".to_owned());
    }
    Ok(roots)
}

/// The crate's own words show the text, byte for byte as numbers and without end; it may hold a private key.
fn what(why: &pem::Error) -> &'static str {
    match why {
        pem::Error::MissingSectionEnd { .. } => "a section has no line that ends it",
        pem::Error::IllegalSectionStart { .. } => "a line that begins a section is malformed",
        pem::Error::Base64Decode(_) => "it is not base64",
        pem::Error::SectionTooLarge => "it is larger than 256 MB",
        _ => "it cannot be read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A P-256 certificate authority, valid for a hundred years, made for this test.
    const GOOD: &str = "\
-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUImJ7TK/i7pQU5Eb3fwruPHzrV+MwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRcmVxdGFzayB0ZXN0IHJvb3QwIBcNMjYxMTIyMTQxODE3WhgP
MjEyNjEwMjkxNDE4MTdaMBwxGjAYBgNVBAMMEXJlcXRhc2sgdGVzdCByb290MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4gxx2uFv9LilrOQppvFL3lp6gc8KCUxl
g/a2aHcN/7FbEAoxiPspTZVTGUcE8G8AHhjswS7it/DqF9YbyTiDpqNTMFEwHQYD
VR0OBBYEFMAQ8XvQaIuuBsGSZa4MLZXWdNZmMB8GA1UdIwQYMBaAFMAQ8XvQaIuu
BsGSZa4MLZXWdNZmMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
Jy6nDkUMRPsEzje6rLnuZjGqzuDsxigeMgfPZZWFlr8CIQDbDC2nBdtc87vsMyoO
auj7YqFziUlYlkM8wy/5FmtQ3w==
-----END CERTIFICATE-----
";

    #[test]
    fn one_or_more_with_text_around() {
        assert_eq!(parse_roots(GOOD.as_bytes()).map(|r| r.len()), Ok(1));
        let bundle = format!("# first\n{GOOD}\n\nsecond\r\n{}", GOOD.replace('\n', "\r\n"));
        assert_eq!(parse_roots(bundle.as_bytes()).map(|r| r.len()), Ok(2));
        let key = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assert_eq!(parse_roots(format!("{key}{GOOD}").as_bytes()).map(|r| r.len()), Ok(1));
    }

    #[test]
    fn none_is_an_error() {
        for text in [
            "",
            "hello",
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
        ] {
            assert!(parse_roots(text.as_bytes()).expect_err("no root").contains("no certificate"));
        }
    }

    #[test]
    fn the_culprit_is_named() {
        let cut = &GOOD[..GOOD.len() / 2];
        let flipped = GOOD.replacen("MII", "AII", 1);
        let stray = GOOD.replacen("MII", "M*I", 1);
        let lone = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for bad in [cut, &flipped, &stray, lone] {
            let sentence = parse_roots(format!("{GOOD}{bad}").as_bytes()).expect_err(bad);
            assert!(sentence.contains("certificate 2"), "{sentence}");
            let sentence = parse_roots(bad.as_bytes()).expect_err(bad);
            assert!(sentence.contains("certificate 1"), "{sentence}");
        }
    }

    #[test]
    fn nothing_of_the_text_is_shown() {
        let on_one_line = GOOD.replace('\n', " ");
        let headless = GOOD.replace("CATE-----\nMII", "CATE--MII");
        let endless = format!("-----BEGIN {}-----\nAAAA\n", "SECRET ".repeat(1000));
        for bad in [on_one_line, headless, endless, GOOD.replace('A', "\u{1}")] {
            let sentence = parse_roots(bad.as_bytes()).expect_err(&bad);
            assert!(sentence.len() < 120 && !sentence.contains('['), "{sentence}");
        }
    }

    #[test]
    fn no_prefix_and_no_flip_panics() {
        let mut bytes = GOOD.as_bytes().to_vec();
        for i in 0..bytes.len() {
            let _ = parse_roots(&bytes[..i]);
            bytes[i] ^= 0x15;
            let _ = parse_roots(&bytes);
            bytes[i] ^= 0x15;
        }
    }
}
