//! The cookie jar (`http/cookies.rs`, `http/set_cookie.rs`) against a list that follows RFC 6265 5.2 to 5.4 step by step.
//! Each line of an input is one answer: a byte that says from which URL, then its `set-cookie`. After every one, what is
//! sent to that URL, and in the end to every one, must be what the list says, so no cookie ever reaches a host, a path or a scheme that it
//! is not for.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reqtask::http::Fields;
use reqtask::http::cookie_date::parse_cookie_date;
use reqtask::http::cookies::Jar;
use reqtask::http::public_suffix::is_public_suffix;
use reqtask_fuzz::{is_value_byte, steer, trim};
use time::OffsetDateTime;
use url::{Host, Url};

static URLS: LazyLock<Vec<Url>> = LazyLock::new(|| {
    [
        "http://example.com/",
        "https://example.com/",
        "http://a.example.com/",
        "https://a.example.com/a/b",
        "https://b.a.example.com/a/bc",
        "https://notexample.com/a",
        "https://example.com.evil.org/",
        "https://example.com:8443/a/b/c",
        "https://localhost/",
        "https://co.uk/",
        "https://x.co.uk/",
        "http://127.0.0.1/",
        "https://[::1]/a",
        "http://localhost/",
        "https://me.github.io/a",
        "https://example.com./",
    ]
    .iter()
    .map(|text| Url::parse(text).expect("a good URL"))
    .collect()
});

fuzz_target!(|data: &[u8]| {
    let (jar, mut list) = (Jar::default(), List::default());
    for line in data.split(|b| *b == b'\n').take(40) {
        let (which, line) = steer(line);
        let url = &URLS[usize::from(which) % URLS.len()];
        // What IDNA makes of other names is not in the list.
        if !line.is_ascii() && line.to_ascii_lowercase().windows(6).any(|w| w == b"domain") {
            continue;
        }
        // Those that end while they are looked at.
        if line.split(|b| *b == b';').any(ends_soon) {
            continue;
        }
        let mut fields = Fields::default();
        fields.push(b"Set-Cookie", trim(line));
        jar.store(&fields, url);
        list.store(trim(line), url);
        compare(&jar, &list, url);
    }
    for url in &*URLS {
        compare(&jar, &list, url);
    }
});

fn ends_soon(attribute: &[u8]) -> bool {
    let Some(i) = attribute.iter().position(|b| *b == b'=') else { return false };
    let seconds = std::str::from_utf8(trim(&attribute[i + 1..])).ok().and_then(|t| t.parse().ok());
    trim(&attribute[..i]).eq_ignore_ascii_case(b"max-age")
        && seconds.is_some_and(|seconds: u64| (1..1000).contains(&seconds))
}

fn compare(jar: &Jar, list: &List, url: &Url) {
    let sent = jar.cookie_value(url);
    assert_eq!(sent, list.sent(url), "to {url}");
    assert!(sent.is_none_or(|value| value.iter().all(|b| is_value_byte(*b))));
}

#[derive(Debug, Default)]
struct List {
    cookies: Vec<Stored>,
    next: usize,
}

#[derive(Debug)]
struct Stored {
    name: Vec<u8>,
    value: Vec<u8>,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
    expires: Option<i64>,
    age: usize,
}

impl List {
    fn store(&mut self, line: &[u8], url: &Url) {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let Some(mut new) = read(line, url, now) else { return };
        let https = url.scheme() == "https";
        if new.secure && !https {
            return;
        }
        if !https && self.cookies.iter().any(|old| hides(&new, old)) {
            return;
        }
        let old = self.cookies.iter().position(|old| {
            (&old.name, &old.domain, &old.path) == (&new.name, &new.domain, &new.path)
        });
        new.age = self.next;
        if let Some(i) = old {
            new.age = self.cookies.remove(i).age;
        }
        self.next += 1;
        if new.expires.is_none_or(|at| at > now) {
            self.cookies.push(new);
        }
    }

    fn sent(&self, url: &Url) -> Option<Vec<u8>> {
        let host = url.host_str().expect("all have one");
        let named = matches!(url.host(), Some(Host::Domain(_)));
        let mut sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|c| !c.secure || url.scheme() == "https")
            .filter(|c| match c.host_only {
                true => c.domain == host,
                false => is_within(host, &c.domain, named),
            })
            .filter(|c| {
                let path = url.path();
                path == c.path
                    || path
                        .strip_prefix(&c.path)
                        .is_some_and(|rest| c.path.ends_with('/') || rest.starts_with('/'))
            })
            .collect();
        sent.sort_by_key(|c| (std::cmp::Reverse(c.path.len()), c.age));
        let pair = |c: &&Stored| match c.name.is_empty() {
            true => c.value.clone(),
            false => [&c.name[..], b"=", &c.value].concat(),
        };
        let all = sent.iter().map(pair).collect::<Vec<_>>().join(&b"; "[..]);
        (!all.is_empty()).then_some(all)
    }
}

