//! One client's cookie jar, in memory: `set-cookie` in, `cookie` out, by RFC 6265.
//!
//! Storing and matching is the `cookie_store` crate. Around it is what it leaves open: our own reading of `set-cookie`
//! (5.2: values keep spaces, quotes and `=`; every form of date), the order of sending (5.4: longer paths first, then
//! the older), Secure meaning https only, also on loopback, public suffixes, and bounds (6.1), so that no server can
//! fill the memory. As in browsers (RFC 6265bis), http can neither set nor replace a Secure cookie, the prefixes
//! `__Secure-` and `__Host-` mean what they say, and a cookie may have no name. HttpOnly changes nothing: there is no
//! other door than HTTP here.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use cookie_store::{Cookie, CookieDomain, CookieStore, RawCookie};
use time::{Duration, OffsetDateTime};
use url::{Host, Url};

use super::cookie_date::parse_cookie_date;
use super::fields::Fields;
use super::public_suffix::is_public_suffix;

/// Longest name and value together; longer cookies are ignored (RFC 6265bis 5.6).
const COOKIE_MAX_BYTES: usize = 4096;
/// Longest attribute that is looked at (RFC 6265bis 5.6).
const ATTRIBUTE_MAX_BYTES: usize = 1024;
/// Most cookies of one domain; the oldest goes.
const PER_DOMAIN_MAX: usize = 180;
/// Most cookies in all; the oldest goes.
const IN_ALL_MAX: usize = 3000;

/// The cookies of a client. Any thread.
#[derive(Debug, Default)]
pub struct Jar {
    /// Guards all cookies and their ages.
    inner: Mutex<Inner>,
}

/// What tells two cookies apart: domain, path, name.
type Key = (String, String, String);

#[derive(Debug, Default)]
struct Inner {
    store: CookieStore,
    /// When each was first set, as a running number; a cookie that is replaced keeps its own (5.3 step 11.3).
    ages: HashMap<Key, u64>,
    /// The same the other way round.
    by_age: BTreeMap<u64, Key>,
    next_age: u64,
}

impl Jar {
    /// Takes the `set-cookie` fields of an answer from `url`; those that are not valid there are ignored.
    pub fn store(&self, fields: &Fields, url: &Url) {
        let mut lines = fields.all("set-cookie").peekable();
        if lines.peek().is_none() {
            return;
        }
        let now = OffsetDateTime::now_utc();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            if let Some(cookie) = parse_set_cookie(line, now) {
                inner.insert(&cookie, url, now);
            }
        }
    }

    /// The value of `cookie` for a request to `url`; `None` where no cookie matches.
    pub fn cookie_value(&self, url: &Url) -> Option<Vec<u8>> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.ages.is_empty() {
            return None;
        }
        let mut matching: Vec<_> = inner
            .store
            .matches(url)
            .into_iter()
            // The crate takes loopback for secure; the RFC does not know that.
            .filter(|c| c.secure() != Some(true) || url.scheme() == "https")
            .map(|c| (c, inner.ages.get(&key_of(c)).copied().unwrap_or(u64::MAX)))
            .collect();
        matching.sort_by_key(|(c, age)| (std::cmp::Reverse(c.path.len()), *age));
        let mut value = Vec::new();
        for (cookie, _) in matching {
            if !value.is_empty() {
                value.extend_from_slice(b"; ");
            }
            let (name, content) = cookie.name_value();
            if !name.is_empty() {
                value.extend(bytes_of(name));
                value.push(b'=');
            }
            value.extend(bytes_of(content));
        }
        (!value.is_empty()).then_some(value)
    }
}

