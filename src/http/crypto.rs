//! Which cryptography TLS uses: ring's, without what it takes to prove who *we* are.
//!
//! The provider is named here and not taken from the process, which may have none or another. Client certificates are no
//! option of ours, so no private key is ever loaded; a loader that refuses keeps ring's signing out of the library.

use std::sync::Arc;

use rustls::Error;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;

/// For all connections of a client.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() })
}

/// Loads no private key.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("client certificates are not supported".into()))
    }
}
