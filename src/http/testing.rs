//! What the tests of this layer share: a plain request, a body of bytes, a small random generator. Not in any build.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::Failure;
use super::request::{Ask, IpFamily, Policy, Request, RequestBody};
use super::tls_rules::USUAL;
use super::url::parse_url;

/// The defaults of `reqtask.h`.
pub fn policy() -> Policy {
    Policy {
        redirects_max: 10,
        redirect_to_http: false,
        https_only: false,
        header_max_bytes: 65_536,
        decode: true,
        ip_family: IpFamily::Any,
        user_agent: "test/1".to_owned(),
        proxy: None,
        proxy_tunnel: false,
        direct: false,
        tls: USUAL.clone(),
    }
}

/// A request without fields and body.
pub fn request(method: &str, url: &str) -> Request {
    let method = method.parse().expect("a good method");
    let url = parse_url(url).expect("a good URL");
    let ask = Arc::new(Ask { method, url, fields: Vec::new() });
    Request { ask, body: None, policy: Arc::new(policy()) }
}

/// A body from memory.
pub fn bytes_body(bytes: &[u8]) -> Arc<dyn RequestBody> {
    Arc::new(BytesBody(bytes.to_vec()))
}

#[derive(Debug)]
struct BytesBody(Vec<u8>);

impl RequestBody for BytesBody {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        to(&rest[..rest.len().min(most)]);
        Ok(())
    }
    fn sent(&self, _bytes: u64) {}
}

/// A PEM section.
pub fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Marsaglia's xorshift: the same numbers in every run.
pub struct Random(pub u64);

impl Random {
    /// The next number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    /// Up to `max` pieces, put together.
    pub fn text(&mut self, pieces: &[&str], max: usize) -> String {
        (0..self.below(max + 1)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}
