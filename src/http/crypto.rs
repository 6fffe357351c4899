//! Which cryptography TLS uses: ring's. Named here and not taken from the process, which may have none or another.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

/// For all connections of a client.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