impl Inner {
    fn insert(&mut self, raw: &RawCookie<'static>, url: &Url, now: OffsetDateTime) {
        let secure = raw.secure() == Some(true);
        if secure && url.scheme() != "https" {
            return;
        }
        let Ok(mut cookie) = Cookie::try_from_raw_cookie(raw, url) else { return };
        if let CookieDomain::Suffix(domain) = &cookie.domain {
            let named = matches!(url.host(), Some(Host::Domain(_)));
            if !named || is_public_suffix(domain.trim_end_matches('.')) {
                // Allowed only for the very host, and then for it alone (5.3 step 5).
                if !cookie.domain.host_is_identical(url) {
                    return;
                }
                let Ok(host) = CookieDomain::host_only(url) else { return };
                cookie.domain = host;
            }
        }
        let host_only = matches!(cookie.domain, CookieDomain::HostOnly(_));
        if !prefix_is_true(raw, secure, host_only, &cookie.path) {
            return;
        }
        let key = key_of(&cookie);
        let old = self.store.get_any(&key.0, &key.1, &key.2);
        if old.is_some_and(|o| o.secure() == Some(true)) && url.scheme() != "https" {
            return;
        }
        if cookie.expires_by(&now) {
            self.remove(&key);
            return;
        }
        if self.store.insert(cookie, url).is_err() {
            return;
        }
        if !self.ages.contains_key(&key) {
            self.ages.insert(key.clone(), self.next_age);
            self.by_age.insert(self.next_age, key.clone());
            self.next_age += 1;
            self.keep_bounds(&key.0, now);
        }
    }

    fn remove(&mut self, key: &Key) {
        self.store.remove(&key.0, &key.1, &key.2);
        if let Some(age) = self.ages.remove(key) {
            self.by_age.remove(&age);
        }
    }

    /// Expired cookies go first, then the oldest of the domain, then the oldest of all.
    fn keep_bounds(&mut self, domain: &str, now: OffsetDateTime) {
        let of_domain = |inner: &Inner| inner.ages.keys().filter(|k| k.0 == domain).count();
        if of_domain(self) <= PER_DOMAIN_MAX && self.ages.len() <= IN_ALL_MAX {
            return;
        }
        let expired: Vec<Key> =
            self.store.iter_any().filter(|c| c.expires_by(&now)).map(key_of).collect();
        for key in &expired {
            self.remove(key);
        }
        if of_domain(self) > PER_DOMAIN_MAX
            && let Some(oldest) = self.by_age.values().find(|k| k.0 == domain).cloned()
        {
            self.remove(&oldest);
        }
        if self.ages.len() > IN_ALL_MAX
            && let Some(oldest) = self.by_age.values().next().cloned()
        {
            self.remove(&oldest);
        }
    }
}

fn key_of(cookie: &Cookie<'_>) -> Key {
    let domain = cookie.domain.as_cow().unwrap_or_default().into_owned();
    (domain, cookie.path.to_string(), cookie.name().to_owned())
}

/// RFC 6265bis 4.1.3 and 5.6; a cookie without a name must not look as if it had such a prefix.
fn prefix_is_true(raw: &RawCookie<'_>, secure: bool, host_only: bool, path: &str) -> bool {
    let begins = |text: &str, prefix: &str| {
        text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix))
    };
    let (name, value) = raw.name_value();
    if begins(name, "__Host-") {
        return secure && host_only && path == "/" && raw.domain().is_none();
    }
    if begins(name, "__Secure-") {
        return secure;
    }
    !(name.is_empty() && (begins(value, "__Host-") || begins(value, "__Secure-")))
}

/// Reads one `set-cookie` line (RFC 6265 5.2). Text is Latin-1 in both directions, so that any byte comes back as it was.
fn parse_set_cookie(line: &[u8], now: OffsetDateTime) -> Option<RawCookie<'static>> {
    if line.iter().any(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f) {
        return None;
    }
    let mut parts = line.split(|b| *b == b';');
    let (name, value) = halves(parts.next()?).unwrap_or_else(|whole| (&b""[..], whole));
    if (name.is_empty() && value.is_empty()) || name.len() + value.len() > COOKIE_MAX_BYTES {
        return None;
    }
    let mut cookie = RawCookie::new(text_of(name), text_of(value));
    let (mut max_age, mut expires) = (None, None);
    for part in parts {
        let (attribute, value) = halves(part).unwrap_or_else(|whole| (whole, &b""[..]));
        if value.len() > ATTRIBUTE_MAX_BYTES {
            continue;
        }
        // The last of a kind counts (5.3 steps 3 to 9).
        match attribute.to_ascii_lowercase().as_slice() {
            b"expires" => expires = parse_cookie_date(value).or(expires),
            b"max-age" => max_age = parse_max_age(value, now).or(max_age),
            b"domain" => {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                match std::str::from_utf8(domain) {
                    // An empty domain counts as none (5.2.3).
                    Ok("") => cookie.unset_domain(),
                    Ok(domain) => cookie.set_domain(domain.to_ascii_lowercase()),
                    Err(_) => return None,
                }
            }
            b"path" if value.starts_with(b"/") => cookie.set_path(text_of(value)),
            b"path" => cookie.unset_path(),
            b"secure" => cookie.set_secure(true),
            b"httponly" => cookie.set_http_only(true),
            _ => {}
        }
    }
    // Max-Age has precedence over Expires, whichever comes first (4.1.2.2).
    if let Some(at) = max_age.or(expires) {
        cookie.set_expires(at);
    }
    Some(cookie)
}

