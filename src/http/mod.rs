//! One blocking HTTP request that can be hurried, stopped or waited for.
//!
//! `fetch` is the whole of it: redirects, cookies, proxies, retry and decoding around single hops. A hop
//! (`hop`) is one request and one answer on one connection, made by ureq on a connector and a transport of ours.
//! Every blocking step looks at the [`Exchange`]: its cancel flag, its deadlines, its clock.
//! This layer knows nothing of task ids, listeners or C.

pub mod body;
pub mod buffers;
pub mod cancel;
pub mod check;
pub mod chunked;
mod content;
pub mod cookie_date;
pub mod cookies;
mod crypto;
pub mod decode;
#[cfg(any(test, not(target_vendor = "apple")))]
pub mod device_roots;
pub mod dial;
pub mod dns_override;
pub mod error;
pub mod exchange;
pub mod fetch;
pub mod fields;
mod gzip;
pub mod handover;
pub mod happy;
pub mod head;
pub mod hop;
pub mod identity;
pub mod idle;
pub mod idle_key;
pub mod intake;
#[cfg(target_vendor = "apple")]
pub mod keychain;
pub mod lookup;
pub mod lookup_threads;
pub mod no_proxy;
mod outgoing;
pub mod pins;
pub mod proxy;
pub mod public_suffix;
pub mod readiness;
pub mod redirect;
pub mod reply;
pub mod request;
mod request_head;
pub mod resolver;
#[cfg(any(test, target_os = "android"))]
pub mod roots_folder;
pub mod roots_pem;
pub mod seam;
mod set_cookie;
pub mod settings;
pub mod socks;
pub mod talk;
pub mod tcp;
pub mod tls;
pub mod tls_rules;
pub mod tls_set_ups;
mod tls_words;
pub mod transport;
pub mod trust;
pub mod tunnel;
mod unbrotli;
#[cfg(feature = "zstd")]
mod unzstd;
pub mod upload;
pub mod url;
mod url_memory;
pub mod wait;
pub mod wait_any;
mod wall_clock;
pub mod watch;
pub mod wire;

#[cfg(test)]
mod abort_test;
#[cfg(test)]
mod cookies_rfc_test;
#[cfg(test)]
mod cookies_test;
#[cfg(test)]
mod decode_test;
#[cfg(test)]
mod dial_test;
#[cfg(test)]
mod fetch_test;
#[cfg(test)]
mod hop_rig;
#[cfg(test)]
mod hop_stop_test;
#[cfg(test)]
mod hop_test;
#[cfg(test)]
pub mod loopback;
#[cfg(test)]
mod proxy_test;
#[cfg(test)]
mod redirect_secrets_test;
#[cfg(test)]
mod redirect_test;
#[cfg(test)]
mod reuse_test;
#[cfg(test)]
mod secrets_test;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tls_rules_test;

pub use cancel::{Cancel, Sleeper, WakePipe, Waker};
pub use error::{Failure, Kind, Phase};
pub use exchange::{Exchange, Limits, Mark, Patience};
pub use fetch::{Answer, Body, Fetch, Http};
pub use fields::Fields;
pub use request::IpFamily;
pub use request::{Ask, Policy, Request, RequestBody};
pub use seam::{Got, Head};
pub use settings::{DnsOverride, Settings};
pub use watch::{Watch, Watcher};
