//! Options as they are read: a request's value, else its client's, else the default; 0 turned into what it stands for.
//!
//! All methods here are the client's options' own; the request's come as an argument.

use std::time::Duration;

use super::Options;
use super::table::{self, CHUNK_CAP, HEADER_CAP, Kind, WORKERS_CAP, key};
use crate::http::{IpFamily, Limits, Policy, Settings};

/// How a task's body reaches the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// How many tasks run and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// Requests running at once, 1 to 1024.
    pub workers_max: usize,
    /// After which an idle worker ends.
    pub worker_idle: Duration,
    /// Tasks that may wait for a worker.
    pub queue_max: Option<usize>,
    /// Tasks running to one host.
    pub per_host_max: Option<usize>,
}

impl Options {
    /// A client's number: what was set, else the default.
    ///
    /// # Panics
    /// If the table has no such number.
    pub fn number(&self, key: u32) -> u64 {
        self.get(key).unwrap_or_else(|| default_of(key))
    }

    /// A request's number: what was set on it, else on its client, else the default.
    ///
    /// # Panics
    /// If the table has no such number.
    pub fn number_with(&self, request: &Options, key: u32) -> u64 {
        request.get(key).unwrap_or_else(|| self.number(key))
    }

    /// Time limits of a request.
    pub fn limits(&self, request: &Options) -> Limits {
        let time = |key| some(self.number_with(request, key)).map(Duration::from_millis);
        Limits {
            total: time(key::TIMEOUT_MS),
            resolve: time(key::RESOLVE_MS),
            connect: time(key::CONNECT_MS),
            headers: time(key::HEADERS_MS),
            read_idle: time(key::READ_IDLE_MS),
        }
    }

    /// The rules of a request.
    pub fn policy(&self, request: &Options) -> Policy {
        let number = |key| self.number_with(request, key);
        let proxy = request.proxy.as_ref().or(self.proxy.as_ref());
        let user_agent = request.user_agent.as_deref().or(self.user_agent.as_deref());
        Policy {
            redirects_max: number(key::REDIRECTS_MAX) as u32,
            redirect_to_http: number(key::REDIRECT_TO_HTTP) == 1,
            https_only: number(key::HTTPS_ONLY) == 1,
            header_max_bytes: some(number(key::HEADER_MAX_BYTES)).unwrap_or(HEADER_CAP) as usize,
            decode: number(key::DECODE) == 1,
            ip_family: match number(key::IP_FAMILY) {
                4 => IpFamily::V4,
                6 => IpFamily::V6,
                _ => IpFamily::Any,
            },
            user_agent: user_agent.unwrap_or(DEFAULT_USER_AGENT).to_owned(),
            proxy: proxy.cloned().flatten(),
            direct: matches!(proxy, Some(None)),
            proxy_tunnel: number(key::PROXY_TUNNEL) == 1,
        }
    }

    /// What holds for all requests of the client. NO_PROXY wins over the environment's.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings {
            extra_roots: self.roots.clone(),
            system_roots: self.number(key::SYSTEM_ROOTS) == 1,
            dns_overrides: self.dns_overrides.clone(),
            idle_connections: self.number(key::IDLE_CONNECTIONS) as usize,
            idle_connection: some(self.number(key::IDLE_CONNECTION_MS)).map(Duration::from_millis),
            cookies: self.number(key::COOKIES) == 1,
            ..Settings::default()
        };
        if let Some(env) = &self.env_proxies {
            settings.env_proxy = (env.http.clone(), env.https.clone());
            settings.no_proxy = env.no_proxy.clone();
        }
        if let Some(no_proxy) = &self.no_proxy {
            settings.no_proxy = no_proxy.clone();
        }
        settings
    }

    /// How a request's body reaches the app.
    pub fn delivery(&self, request: &Options) -> Delivery {
        let number = |key| self.number_with(request, key);
        Delivery {
            chunk_max_bytes: some(number(key::CHUNK_MAX_BYTES)).unwrap_or(CHUNK_CAP) as usize,
            window_bytes: some(number(key::WINDOW_BYTES)).map_or(usize::MAX, |n| n as usize),
            keep_body: number(key::KEEP_BODY) == 1,
            body_max_bytes: some(number(key::BODY_MAX_BYTES)),
            auto_release: number(key::AUTO_RELEASE) == 1,
        }
    }

    /// How many tasks of the client run and wait.
    pub fn pool(&self) -> PoolLimits {
        let count = |key| some(self.number(key)).map(|n| n as usize);
        PoolLimits {
            workers_max: some(self.number(key::WORKERS_MAX)).unwrap_or(WORKERS_CAP) as usize,
            // Seven weeks are as good as for ever, and can be added to any Instant.
            worker_idle: Duration::from_millis(
                some(self.number(key::WORKER_IDLE_MS)).unwrap_or(u32::MAX.into()),
            ),
            queue_max: count(key::QUEUE_MAX),
            per_host_max: count(key::PER_HOST_MAX),
        }
    }
}

const DEFAULT_USER_AGENT: &str = concat!("reqtask/", env!("CARGO_PKG_VERSION"));

fn default_of(key: u32) -> u64 {
    match table::find(key).map(|row| row.kind) {
        Some(Kind::Number(_, default)) => default,
        _ => panic!("option {key} is no number of the table"),
    }
}

/// `None` for 0, which stands for "no limit".
fn some(value: u64) -> Option<u64> {
    (value != 0).then_some(value)
}
