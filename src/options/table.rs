//! The table of options: everything that is said about a knob is said here, once.
//!
//! Setters, range errors, defaults and the options section of `reqtask.h` come from it. `build.rs` compiles this very file
//! to write that section, so it must know nothing but `std`.

/// Where an option may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On a config, for all requests of a client.
    Client,
    /// On one request.
    Request,
    /// On both; the request's value wins.
    Both,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number out of a range, and the default.
    Number(Range, u64),
    /// Text. `true`: each call adds to the earlier ones.
    Text(bool),
}

/// Numbers that an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// 0 or 1.
    Switch,
    /// 0 up to this number.
    UpTo(u64),
    /// One of these.
    OneOf(&'static [u64]),
}

impl Range {
    /// Whether the number is in the range.
    pub fn holds(&self, value: u64) -> bool {
        match self {
            Range::Switch => value <= 1,
            Range::UpTo(max) => value <= *max,
            Range::OneOf(all) => all.contains(&value),
        }
    }

    /// The range as the header tells it: "0 to 1024". `None` for one that is wide enough for everyone.
    pub fn header_words(&self) -> Option<String> {
        match self {
            Range::UpTo(max) if *max >= u64::from(u32::MAX) => None,
            Range::UpTo(max) => Some(format!("0 to {max}")),
            _ => Some(self.words()),
        }
    }

    /// The range in words, to follow "must be": "0, 4 or 6".
    pub fn words(&self) -> String {
        match self {
            Range::Switch => "0 or 1".into(),
            Range::UpTo(max) => format!("at most {max}"),
            Range::OneOf(all) => {
                let words: Vec<String> = all.iter().map(u64::to_string).collect();
                let (last, rest) = words.split_last().expect("no range in the table is empty");
                format!("{} or {last}", rest.join(", "))
            }
        }
    }
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its number; fixed for ever.
    pub key: u32,
    /// Its name in C.
    pub name: &'static str,
    /// Where it may be set.
    pub scope: Scope,
    /// What it takes.
    pub kind: Kind,
    /// What it means. Times are in milliseconds.
    pub doc: &'static str,
}

const MS: Range = Range::UpTo(u32::MAX as u64);
const COUNT: Range = Range::UpTo(u32::MAX as u64);

/// Most requests that run at once.
pub const WORKERS_CAP: u64 = 1024;
/// Largest chunk event.
pub const CHUNK_CAP: u64 = 1 << 20;
/// Largest head of an answer.
pub const HEADER_CAP: u64 = 1 << 20;
/// Largest window that can be named; more is "no limit".
pub const WINDOW_CAP: u64 = 1 << 30;

/// The numbers of the options, by the names that this crate uses for them.
#[rustfmt::skip]
#[allow(missing_docs)] // each is told in TABLE
pub mod key {
    pub const WORKERS_MAX: u32 = 1;
    pub const WORKER_IDLE_MS: u32 = 2;
    pub const QUEUE_MAX: u32 = 3;
    pub const PER_HOST_MAX: u32 = 4;
    pub const TIMEOUT_MS: u32 = 10;
    pub const RESOLVE_MS: u32 = 11;
    pub const CONNECT_MS: u32 = 12;
    pub const HEADERS_MS: u32 = 13;
    pub const READ_IDLE_MS: u32 = 14;
    pub const REDIRECTS_MAX: u32 = 20;
    pub const HEADER_MAX_BYTES: u32 = 21;
    pub const BODY_MAX_BYTES: u32 = 22;
    pub const CHUNK_MAX_BYTES: u32 = 23;
    pub const WINDOW_BYTES: u32 = 24;
    pub const KEEP_BODY: u32 = 25;
    pub const DECODE: u32 = 26;
    pub const HTTPS_ONLY: u32 = 27;
    pub const IP_FAMILY: u32 = 28;
    pub const COOKIES: u32 = 29;
    pub const ENV_PROXY: u32 = 30;
    pub const SYSTEM_ROOTS: u32 = 31;
    pub const IDLE_CONNECTIONS: u32 = 32;
    pub const IDLE_CONNECTION_MS: u32 = 33;
    pub const REDIRECT_TO_HTTP: u32 = 34;
    pub const PROXY_TUNNEL: u32 = 35;
    pub const AUTO_RELEASE: u32 = 40;
    pub const USER_AGENT: u32 = 1001;
    pub const PROXY: u32 = 1002;
    pub const NO_PROXY: u32 = 1003;
    pub const ROOTS_PEM: u32 = 1004;
    pub const DNS_OVERRIDE: u32 = 1005;
    pub const CLIENT_CERT_PEM: u32 = 1006;
    pub const PINNED_KEYS: u32 = 1007;
}

