//! The `Expires` date of a cookie, as RFC 6265 5.1.1 reads it: tokens in any order, between any delimiters.
//!
//! So it takes RFC 1123, RFC 850 (dashes, two-digit years), asctime, and what servers make of them.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// The moment, or `None` where the text has no day, month, year and time, or not one that exists.
pub fn parse_cookie_date(text: &[u8]) -> Option<OffsetDateTime> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|b| is_delimiter(*b)).filter(|t| !t.is_empty()) {
        if time.is_none() && time_of(token).is_some() {
            time = time_of(token);
        } else if day.is_none() && number(token, 1, 2).is_some() {
            day = number(token, 1, 2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && number(token, 2, 4).is_some() {
            year = number(token, 2, 4);
        }
    }
    let year = match year? {
        y @ 70..=99 => y + 1900,
        y @ 0..=69 => y + 2000,
        y => y,
    };
    if year < 1601 {
        return None;
    }
    let (h, m, s) = time?;
    let date = Date::from_calendar_date(year as i32, month?, u8::try_from(day?).ok()?).ok()?;
    let time = Time::from_hms(h, m, s).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

fn is_delimiter(b: u8) -> bool {
    matches!(b, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

/// A number of `least` to `most` digits, after which anything but a digit may follow.
fn number(token: &[u8], least: usize, most: usize) -> Option<u32> {
    let digits = token.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits < least || digits > most {
        return None;
    }
    Some(token[..digits].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

fn time_of(token: &[u8]) -> Option<(u8, u8, u8)> {
    let mut parts = token.splitn(3, |b| *b == b':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    // Only behind the seconds may something else follow.
    if h.len() > 2 || m.len() > 2 || !h.iter().chain(m).all(u8::is_ascii_digit) {
        return None;
    }
    let two = |t| number(t, 1, 2).and_then(|n| u8::try_from(n).ok());
    Some((two(h)?, two(m)?, two(s)?))
}

fn month_of(token: &[u8]) -> Option<Month> {
    let name = token.get(..3)?.to_ascii_lowercase();
    let names = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let i = names.chunks(3).position(|n| n == name)?;
    Month::try_from(i as u8 + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn all_forms() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "06 nov 94 8:49:37",
            "1994 Nov 6 08:49:37",
            "Nov/6/1994;08:49:37z",
            "Sun, 6th NOVEMBER 1994AD 08:49:37.123 +0000",
            "08:49:37 6 Nov 0094",
            "6 Nov 94 08:49:37 7 Dec 1995 09:50:38",
        ] {
            let got = parse_cookie_date(text.as_bytes()).map(OffsetDateTime::unix_timestamp);
            assert_eq!(got, Some(784_111_777), "{text}");
        }
    }

    /// Worked out by hand from the algorithm's text: what each token is taken for, and that the first of a kind counts.
    #[test]
    fn tokens_are_taken_in_order() {
        for (text, want) in [
            ("Mon, 10-Dec-2007 17:02:24 GMT", Some(1_197_306_144)),
            ("Wed, 09 Dec 2009 16:27:23 GMT", Some(1_260_376_043)),
            ("Thursday, 01-Jan-1970 00:00:00 GMT", Some(0)),
            ("Mon Dec 24 16:32:39 1977 GMT", Some(251_829_159)),
            ("Mon Dec 24 16:32:39 77 GMT", Some(251_829_159)),
            ("Tue, 18-Oct-2011 07:42:42.123 GMT", Some(1_318_923_762)),
            ("foo Tue Oct 18 07:42:42 2011 GMT", Some(1_318_923_762)),
            ("18 oct 2011 7:42:42", Some(1_318_923_762)),
            ("2011-10-18T07:42:42Z", None),
            ("18-10-2011 07:42:42", None),
            ("Oct 18 2011 07:42", None),
            ("18 October2011 07:42:42", None),
            ("18Oct2011 07:42:42 Oct 11", Some(1_318_923_762)),
            ("07:42:42;18/Oct/2011", Some(1_318_923_762)),
            ("\x0118 Oct 2011 07:42:42", None),
            ("Feb 29 2012 12:00:00", Some(1_330_516_800)),
            ("Feb 29 2011 12:00:00", None),
            ("Apr 31 2011 12:00:00", None),
            ("1 Jan 1601 00:00:00", Some(-11_644_473_600)),
            ("31 Dec 9999 23:59:59", Some(253_402_300_799)),
            ("1 Jan 69 00:00:00", Some(3_124_224_000)),
            ("1 Jan 69 00:00:00 1971", Some(3_124_224_000)),
            ("0:0:0 1 1 Jan 71", Some(31_536_000)),
            ("1:2:3x 4th jANUARYish 0071", Some(31_798_923)),
        ] {
            let got = parse_cookie_date(text.as_bytes()).map(OffsetDateTime::unix_timestamp);
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn two_digit_years_turn_at_70() {
        for (year, want) in [("69", 2069), ("70", 1970), ("99", 1999), ("00", 2000), ("1601", 1601)]
        {
            let text = format!("1 Jan {year} 00:00:00");
            assert_eq!(parse_cookie_date(text.as_bytes()).map(|t| t.year()), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "never",
            "0",
            "1994 Nov 6",
            "31 Feb 2030 00:00:00",
            "0 Jan 2030 00:00:00",
            "32 Jan 2030 00:00:00",
            "1 Jan 1600 00:00:00",
            "1 Jan 2030 24:00:00",
            "1 Jan 2030 00:60:00",
            "1 Jan 2030 00:00:60",
            "1 Jan 2030 00:00",
            "1 Jan 2030 000:00:00",
            "1 Jan 20300 00:00:00",
            "1 Foo 2030 00:00:00",
            "Jan 2030 00:00:00",
        ] {
            assert_eq!(parse_cookie_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn no_text_panics() {
        let pieces =
            ["1", "31", "99", "9999", "Jan", "feb", ":", "00:00:00", " ", "-", "ü", "29", "\0"];
        let mut random = Random(3);
        let mut good = 0;
        for i in 0..50_000 {
            let start = ["", "1 ", "1 Jan ", "1 Jan 99 "][i % 4];
            let text = format!("{start}{}", random.text(&pieces, 7));
            good += usize::from(parse_cookie_date(text.as_bytes()).is_some());
        }
        assert!(good > 10, "{good}");
    }
}