fn is_within(host: &str, domain: &str, named: bool) -> bool {
    host == domain || (named && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

/// 5.1.4.
fn path_is_within(path: &str, of: &str) -> bool {
    path == of
        || path.strip_prefix(of).is_some_and(|rest| of.ends_with('/') || rest.starts_with('/'))
}

/// What a server takes for the name of a cookie that has none.
fn on_the_wire(cookie: &Stored) -> Vec<u8> {
    match cookie.value.iter().position(|b| *b == b'=') {
        _ if !cookie.name.is_empty() => cookie.name.clone(),
        Some(i) => trim(&cookie.value[..i]).to_vec(),
        None => Vec::new(),
    }
}

/// RFC 6265bis 5.7, "leave secure cookies alone".
fn hides(new: &Stored, old: &Stored) -> bool {
    let named = |domain: &str| !domain.ends_with(|c: char| c.is_ascii_digit() || c == ']');
    old.secure
        && old.name == on_the_wire(new)
        && (is_within(&old.domain, &new.domain, named(&old.domain))
            || is_within(&new.domain, &old.domain, named(&new.domain)))
        && path_is_within(&new.path, &old.path)
}

/// RFC 6265 5.2 and the checks of 5.3; prefixes and lengths by RFC 6265bis.
fn read(line: &[u8], url: &Url, now: i64) -> Option<Stored> {
    if !line.iter().all(|b| is_value_byte(*b)) {
        return None;
    }
    let mut parts = line.split(|b| *b == b';');
    let pair = parts.next()?;
    let (name, value) = match pair.iter().position(|b| *b == b'=') {
        Some(i) => (trim(&pair[..i]).to_vec(), trim(&pair[i + 1..]).to_vec()),
        None => (Vec::new(), trim(pair).to_vec()),
    };
    if name.len() + value.len() == 0 || name.len() + value.len() > 4096 {
        return None;
    }
    let (mut domain, mut path, mut secure) = (None, None, false);
    let (mut by_date, mut by_age) = (None, None);
    for part in parts {
        let (key, value) = match part.iter().position(|b| *b == b'=') {
            Some(i) => (trim(&part[..i]), trim(&part[i + 1..])),
            None => (trim(part), &b""[..]),
        };
        if value.len() > 1024 {
            continue;
        }
        match &key.to_ascii_lowercase()[..] {
            b"secure" => secure = true,
            b"path" => path = Some(value).filter(|v| v.starts_with(b"/")),
            b"domain" => {
                let text = std::str::from_utf8(value).ok()?.to_ascii_lowercase();
                let text = text.strip_prefix('.').unwrap_or(&text).to_owned();
                domain = Some(text).filter(|d| !d.is_empty());
            }
            b"expires" => {
                by_date = parse_cookie_date(value).map(|at| at.unix_timestamp()).or(by_date);
            }
            b"max-age" => {
                let digits = value.strip_prefix(b"-").unwrap_or(value);
                if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
                    let zero = digits.iter().all(|b| *b == b'0');
                    by_age = Some(if zero || digits != value { 0 } else { now + 1000 });
                }
            }
            _ => {}
        }
    }
    let host = url.host_str()?;
    let named = matches!(url.host(), Some(Host::Domain(_)));
    let (domain, host_only) = match domain {
        None => (host.to_owned(), true),
        Some(domain) if !is_within(host, &domain, named) => return None,
        Some(domain) if !named || is_public_suffix(domain.trim_end_matches('.')) => {
            if domain != host {
                return None;
            }
            (domain, true)
        }
        Some(domain) => (domain, false),
    };
    let is_host = prefixed(&name, b"__host-");
    let default = || match url.path().rfind('/') {
        Some(0) | None => "/".to_owned(),
        Some(i) => url.path()[..i].to_owned(),
    };
    let text = |bytes: &[u8]| bytes.iter().map(|b| char::from(*b)).collect::<String>();
    let says_path = path.is_some();
    let path = path.map(text).unwrap_or_else(default);
    let whole_host = says_path && path == "/" && host_only && !names_domain(line);
    if is_host && !(secure && whole_host) {
        return None;
    }
    if prefixed(&name, b"__secure-") && !secure {
        return None;
    }
    if name.is_empty() && (prefixed(&value, b"__host-") || prefixed(&value, b"__secure-")) {
        return None;
    }
    let expires = by_age.or(by_date);
    Some(Stored { name, value, domain, host_only, path, secure, expires, age: 0 })
}

fn prefixed(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix))
}

/// Whether the last domain attribute names one.
fn names_domain(line: &[u8]) -> bool {
    let last = line.split(|b| *b == b';').skip(1).filter_map(|part| {
        let i = part.iter().position(|b| *b == b'=').unwrap_or(part.len());
        let value = part.get(i + 1..).unwrap_or_default();
        (trim(&part[..i]).eq_ignore_ascii_case(b"domain") && trim(value).len() <= 1024)
            .then(|| trim(value).strip_prefix(b".").unwrap_or(trim(value)))
    });
    last.last().is_some_and(|value| !value.is_empty())
}
