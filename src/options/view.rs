//! A client's own options as they are read: what was set, else the default; 0 turned into what it stands for.
//!
//! What holds for each request is in `rules`.

use std::time::Duration;

use super::Options;
use super::rules::some;
use super::table::{self, Kind, WORKERS_CAP, key};
use crate::http::Settings;

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

fn default_of(key: u32) -> u64 {
    match table::find(key).map(|row| row.kind) {
        Some(Kind::Number(_, default)) => default,
        _ => panic!("option {key} is no number of the table"),
    }
}
