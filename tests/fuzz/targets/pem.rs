//! PEM text of the app (`http/roots_pem.rs`): what is taken can be a trust anchor, stands in the text, and is no more than
//! the text announces; what is refused gets a sentence with a number.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::identity::Identity;
use reqtask::http::roots_pem::parse_roots;
use reqtask_fuzz::is_sentence;

fuzz_target!(|data: &[u8]| {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE";
    let announced = data.windows(BEGIN.len()).filter(|w| *w == BEGIN).count();
    if let Err(why) = Identity::parse(&String::from_utf8_lossy(data)) {
        is_sentence(&why);
    }
    match parse_roots(data) {
        Err(why) => {
            is_sentence(&why);
            assert!(why.contains("certificate"), "{why}");
        }
        Ok(roots) => {
            assert!(!roots.is_empty() && roots.len() <= announced);
            for root in &roots {
                // DER: one SEQUENCE, whose length is the rest.
                let der: &[u8] = root;
                let (head, len) = match *der {
                    [0x30, len @ ..=0x7f, ..] => (2, usize::from(len)),
                    [0x30, 0x81, len, ..] => (3, usize::from(len)),
                    [0x30, 0x82, a, b, ..] => (4, usize::from(a) << 8 | usize::from(b)),
                    [0x30, 0x83, a, b, c, ..] => {
                        (5, usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c))
                    }
                    _ => panic!("no SEQUENCE"),
                };
                assert_eq!(head + len, der.len());
            }
            // The same twice is twice the same.
            let twice = [data, b"\n", data].concat();
            if let Ok(more) = parse_roots(&twice) {
                assert_eq!(more.len(), 2 * roots.len());
            }
        }
    }
});
