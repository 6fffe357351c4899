//! What to do with a redirect answer: hand it back, follow it, or fail. Pure.
//!
//! | status   | method              | next method | body    |
//! | -------- | ------------------- | ----------- | ------- |
//! | 301, 302 | POST                | GET         | dropped |
//! | 301, 302 | any other           | the same    | kept    |
//! | 303      | GET, HEAD           | the same    | kept    |
//! | 303      | any other           | GET         | dropped |
//! | 307, 308 | any                 | the same    | kept    |
//! | others   | any                 | not followed: the answer is handed back |
//!
//! This is the Fetch standard's HTTP-redirect fetch. The new URL is resolved by the WHATWG rules, so `?query`, dot
//! segments, spaces and non-ASCII work as in browsers. Nothing that a server can put into `location` may panic.

use std::fmt;

use http::{HeaderName, HeaderValue, Method, header};
use url::Url;

use super::fields::Fields;
use super::request::Policy;
use super::url::{accept, same_origin, take_credentials, without_secrets};

/// What to do with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is the final answer.
    Return,
    /// Ask there next.
    Follow(Box<Follow>),
    /// Fail with this sentence.
    Refuse(String),
}

/// The next request.
#[derive(Clone, PartialEq, Eq)]
pub struct Follow {
    /// Where to; without credentials, with the fragment of the URL before where it had none of its own.
    pub url: Url,
    /// The method.
    pub method: Method,
    /// Whether the body is sent again.
    pub keep_body: bool,
    /// Whether secrets may go along.
    pub same_origin: bool,
    /// Whether https is left for http.
    pub falls: bool,
    /// `authorization` from credentials in `location`; replaces any other, as in browsers.
    pub credentials: Option<HeaderValue>,
}

/// Without what may be a secret.
impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Follow({} {})", self.method, without_secrets(self.url.as_str()))
    }
}

impl Follow {
    /// Whether a field of the request before must not go into the next one.
    pub fn strips(&self, name: &HeaderName) -> bool {
        // Fetch's request-body-header names and those of RFC 9110 15.4; the length is for the body's sender to state.
        let of_body = name.as_str().starts_with("content-")
            || name == "digest"
            || name == "repr-digest"
            || name == header::LAST_MODIFIED;
        // Secrets, and a host that was chosen for the old origin.
        let of_origin = name == header::AUTHORIZATION
            || name == header::COOKIE
            || name == header::PROXY_AUTHORIZATION
            || name == "cookie2"
            || name == "www-authenticate"
            || name == "proxy-authenticate"
            || name == header::HOST;
        (of_body && !self.keep_body)
            || (of_origin && !self.same_origin)
            // RFC 9110 10.1.3: a page that was read by https is not named to everybody on the way.
            || (name == header::REFERER && self.falls)
            || (name == header::AUTHORIZATION && self.credentials.is_some())
    }
}

/// Whether this status is ever followed. 300 leaves the choice to people, 304 is about caches, 305 and 306 are withdrawn.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Whether an answer names a place to go to, as a redirect does, wherever it leads.
pub fn leads_elsewhere(status: u16, fields: &Fields) -> bool {
    is_redirect(status) && fields.all("location").any(|location| !location.trim_ascii().is_empty())
}

/// Decides. `followed` counts the redirects before this one.
pub fn decide(
    status: u16,
    fields: &Fields,
    method: &Method,
    current: &Url,
    policy: &Policy,
    followed: u32,
) -> Decision {
    if !is_redirect(status) || policy.redirects_max == 0 {
        return Decision::Return;
    }
    let mut locations = fields.all("location").map(<[u8]>::trim_ascii);
    let Some(location) = locations.next() else { return Decision::Return };
    if locations.any(|other| other != location) {
        return Decision::Refuse("the redirect names several locations".to_owned());
    }
    if location.is_empty() {
        return Decision::Return;
    }
    let text = text_of(location);
    if followed >= policy.redirects_max {
        return Decision::Refuse(format!(
            "more than {} redirects; the last one leads to \"{}\"",
            policy.redirects_max,
            without_secrets(&text)
        ));
    }
    match resolve(&text, current, policy) {
        Ok(mut url) => {
            let credentials = take_credentials(&mut url);
            let to_get = match status {
                301 | 302 => *method == Method::POST,
                303 => *method != Method::GET && *method != Method::HEAD,
                _ => false,
            };
            Decision::Follow(Box::new(Follow {
                method: if to_get { Method::GET } else { method.clone() },
                keep_body: !to_get,
                same_origin: same_origin(current, &url),
                falls: current.scheme() == "https" && url.scheme() == "http",
                credentials,
                url,
            }))
        }
        Err(why) => Decision::Refuse(format!(
            "the redirect to \"{}\" is not followed: {why}",
            without_secrets(&text)
        )),
    }
}

/// UTF-8 where it is valid, else Latin-1, which every byte string is.
fn text_of(location: &[u8]) -> String {
    match std::str::from_utf8(location) {
        Ok(text) => text.to_owned(),
        Err(_) => location.iter().map(|b| char::from(*b)).collect(),
    }
}

fn resolve(text: &str, current: &Url, policy: &Policy) -> Result<Url, String> {
    let mut url = current.join(text).map_err(|why| why.to_string())?;
    accept(&url)?;
    if url.scheme() == "http" {
        if policy.https_only {
            return Err("only https is allowed".to_owned());
        }
        if current.scheme() == "https" && !policy.redirect_to_http {
            return Err("it leads from https to http".to_owned());
        }
    }
    if url.fragment().is_none() {
        url.set_fragment(current.fragment());
    }
    Ok(url)
}
