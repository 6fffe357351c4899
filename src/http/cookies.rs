//! One client's cookie jar, in memory: `set-cookie` in, `cookie` out, by RFC 6265.
//!
//! Storing and matching is the `cookie_store` crate. Around it is what it leaves open: our own reading of `set-cookie`
//! (`set_cookie`), the order of sending (5.4: longer paths first, then
//! the older), Secure meaning https only, also on loopback, public suffixes, and bounds (6.1), so that no server can
//! fill the memory. As in browsers (RFC 6265bis), http can neither set nor replace a Secure cookie, the prefixes
//! `__Secure-` and `__Host-` mean what they say, and a cookie may have no name. HttpOnly changes nothing: there is no
//! other door than HTTP here.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use cookie_store::{Cookie, CookieDomain, CookieStore, RawCookie};
use time::OffsetDateTime;
use url::{Host, Url};

use super::fields::Fields;
use super::public_suffix::is_public_suffix;
use super::set_cookie::{bytes_of, parse_set_cookie};

/// Most cookies of one domain; the oldest goes.
pub(super) const PER_DOMAIN_MAX: usize = 180;
/// Most cookies in all; the oldest goes.
pub(super) const IN_ALL_MAX: usize = 3000;

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

#[cfg(test)]
impl Jar {
    /// How many cookies it holds.
    pub(super) fn len(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).ages.len()
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
