//! The head of one answer (`http/head.rs`) against a model that reads lines: which heads are taken, what they say, where
//! they end and how their body is framed. RFC 9112 2.2, 4, 5 and 6.3, with the repairs that head.rs names.
#![no_main]

use http::Method;
use libfuzzer_sys::fuzz_target;
use reqtask::http::head::{FIELDS_MAX, Framing, Parsed, framing, parse};
use reqtask_fuzz::{is_sentence, is_token, is_value_byte, steer, trim};

fuzz_target!(|data: &[u8]| {
    let (seed, bytes) = steer(data);
    let got = parse(bytes);
    match (model(bytes), &got) {
        (Model::Incomplete, Ok(None) | Err(_)) => {}
        (Model::Bad, Err((_, why))) => is_sentence(why),
        (Model::Head(want, len), Ok(Some((head, got_len)))) => {
            assert_eq!(len, *got_len);
            assert_eq!((want.status, want.version), (head.status, head.version));
            let fields: Vec<_> = head.fields.iter().collect();
            let wanted: Vec<_> = want.fields.iter().map(|(n, v)| (&n[..], &v[..])).collect();
            assert_eq!(wanted, fields);
            whatever_follows(bytes, *got_len);
            body_ends_where_it_should(head, seed);
        }
        (model, got) => panic!("{model:?} but {got:?} for {:?}", bytes.escape_ascii().to_string()),
    }
});

#[derive(Debug)]
enum Model {
    Incomplete,
    Bad,
    Head(Read, usize),
}

#[derive(Debug)]
struct Read {
    status: u16,
    version: u8,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Line by line; a line ends with LF or CRLF.
fn model(bytes: &[u8]) -> Model {
    let mut lines = Vec::new();
    let mut at = 0;
    let end = loop {
        let Some(n) = bytes[at..].iter().position(|b| *b == b'\n') else {
            return Model::Incomplete;
        };
        let line = &bytes[at..at + n];
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        // A field line may have a CR too many.
        while let [rest @ .., b'\r'] = line
            && rest.contains(&b':')
            && !lines.is_empty()
        {
            line = rest;
        }
        at += n + 1;
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            break at;
        }
    };
    match head_of(&lines) {
        Some(head) => Model::Head(head, end),
        None => Model::Bad,
    }
}

fn head_of(lines: &[&[u8]]) -> Option<Read> {
    let (first, rest) = lines.split_first()?;
    let version = match first.get(..9)? {
        b"HTTP/1.0 " => 10,
        b"HTTP/1.1 " => 11,
        _ => return None,
    };
    let digits = first.get(9..12).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let status: u16 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    match &first[12..] {
        [] => {}
        [b' ', reason @ ..] if reason.iter().all(|b| is_value_byte(*b)) => {}
        _ => return None,
    }
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in rest {
        if let [b' ' | b'\t', ..] = line {
            // A folded line belongs to the field before it, behind one space.
            let (_, value) = fields.last_mut()?;
            let more = trim(line);
            if !value.is_empty() && !more.is_empty() {
                value.push(b' ');
            }
            value.extend_from_slice(more);
        } else {
            let colon = line.iter().position(|b| *b == b':')?;
            let name = trim(&line[..colon]);
            if !is_token(name) {
                return None;
            }
            fields.push((name.to_ascii_lowercase(), trim(&line[colon + 1..]).to_vec()));
        }
        if !fields.last()?.1.iter().all(|b| is_value_byte(*b)) {
            return None;
        }
    }
    (status >= 100 && fields.len() <= FIELDS_MAX).then_some(Read { status, version, fields })
}

/// What stands behind a head changes nothing of it, and a head without its last byte is not there.
fn whatever_follows(bytes: &[u8], len: usize) {
    let alone = parse(&bytes[..len]);
    assert!(matches!(alone, Ok(Some((_, n))) if n == len), "{alone:?}");
    assert_eq!(parse(&bytes[..len - 1]), Ok(None));
    let more = [&bytes[..len], b"\r\n: \0"].concat();
    assert_eq!(parse(&more), alone);
}

/// RFC 9112 6.3, as a list of conditions.
fn body_ends_where_it_should(head: &Parsed, seed: u8) {
    let method = [Method::GET, Method::HEAD, Method::POST][usize::from(seed) % 3].clone();
    let values = |name| head.fields.all(name).collect::<Vec<_>>();
    let (lengths, codings) = (values("content-length"), values("transfer-encoding"));
    let bodiless = method == Method::HEAD || head.status < 200 || [204, 304].contains(&head.status);
    let digits = |text: &&[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    match framing(&method, head) {
        Err((_, why)) => {
            is_sentence(why);
            assert!(!bodiless && !(lengths.is_empty() && codings.is_empty()));
        }
        Ok((Framing::None, _)) => assert!(bodiless),
        Ok((Framing::Chunked, keeps)) => {
            assert!(!bodiless && head.version == 11);
            let all = codings.join(&b',');
            let named: Vec<_> =
                all.split(|b| *b == b',').map(trim).filter(|c| !c.is_empty()).collect();
            assert_eq!(named.len(), 1);
            assert!(named[0].eq_ignore_ascii_case(b"chunked"));
            assert!(!keeps || lengths.is_empty(), "both framings and kept");
        }
        Ok((Framing::Length(n), _)) => {
            assert!(!bodiless && codings.is_empty() && !lengths.is_empty());
            let all = lengths.join(&b',');
            for number in all.split(|b| *b == b',').map(trim) {
                assert!(digits(&number));
                let zeros = number.iter().take_while(|b| **b == b'0').count();
                let text = String::from_utf8(number[zeros..].to_vec()).expect("digits");
                assert_eq!(if text.is_empty() { "0" } else { &text }, n.to_string());
            }
        }
        Ok((Framing::Close, keeps)) => {
            assert!(!bodiless && codings.is_empty() && lengths.is_empty() && !keeps);
        }
    }
    if let Ok((_, true)) = framing(&method, head) {
        let connection = values("connection").join(&b',').to_ascii_lowercase();
        assert!(!connection.split(|b| *b == b',').any(|token| trim(token) == b"close"));
    }
}
