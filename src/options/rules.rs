//! What holds for one task: a request's options over its client's over the defaults, with 0 turned into what it stands for.
//!
//! A client works out its own rules once. A request that sets nothing shares them, and one that sets something copies them
//! and changes that: a task is made for each request, and most requests set little.

use std::sync::Arc;
use std::time::Duration;

use super::Options;
use super::table::{CHUNK_CAP, HEADER_CAP, Kind, Scope, TABLE, key};
use crate::http::tls_rules::USUAL;
use crate::http::{IpFamily, Limits, Policy};

/// How a task's body reaches the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Largest chunk event; at least 1.
    pub chunk_max_bytes: usize,
    /// Undelivered bytes at which reading stops; `usize::MAX` for never.
    pub window_bytes: usize,
    /// Collect the whole body.
    pub keep_body: bool,
    /// Largest body after decoding.
    pub body_max_bytes: Option<u64>,
    /// Release the task once its completion has been delivered.
    pub auto_release: bool,
}

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Time limits.
    pub limits: Limits,
    /// How the request is carried out.
    pub policy: Arc<Policy>,
    /// How its body reaches the app.
    pub delivery: Delivery,
}

impl Rules {
    /// Those of requests that set nothing themselves.
    pub fn new(client: &Options) -> Arc<Rules> {
        let mut rules = Rules {
            limits: Limits::default(),
            policy: Arc::new(Policy {
                redirects_max: 0,
                redirect_to_http: false,
                https_only: false,
                header_max_bytes: 0,
                decode: false,
                ip_family: IpFamily::Any,
                user_agent: DEFAULT_USER_AGENT.to_owned(),
                proxy: None,
                direct: false,
                proxy_tunnel: false,
                tls: USUAL.clone(),
            }),
            delivery: Delivery::default(),
        };
        for row in TABLE {
            if let Kind::Number(_, default) = row.kind
                && row.scope != Scope::Client
            {
                rules.set_number(row.key, default);
            }
        }
        rules.set_all(client);
        Arc::new(rules)
    }

    /// Those of a request with these options.
    pub fn with(self: &Arc<Rules>, request: &Options) -> Arc<Rules> {
        if request.sets_nothing() {
            return self.clone();
        }
        let mut rules = Rules::clone(self);
        rules.set_all(request);
        Arc::new(rules)
    }

    fn set_all(&mut self, options: &Options) {
        for (key, value) in &options.numbers {
            self.set_number(*key, *value);
        }
        if let Some(user_agent) = &options.user_agent {
            self.policy_mut().user_agent = user_agent.clone();
        }
        if let Some(proxy) = &options.proxy {
            let policy = self.policy_mut();
            policy.proxy = proxy.clone();
            policy.direct = proxy.is_none();
        }
        if let Some(identity) = &options.identity {
            self.policy_mut().tls.identity = identity.clone();
        }
        if let Some(pins) = &options.pins {
            self.policy_mut().tls.pins = pins.clone();
        }
    }

    fn set_number(&mut self, key: u32, value: u64) {
        let on = value == 1;
        match key {
            key::TIMEOUT_MS => self.limits.total = time(value),
            key::RESOLVE_MS => self.limits.resolve = time(value),
            key::CONNECT_MS => self.limits.connect = time(value),
            key::HEADERS_MS => self.limits.headers = time(value),
            key::READ_IDLE_MS => self.limits.read_idle = time(value),
            key::REDIRECTS_MAX => self.policy_mut().redirects_max = value as u32,
            key::REDIRECT_TO_HTTP => self.policy_mut().redirect_to_http = on,
            key::HTTPS_ONLY => self.policy_mut().https_only = on,
            key::HEADER_MAX_BYTES => {
                self.policy_mut().header_max_bytes = some(value).unwrap_or(HEADER_CAP) as usize;
            }
            key::DECODE => self.policy_mut().decode = on,
            key::IP_FAMILY => {
                self.policy_mut().ip_family = match value {
                    4 => IpFamily::V4,
                    6 => IpFamily::V6,
                    _ => IpFamily::Any,
                };
            }
            key::PROXY_TUNNEL => self.policy_mut().proxy_tunnel = on,
            key::CHUNK_MAX_BYTES => {
                self.delivery.chunk_max_bytes = some(value).unwrap_or(CHUNK_CAP) as usize;
            }
            key::WINDOW_BYTES => {
                self.delivery.window_bytes = some(value).map_or(usize::MAX, |n| n as usize);
            }
            key::KEEP_BODY => self.delivery.keep_body = on,
            key::BODY_MAX_BYTES => self.delivery.body_max_bytes = some(value),
            key::AUTO_RELEASE => self.delivery.auto_release = on,
            // The client's own; `view` reads them.
            _ => (),
        }
    }

    fn policy_mut(&mut self) -> &mut Policy {
        Arc::make_mut(&mut self.policy)
    }
}

const DEFAULT_USER_AGENT: &str = concat!("reqtask/", env!("CARGO_PKG_VERSION"));

fn time(value: u64) -> Option<Duration> {
    some(value).map(Duration::from_millis)
}

/// `None` for 0, which stands for "no limit".
pub(super) fn some(value: u64) -> Option<u64> {
    (value != 0).then_some(value)
}
