//! Every knob once: number, name, scope, range, default and sentence drive setters, docs and tests.
//!
//! [`Options`] are those of a client, or those of a request, which win over its client's. They hold what was set and
//! nothing else; `rules` and `view` read them with the defaults as the tasks and the layers below want them. Text is parsed when
//! it is set, so nothing in here is ever invalid. Knows nothing of pointers.

mod rules;
pub mod table;
mod view;

use std::sync::Arc;

use http::header;
use rustls_pki_types::CertificateDer;

use crate::http::DnsOverride;
use crate::http::check::field_value;
use crate::http::identity::Identity;
use crate::http::pins::Pins;
use crate::http::proxy::{EnvProxies, NoProxy, Proxy};
use crate::http::roots_pem::parse_roots;
use crate::task::{Refusal, Refused};
pub use rules::{Delivery, Rules};
use table::{Kind, Row, Scope, key};
pub use view::PoolLimits;

/// A set of options: those of a client, or those of a request, which win over its client's.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Those that were set, (key, value), each key once.
    numbers: Vec<(u32, u64)>,
    user_agent: Option<String>,
    /// `Some(None)`: no proxy at all, asked for by "".
    proxy: Option<Option<Arc<Proxy>>>,
    no_proxy: Option<NoProxy>,
    /// Read when ENV_PROXY was set, so that a mistake in there is reported by that call.
    env_proxies: Option<EnvProxies>,
    roots: Vec<CertificateDer<'static>>,
    dns_overrides: Vec<DnsOverride>,
    /// `Some(None)`: none, asked for by "". So is the next.
    identity: Option<Option<Arc<Identity>>>,
    pins: Option<Option<Arc<Pins>>>,
}

impl Options {
    /// Sets a number option. `scope` says what these options belong to: [`Scope::Client`] or [`Scope::Request`].
    pub fn set_number(&mut self, scope: Scope, key: u32, value: u64) -> Result<(), Refusal> {
        let row = row_for(scope, key)?;
        let Kind::Number(range, _) = row.kind else {
            return Err(invalid(format!(
                "{} is a text option, to be set by the ..._set_str function",
                row.name
            )));
        };
        if !range.holds(value) {
            return Err(invalid(format!("{} must be {}, not {value}", row.name, range.words())));
        }
        if key == key::ENV_PROXY {
            self.env_proxies = match value {
                0 => None,
                _ => Some(EnvProxies::from_env().map_err(|why| wrong(row, &why))?),
            };
        }
        match self.numbers.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => *old = value,
            None => self.numbers.push((key, value)),
        }
        Ok(())
    }

    /// Sets, or adds to, a text option. `scope` is as in [`Options::set_number`].
    pub fn set_text(&mut self, scope: Scope, key: u32, value: &str) -> Result<(), Refusal> {
        let row = row_for(scope, key)?;
        let Kind::Text(_) = row.kind else {
            return Err(invalid(format!(
                "{} is a number option, to be set by the ..._set_u64 function",
                row.name
            )));
        };
        let wrong = |what: String| wrong(row, &what);
        match key {
            key::USER_AGENT => {
                let valid = field_value(&header::USER_AGENT, value.as_bytes()).map_err(wrong)?;
                let valid = valid.to_str().map_err(|_| wrong("it is not ASCII".into()))?;
                self.user_agent = Some(valid.to_owned());
            }
            key::PROXY if value.is_empty() => self.proxy = Some(None),
            key::PROXY => self.proxy = Some(Some(Arc::new(Proxy::parse(value).map_err(wrong)?))),
            key::NO_PROXY => self.no_proxy = Some(NoProxy::parse(value).map_err(wrong)?),
            key::ROOTS_PEM => self.roots.extend(parse_roots(value.as_bytes()).map_err(wrong)?),
            key::DNS_OVERRIDE => self.dns_overrides.push(DnsOverride::parse(value).map_err(wrong)?),
            key::CLIENT_CERT_PEM if value.is_empty() => self.identity = Some(None),
            key::CLIENT_CERT_PEM => {
                self.identity = Some(Some(Arc::new(Identity::parse(value).map_err(wrong)?)));
            }
            key::PINNED_KEYS if value.is_empty() => self.pins = Some(None),
            key::PINNED_KEYS => {
                self.pins = Some(Some(Arc::new(Pins::parse(value).map_err(wrong)?)));
            }
            _ => unreachable!("a test sets every text option of the table"),
        }
        Ok(())
    }

    /// Whether none was set that could hold for a request.
    fn sets_nothing(&self) -> bool {
        self.numbers.is_empty()
            && self.user_agent.is_none()
            && self.proxy.is_none()
            && self.identity.is_none()
            && self.pins.is_none()
    }

    /// The value that was set here.
    fn get(&self, key: u32) -> Option<u64> {
        self.numbers.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }
}

/// The row of a key that may be set in this scope.
fn row_for(scope: Scope, key: u32) -> Result<&'static Row, Refusal> {
    let row = table::find(key).ok_or_else(|| {
        Refusal::new(Refused::Unsupported, format!("this build knows no option {key}"))
    })?;
    match (row.scope, scope) {
        (Scope::Client, Scope::Request) => {
            Err(invalid(format!("{} is set on a config, not on a request", row.name)))
        }
        (Scope::Request, Scope::Client) => {
            Err(invalid(format!("{} is set on a request, not on a config", row.name)))
        }
        _ => Ok(row),
    }
}

/// A value that is wrong for another reason than its range.
fn wrong(row: &Row, what: &str) -> Refusal {
    invalid(format!("{}: {what}", row.name))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(Refused::InvalidArg, message)
}

#[cfg(test)]
mod tests;
