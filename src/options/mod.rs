//! Every knob once: number, name, scope, range, default and sentence drive setters, docs and tests.
//!
//! [`Options`] are those of a client, or those of a request, which win over its client's. They hold what was set and
//! nothing else; `view` reads them with the defaults as the layers below and the tasks want them. Text is parsed when
//! it is set, so nothing in here is ever invalid. Knows nothing of pointers.

pub mod table;
mod view;

use std::sync::Arc;

use http::HeaderValue;
use rustls_pki_types::CertificateDer;

use crate::http::DnsOverride;
use crate::http::proxy::{NoProxy, Proxy};
use crate::task::{Refusal, Refused};
use table::{Kind, Row, Scope, key};
pub use view::{Delivery, PoolLimits};

/// A set of options: those of a client, or those of a request, which win over its client's.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Those that were set, (key, value), each key once.
    numbers: Vec<(u32, u64)>,
    user_agent: Option<String>,
    /// `Some(None)`: no proxy at all, asked for by "".
    proxy: Option<Option<Arc<Proxy>>>,
    no_proxy: Option<NoProxy>,
    roots: Vec<CertificateDer<'static>>,
    dns_overrides: Vec<DnsOverride>,
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
        let wrong = |what: String| invalid(format!("{}: {what}", row.name));
        match key {
            key::USER_AGENT => {
                HeaderValue::from_str(value)
                    .map_err(|_| wrong("it holds a character that no header value may".into()))?;
                self.user_agent = Some(value.to_owned());
            }
            key::PROXY if value.is_empty() => self.proxy = Some(None),
            key::PROXY => {
                self.proxy = Some(Some(Arc::new(Proxy::parse(value).map_err(wrong)?)));
            }
            key::NO_PROXY => self.no_proxy = Some(NoProxy::parse(value).map_err(wrong)?),
            _ => {
                let message = format!("this build cannot read {}", row.name);
                return Err(Refusal::new(Refused::Unsupported, message));
            }
        }
        Ok(())
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

fn invalid(message: String) -> Refusal {
    Refusal::new(Refused::InvalidArg, message)
}

#[cfg(test)]
mod tests;
