//! The date of a cookie (`http/cookie_date.rs`) against RFC 6265 5.1.1, written down once more with a calendar of its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::cookie_date::parse_cookie_date;

fuzz_target!(|data: &[u8]| {
    let got = parse_cookie_date(data).map(|at| at.unix_timestamp());
    assert_eq!(got, seconds(data), "{:?}", data.escape_ascii().to_string());
});

/// delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
fn seconds(text: &[u8]) -> Option<i64> {
    let delimits =
        |b: &u8| matches!(b, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e);
    let (mut clock, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(delimits) {
        if clock.is_none() && hms(token).is_some() {
            clock = hms(token);
        } else if day.is_none() && leading(token, 1..=2).is_some() {
            day = leading(token, 1..=2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && leading(token, 2..=4).is_some() {
            year = leading(token, 2..=4);
        }
    }
    let ((h, m, s), day, month, mut year) = (clock?, day?, month?, year?);
    if (70..=99).contains(&year) {
        year += 1900;
    }
    if (0..=69).contains(&year) {
        year += 2000;
    }
    let bad = !(1..=31).contains(&day) || year < 1601 || h > 23 || m > 59 || s > 59;
    if bad || day > days_in(year, month) {
        return None;
    }
    let mut days = 0;
    for y in 1970..year.max(1970) {
        days += if leap(y) { 366 } else { 365 };
    }
    for y in year.min(1970)..1970 {
        days -= if leap(y) { 366 } else { 365 };
    }
    for m in 1..month {
        days += days_in(year, m);
    }
    Some((days + day - 1) * 86_400 + h * 3600 + m * 60 + s)
}

/// So many digits at the front, then no digit.
fn leading(token: &[u8], count: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let text: String =
        token.iter().map(|b| char::from(*b)).take_while(char::is_ascii_digit).collect();
    if count.contains(&text.len()) { text.parse().ok() } else { None }
}

/// hms-time ( non-digit *OCTET ), hms-time = time-field ":" time-field ":" time-field, time-field = 1*2DIGIT
fn hms(token: &[u8]) -> Option<(i64, i64, i64)> {
    let mut at = 0;
    let mut numbers = [0; 3];
    for (i, number) in numbers.iter_mut().enumerate() {
        *number = leading(&token[at..], 1..=2)?;
        at += token[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if i < 2 {
            (*token.get(at)? == b':').then_some(())?;
            at += 1;
        }
    }
    Some((numbers[0], numbers[1], numbers[2]))
}

fn month_of(token: &[u8]) -> Option<i64> {
    let names =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let begin = token.get(..3)?.to_ascii_lowercase();
    names.iter().position(|name| name.as_bytes() == begin).map(|i| i as i64 + 1)
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}
