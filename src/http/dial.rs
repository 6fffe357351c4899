//! Getting a connection: from the idle pool, or by lookup, TCP, proxy and TLS. And giving it back.

use std::sync::Arc;

use super::cancel::WakePipe;
use super::error::Failure;
use super::exchange::Exchange;
use super::seam::Route;
use super::settings::Settings;
use super::wire::Wire;

/// Makes and keeps connections; one per client.
#[derive(Debug)]
pub struct Dialer {}

/// A connection in use.
#[derive(Debug)]
pub struct Connection {
    /// The bytes.
    pub wire: Wire,
    /// Whether it carried a request before.
    pub reused: bool,
    /// Set where requests must be sent in absolute form through an HTTP proxy (RFC 9112 3.2.2): the value of
    /// `proxy-authorization`, if the proxy has credentials.
    pub forward_proxy: Option<Option<http::HeaderValue>>,
}

impl Dialer {
    /// Builds the TLS set-up; fails when system roots were asked for and there are none.
    pub fn new(_settings: &Settings) -> Result<Arc<Dialer>, Failure> {
        unimplemented!()
    }

    /// A connection for this route; `fresh` does not look into the pool. Blocks under the exchange.
    pub fn connect(
        &self,
        _route: &Route<'_>,
        _fresh: bool,
        _exchange: &Arc<Exchange>,
        _pipe: &WakePipe,
    ) -> Result<Connection, Failure> {
        unimplemented!()
    }

    /// Keeps a connection, whose last answer was read to its end, for the next request.
    pub fn put_back(&self, _connection: Connection) {
        unimplemented!()
    }

    /// Closes all idle connections and lets the lookup threads end when they can; see `threads`.
    pub fn close(&self) {
        unimplemented!()
    }
}