use Kind::{Number, Text};
use Range::{OneOf, Switch, UpTo};
use Scope::{Both, Client, Request};

const fn row(key: u32, name: &'static str, scope: Scope, kind: Kind, doc: &'static str) -> Row {
    Row { key, name, scope, kind, doc }
}

/// All options, by number.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(key::WORKERS_MAX, "REQTASK_OPT_WORKERS_MAX", Client, Number(UpTo(WORKERS_CAP), 64),
        "Requests running at once. A body that falls silent gives its worker back and counts no more; up to 16 further threads serve such streams when they speak again. 0 stands for 1024, the most there can be."),
    row(key::WORKER_IDLE_MS, "REQTASK_OPT_WORKER_IDLE_MS", Client, Number(MS, 10_000),
        "An idle worker thread ends after this time."),
    row(key::QUEUE_MAX, "REQTASK_OPT_QUEUE_MAX", Client, Number(COUNT, 0),
        "Tasks waiting for a worker; reqtask_start of one more is REQTASK_E_BUSY."),
    row(key::PER_HOST_MAX, "REQTASK_OPT_PER_HOST_MAX", Client, Number(COUNT, 0),
        "Tasks running to one host; more of them wait in the queue."),
    row(key::TIMEOUT_MS, "REQTASK_OPT_TIMEOUT_MS", Both, Number(MS, 60_000),
        "The whole request, to its last byte. Counts from when a worker takes the task; time in the queue does not count."),
    row(key::RESOLVE_MS, "REQTASK_OPT_RESOLVE_MS", Both, Number(MS, 0),
        "Name lookup."),
    row(key::CONNECT_MS, "REQTASK_OPT_CONNECT_MS", Both, Number(MS, 0),
        "TCP, proxy and TLS, over all addresses of the host."),
    row(key::HEADERS_MS, "REQTASK_OPT_HEADERS_MS", Both, Number(MS, 0),
        "From the request being sent to the headers being read."),
    row(key::READ_IDLE_MS, "REQTASK_OPT_READ_IDLE_MS", Both, Number(MS, 0),
        "Silence while the request is sent or the body is read: not one byte is taken, or comes."),
    row(key::REDIRECTS_MAX, "REQTASK_OPT_REDIRECTS_MAX", Both, Number(UpTo(1000), 10),
        "Redirects followed; one more is REQTASK_E_REDIRECT. 0 follows none and hands back the 3xx."),
    row(key::HEADER_MAX_BYTES, "REQTASK_OPT_HEADER_MAX_BYTES", Both, Number(UpTo(HEADER_CAP), 65_536),
        "Largest head of an answer. 0 stands for 1 MiB, the most there can be."),
    row(key::BODY_MAX_BYTES, "REQTASK_OPT_BODY_MAX_BYTES", Both, Number(UpTo(i64::MAX as u64), 0),
        "Largest body, counted after decoding; a larger one is REQTASK_E_TOO_LARGE."),
    row(key::CHUNK_MAX_BYTES, "REQTASK_OPT_CHUNK_MAX_BYTES", Both, Number(UpTo(CHUNK_CAP), 65_536),
        "Largest chunk event. 0 stands for 1 MiB, the most there can be."),
    row(key::WINDOW_BYTES, "REQTASK_OPT_WINDOW_BYTES", Both, Number(UpTo(WINDOW_CAP), 262_144),
        "Undelivered body bytes of one task at which its worker stops reading."),
    row(key::KEEP_BODY, "REQTASK_OPT_KEEP_BODY", Both, Number(Switch, 1),
        "Collect the whole body for reqtask_response_read."),
    row(key::DECODE, "REQTASK_OPT_DECODE", Both, Number(Switch, 1),
        "Ask for content codings (gzip, deflate, brotli) and undo them."),
    row(key::HTTPS_ONLY, "REQTASK_OPT_HTTPS_ONLY", Both, Number(Switch, 0),
        "Refuse http URLs, also in redirects."),
    row(key::IP_FAMILY, "REQTASK_OPT_IP_FAMILY", Both, Number(OneOf(&[0, 4, 6]), 0),
        "Which addresses may be used: 0 any, 4 IPv4 only, 6 IPv6 only."),
    row(key::COOKIES, "REQTASK_OPT_COOKIES", Client, Number(Switch, 0),
        "Keep a cookie jar in memory."),
    row(key::ENV_PROXY, "REQTASK_OPT_ENV_PROXY", Client, Number(Switch, 0),
        "Take proxies and NO_PROXY from the environment as it is at this call. As in curl, http_proxy counts in lower case \
         only, because a CGI client could set HTTP_PROXY."),
    row(key::SYSTEM_ROOTS, "REQTASK_OPT_SYSTEM_ROOTS", Client, Number(Switch, 0),
        "Trust what the device trusts rather than the root certificates built in: on Linux the files of SSL_CERT_FILE and \
         SSL_CERT_DIR or OpenSSL's usual ones, on Android the system's certificates without those that its owner has \
         added, on iOS and macOS the system's own judgement. Where none can be read, and \
         REQTASK_OPT_ROOTS_PEM gives none either, every https request fails and says so."),
    row(key::IDLE_CONNECTIONS, "REQTASK_OPT_IDLE_CONNECTIONS", Client, Number(UpTo(65_536), 64),
        "Connections kept open for reuse. 0 keeps none."),
    row(key::IDLE_CONNECTION_MS, "REQTASK_OPT_IDLE_CONNECTION_MS", Client, Number(MS, 15_000),
        "How long an idle connection is kept."),
    row(key::REDIRECT_TO_HTTP, "REQTASK_OPT_REDIRECT_TO_HTTP", Both, Number(Switch, 0),
        "Follow redirects from https to http."),
    row(key::PROXY_TUNNEL, "REQTASK_OPT_PROXY_TUNNEL", Both, Number(Switch, 0),
        "Use CONNECT for http URLs too, not only for https."),
    row(key::AUTO_RELEASE, "REQTASK_OPT_AUTO_RELEASE", Request, Number(Switch, 0),
        "Release the task by itself once its completion has been delivered."),
    row(key::USER_AGENT, "REQTASK_OPT_USER_AGENT", Both, Text(false),
        "The user-agent of requests that bring none of their own, in ASCII. \"\" sends none. Default \"reqtask/\" and the version."),
    row(key::PROXY, "REQTASK_OPT_PROXY", Both, Text(false),
        "\"http://user:pw@host:port\", or socks5:// (names looked up here), or socks5h:// (names looked up by the proxy). \
         \"\" uses none, also where the client or the environment names one."),
    row(key::NO_PROXY, "REQTASK_OPT_NO_PROXY", Client, Text(false),
        "Hosts reached without a proxy: \"localhost,.internal,10.0.0.0/8\"; \"*\" is all."),
    row(key::ROOTS_PEM, "REQTASK_OPT_ROOTS_PEM", Client, Text(true),
        "Trusted certificates in PEM, beside the built-in or the device's."),
    row(key::DNS_OVERRIDE, "REQTASK_OPT_DNS_OVERRIDE", Client, Text(true),
        "A fixed answer of the name lookup: \"host:443=10.0.0.1,[fd00::1]\"."),
    row(key::CLIENT_CERT_PEM, "REQTASK_OPT_CLIENT_CERT_PEM", Both, Text(false),
        "A certificate to show to servers that ask for one, and its private key, in one PEM text: the certificate, behind it those          between it and its root, and the key, which may stand anywhere and must not be encrypted (PKCS #8, PKCS #1 or SEC 1;          RSA of 2048 to 8192 bits, ECDSA on P-256 or P-384, Ed25519). Text that is damaged, or a key that belongs to another          certificate, is refused by this call; whether the certificate is still valid is for servers to say. Each call replaces          the one before; \"\" shows none, also where the client has one. As with credentials, a redirect to another          origin goes on without it. The key is kept in memory as long as a config, client, request or task          needs it, and shown nowhere."),
    row(key::PINNED_KEYS, "REQTASK_OPT_PINNED_KEYS", Both, Text(false),
        "Keys of which every TLS server of the request, also those after redirects, must have one, besides a certificate that is trusted;          else REQTASK_E_CERTIFICATE. \"sha256//BASE64;sha256//BASE64\", as in curl: each is the SHA-256 of the          SubjectPublicKeyInfo of the server's own certificate; keys of authorities do not count. Name a backup key, too. Each call          replaces the one before; \"\" pins none, also where the client pins some."),
];

/// The row of a key.
pub fn find(key: u32) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.key == key)
}