/// Splits at the first `=`, white space off both sides; without one, the whole.
fn halves(part: &[u8]) -> Result<(&[u8], &[u8]), &[u8]> {
    match part.iter().position(|b| *b == b'=') {
        Some(i) => Ok((part[..i].trim_ascii(), part[i + 1..].trim_ascii())),
        None => Err(part.trim_ascii()),
    }
}

/// 5.2.2: an integer; none or less is the past. `None` for what is no number.
fn parse_max_age(value: &[u8], now: OffsetDateTime) -> Option<OffsetDateTime> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds =
        digits.iter().fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    if negative || seconds == 0 {
        return Some(OffsetDateTime::UNIX_EPOCH);
    }
    // A hundred years are for ever, and stay within the years that dates can have.
    Some(now + Duration::seconds(seconds.min(100 * 365 * 24 * 3600)))
}

fn text_of(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// The opposite of [`text_of`].
fn bytes_of(text: &str) -> impl Iterator<Item = u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::super::url::parse_url;
    use super::*;

    fn set(jar: &Jar, url: &str, lines: &[&str]) {
        let mut f = Fields::default();
        for line in lines {
            f.push(b"set-cookie", line.as_bytes());
        }
        jar.store(&f, &parse_url(url).expect("a good URL"));
    }

    fn get(jar: &Jar, url: &str) -> String {
        let value = jar.cookie_value(&parse_url(url).expect("a good URL"));
        value.map_or_else(String::new, |v| String::from_utf8(v).expect("ASCII cookies"))
    }

    /// What is sent to `to` after `from` has set these.
    fn round(from: &str, lines: &[&str], to: &str) -> String {
        let jar = Jar::default();
        set(&jar, from, lines);
        get(&jar, to)
    }

    #[test]
    fn names_and_values() {
        for (line, want) in [
            ("a=b", "a=b"),
            (" a = b ; x", "a=b"),
            ("a=b c", "a=b c"),
            ("a=\"b c\"", "a=\"b c\""),
            ("a=b=c==", "a=b=c=="),
            ("a=", "a="),
            ("a=b,c", "a=b,c"),
            ("a=%3B", "a=%3B"),
            ("=b", "b"),
            ("b", "b"),
            ("", ""),
            ("=", ""),
            (";", ""),
            ("a=b\u{1}", ""),
            ("a=b\0", ""),
            ("a=\tb", "a=b"),
        ] {
            assert_eq!(round("http://h.example/", &[line], "http://h.example/"), want, "{line:?}");
        }
    }

    #[test]
    fn bytes_come_back_as_they_were() {
        let jar = Jar::default();
        let url = parse_url("http://h.example/").expect("a good URL");
        let mut f = Fields::default();
        f.push(b"set-cookie", b"\xe4=\xff\xc3\xbc");
        jar.store(&f, &url);
        assert_eq!(jar.cookie_value(&url).as_deref(), Some(&b"\xe4=\xff\xc3\xbc"[..]));
    }

    #[test]
    fn domains() {
        let from = "http://www.example.com/";
        for (line, to, sent) in [
            ("a=b", "http://www.example.com/", true),
            ("a=b", "http://example.com/", false),
            ("a=b", "http://x.www.example.com/", false),
            ("a=b; Domain=example.com", "http://example.com/", true),
            ("a=b; Domain=.Example.COM", "http://x.example.com/", true),
            ("a=b; Domain=example.com", "http://notexample.com/", false),
            ("a=b; Domain=", "http://www.example.com/", true),
            ("a=b; Domain=", "http://x.www.example.com/", false),
            ("a=b; Domain=x; Domain=example.com", "http://example.com/", true),
            ("a=b; Domain=other.com", "http://www.example.com/", false),
            ("a=b; Domain=x.www.example.com", "http://www.example.com/", false),
            ("a=b; Domain=com", "http://www.example.com/", false),
            ("a=b; Domain=.com", "http://example.com/", false),
            ("a=b", "http://www.example.com:8080/", true),
        ] {
            assert_eq!(!round(from, &[line], to).is_empty(), sent, "{line} {to}");
        }
        let uk = "http://a.co.uk/";
        assert_eq!(round(uk, &["a=b; Domain=co.uk"], uk), "");
        assert_eq!(round(uk, &["a=b; Domain=a.co.uk"], "http://b.a.co.uk/"), "a=b");
        let local = "http://localhost/";
        assert_eq!(round(local, &["a=b; Domain=localhost"], local), "a=b");
        assert_eq!(round(local, &["a=b; Domain=localhost"], "http://x.localhost/"), "");
        for ip in ["http://127.0.0.1/", "http://[::1]/"] {
            assert_eq!(round(ip, &["a=b"], ip), "a=b");
            assert_eq!(round(ip, &["a=b; Domain=0.0.1"], ip), "");
        }
        assert_eq!(
            round("http://127.0.0.1/", &["a=b; Domain=127.0.0.1"], "http://127.0.0.1/"),
            "a=b"
        );
    }

    #[test]
    fn paths() {
        let h = |path: &str| format!("http://h.example{path}");
        for (from, line, to, sent) in [
            ("/a/b", "a=b", "/a", true),
            ("/a/b", "a=b", "/a/c", true),
            ("/a/b", "a=b", "/ab", false),
            ("/a/b", "a=b", "/", false),
            ("/", "a=b", "/x/y", true),
            ("/x", "a=b", "/y", true),
            ("/a/b", "a=b; Path=/", "/", true),
            ("/a/b", "a=b; Path=/c", "/c/d", true),
            ("/a/b", "a=b; Path=/c/", "/c", false),
            ("/a/b", "a=b; Path=c", "/a/x", true),
            ("/a/b", "a=b; Path", "/a/x", true),
            ("/", "a=b; Path=/a; Path=/b", "/b", true),
            ("/", "a=b; Path=/a b", "/a%20b", false),
        ] {
            assert_eq!(!round(&h(from), &[line], &h(to)).is_empty(), sent, "{from} {line} {to}");
        }
    }

    #[test]
    fn longer_paths_go_first_then_the_older() {
        let jar = Jar::default();
        set(&jar, "http://h.example/x/y/z", &["c=1; Path=/", "b=1; Path=/x", "d=1; Path=/"]);
        set(&jar, "http://h.example/x/y/z", &["a=1; Path=/x/y", "e=1; Path=/x"]);
        assert_eq!(get(&jar, "http://h.example/x/y/z"), "a=1; b=1; e=1; c=1; d=1");
        // Replacing keeps the age; deleting and setting again does not.
        set(&jar, "http://h.example/", &["c=2", "b=2; Path=/x"]);
        assert_eq!(get(&jar, "http://h.example/x/y/z"), "a=1; b=2; e=1; c=2; d=1");
        set(&jar, "http://h.example/", &["c=; Max-Age=0", "c=3"]);
        assert_eq!(get(&jar, "http://h.example/"), "d=1; c=3");
    }

    #[test]
    fn secure_is_https_only_also_on_loopback() {
        let line = ["a=b; Secure"];
        assert_eq!(round("https://h.example/", &line, "https://h.example/"), "a=b");
        assert_eq!(round("https://h.example/", &line, "http://h.example/"), "");
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            let (http, https) = (format!("http://{host}/"), format!("https://{host}/"));
            assert_eq!(round(&https, &line, &http), "");
            assert_eq!(round(&https, &line, &https), "a=b");
            assert_eq!(round(&http, &line, &https), "");
        }
        let jar = Jar::default();
        set(&jar, "https://h.example/", &line);
        set(&jar, "http://h.example/", &["a=evil", "a=; Max-Age=0"]);
        assert_eq!(get(&jar, "https://h.example/"), "a=b");
        assert_eq!(round("http://h.example/", &["a=b; HttpOnly"], "http://h.example/"), "a=b");
    }

    #[test]
    fn expiry() {
        let url = "http://h.example/";
        for (attributes, stays) in [
            ("Max-Age=1000", true),
            ("Max-Age=0", false),
            ("Max-Age=-1", false),
            ("Max-Age=99999999999999999999999999", true),
            ("Max-Age=x", true),
            ("Max-Age=+5", true),
            ("Expires=Sun, 06 Nov 1994 08:49:37 GMT", false),
            ("Expires=Sunday, 06-Nov-94 08:49:37 GMT", false),
            ("Expires=Sun Nov  6 08:49:37 1994", false),
            ("Expires=Wed, 01 Jan 2200 00:00:00 GMT", true),
            ("Expires=Thu, 31-Dec-9999 23:59:59 GMT", true),
            ("Expires=0", true),
            ("Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=9", true),
            ("Max-Age=0; Expires=Wed, 01 Jan 2200 00:00:00 GMT", false),
            ("Max-Age=0; Max-Age=9", true),
        ] {
            let line = format!("a=new; {attributes}");
            let got = round(url, &["a=old", &line], url);
            assert_eq!(got, if stays { "a=new" } else { "" }, "{attributes}");
        }
    }

    #[test]
    fn prefixes_mean_what_they_say() {
        let url = "https://www.example.com/";
        for (line, stored) in [
            ("__Secure-a=b", false),
            ("__Secure-a=b; Secure", true),
            ("__Host-a=b; Secure; Path=/", true),
            ("__host-a=b; Secure; Path=/x", false),
            ("__Host-a=b; Secure; Path=/; Domain=example.com", false),
            ("__Host-a=b; Path=/", false),
            ("=__Host-a=b; Secure; Path=/", false),
        ] {
            assert_eq!(!round(url, &[line], url).is_empty(), stored, "{line}");
        }
    }

    #[test]
    fn no_server_fills_the_memory() {
        let url = "http://h.example/";
        let jar = Jar::default();
        let fits = format!("a={}", "x".repeat(COOKIE_MAX_BYTES - 1));
        set(&jar, url, &[&fits, &format!("b={}", "x".repeat(COOKIE_MAX_BYTES))]);
        assert_eq!(get(&jar, url), fits);
        let jar = Jar::default();
        for i in 0..PER_DOMAIN_MAX + 5 {
            set(&jar, url, &[&format!("n{i}=v")]);
        }
        let sent = get(&jar, url);
        assert_eq!(sent.split("; ").count(), PER_DOMAIN_MAX);
        assert!(sent.starts_with("n5=v; n6=v"), "{sent:.40}");
        for i in 0..IN_ALL_MAX {
            set(&jar, &format!("http://h{i}.example/"), &["a=b"]);
        }
        assert_eq!(jar.inner.lock().expect("not poisoned").ages.len(), IN_ALL_MAX);
        assert_eq!(get(&jar, url), "");
        assert_eq!(get(&jar, "http://h0.example/"), "a=b");
    }

    #[test]
    fn no_line_panics_and_what_is_sent_is_a_field_value() {
        let pieces = [
            "a",
            "=",
            ";",
            " ",
            "Domain",
            "example.com",
            ".",
            "Path",
            "/",
            "Secure",
            "Max-Age",
            "-",
            "99999999999",
            "Expires",
            "1 Jan 2200 00:00:00",
            "ü",
            "\"",
            "\0",
            "\t",
            "[::1]",
            "xn--",
            "127.0.0.1",
            "%",
            "__Host-",
        ];
        let urls = [
            "http://www.example.com/a/b",
            "https://example.com/",
            "http://[::1]/",
            "http://127.0.0.1/ü",
        ];
        let mut random = Random(11);
        let jar = Jar::default();
        for _ in 0..20_000 {
            let line = random.text(&pieces, 10);
            set(&jar, urls[random.below(urls.len())], &[&line]);
        }
        for url in urls {
            let value =
                jar.cookie_value(&parse_url(url).expect("a good URL")).expect("some cookie");
            http::HeaderValue::from_bytes(&value).expect("a good field value");
        }
    }
}
