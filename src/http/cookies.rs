//! One client's cookie jar, in memory: `set-cookie` in, `cookie` out, by RFC 6265.
//!
//! Storing and matching is the `cookie_store` crate. Around it is what it leaves open: our own reading of `set-cookie`
//! (`set_cookie`), the order of sending (5.4: longer paths first, then
//! the older), Secure meaning https only, also on loopback, public suffixes, and bounds (6.1), so that no server can
//! fill the memory. As in browsers (RFC 6265bis), http can neither set nor replace nor hide nor crowd out a Secure cookie,
//! the prefixes `__Secure-` and `__Host-` mean what they say, and a cookie may have no name. HttpOnly and SameSite change
//! nothing: there is no other door than HTTP here, and no site that has a request made for another.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use cookie_store::{Cookie, CookieDomain, CookieStore, RawCookie};
use time::OffsetDateTime;
use url::{Host, Url};

use super::fields::Fields;
use super::public_suffix::is_public_suffix;
use super::set_cookie::{bytes_of, parse_set_cookie};

/// Most cookies of one domain; then one goes that was not sent for the longest time, before all those without Secure.
pub(super) const PER_DOMAIN_MAX: usize = 180;
/// Most cookies in all; the one goes that was not sent for the longest time.
pub(super) const IN_ALL_MAX: usize = 3000;

/// The cookies of a client. Any thread.
#[derive(Default)]
pub struct Jar {
    /// Guards all cookies and their ages.
    inner: Mutex<Inner>,
}

/// What tells two cookies apart: domain, path, name.
type Key = (String, String, String);

/// What the crate does not know of a cookie. Times are running numbers.
#[derive(Clone, Copy)]
struct Age {
    /// First set; a cookie that is replaced keeps it (5.3 step 11.3).
    set: u64,
    /// Last set or sent (5.3: "last-access-time").
    used: u64,
    secure: bool,
}

#[derive(Default)]
struct Inner {
    store: CookieStore,
    /// Of each cookie in `store`.
    ages: HashMap<Key, Age>,
    clock: u64,
}

/// Cookies are secrets: how many there are is all that is shown.
impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Jar({} cookies)", inner.ages.len())
    }
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
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.ages.is_empty() {
            return None;
        }
        let Inner { store, ages, clock } = &mut *inner;
        let mut matching: Vec<_> = store
            .matches(url)
            .into_iter()
            // The crate takes loopback for secure; the RFC does not know that.
            .filter(|c| c.secure() != Some(true) || url.scheme() == "https")
            .filter_map(|c| {
                let age = ages.get_mut(&key_of(c))?;
                age.used = tick(clock);
                Some((c, age.set))
            })
            .collect();
        matching.sort_by_key(|(c, set)| (std::cmp::Reverse(c.path.len()), *set));
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

#[cfg(test)]
impl Jar {
    /// How many cookies it holds.
    pub(super) fn len(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).ages.len()
    }

    /// As if the time of all cookies of this name had come.
    pub(super) fn expire(&self, name: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let aged = inner.store.iter_any().cloned().map(|mut cookie| {
            if cookie.name() == name {
                cookie.expire();
            }
            Ok::<_, ()>(cookie)
        });
        inner.store =
            CookieStore::from_cookies(aged.collect::<Vec<_>>(), true).expect("all are Ok");
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
        if !secure && url.scheme() != "https" && self.hides_secure(&key, name_on_the_wire(raw)) {
            return;
        }
        if cookie.expires_by(&now) {
            self.remove(&key);
            return;
        }
        if self.store.insert(cookie, url).is_err() {
            return;
        }
        let used = tick(&mut self.clock);
        let set = self.ages.get(&key).map(|old| old.set);
        self.ages.insert(key.clone(), Age { set: set.unwrap_or(used), used, secure });
        if set.is_none() {
            self.keep_bounds(&key.0, now);
        }
    }

    /// RFC 6265bis 5.7, "leave secure cookies alone": whether a cookie that http sets would be sent in place of a Secure one,
    /// or beside it so that the server may take the one for the other.
    fn hides_secure(&self, new: &Key, name: &str) -> bool {
        self.ages.iter().any(|(old, age)| {
            age.secure
                && old.2 == name
                && (domain_matches(&old.0, &new.0) || domain_matches(&new.0, &old.0))
                && path_matches(&new.1, &old.1)
                && self.store.get(&old.0, &old.1, &old.2).is_some()
        })
    }

    fn remove(&mut self, key: &Key) {
        self.store.remove(&key.0, &key.1, &key.2);
        self.ages.remove(key);
    }

    /// Expired cookies go first, then one of the domain (RFC 6265bis: one without Secure, so that http cannot push out
    /// what it cannot overwrite), then one of all.
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
        if of_domain(self) > PER_DOMAIN_MAX {
            let of_domain = self.ages.iter().filter(|(key, _)| key.0 == domain);
            let least = of_domain.min_by_key(|(_, age)| (age.secure, age.used));
            if let Some(key) = least.map(|(key, _)| key.clone()) {
                self.remove(&key);
            }
        }
        if self.ages.len() > IN_ALL_MAX
            && let Some(key) = self.ages.iter().min_by_key(|(_, age)| age.used)
        {
            let key = key.0.clone();
            self.remove(&key);
        }
    }
}

/// What a server takes for the name: of a cookie without one, what stands before a `=` in its value.
fn name_on_the_wire<'a>(raw: &'a RawCookie<'_>) -> &'a str {
    match raw.name_value() {
        ("", value) => value.split_once('=').map_or("", |(name, _)| name.trim()),
        (name, _) => name,
    }
}

/// The next moment.
fn tick(clock: &mut u64) -> u64 {
    *clock += 1;
    *clock
}

/// 5.1.3, for hosts and domains as the jar keeps them.
fn domain_matches(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(below) => below.ends_with('.') && !matches!(Host::parse(host), Ok(Host::Ipv4(_))),
        None => false,
    }
}

/// 5.1.4.
fn path_matches(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with('/'))
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
        // The default path does not do, also where it is "/".
        return secure
            && host_only
            && path == "/"
            && raw.path().is_some()
            && raw.domain().is_none();
    }
    if begins(name, "__Secure-") {
        return secure;
    }
    !(name.is_empty() && (begins(value, "__Host-") || begins(value, "__Secure-")))
}
