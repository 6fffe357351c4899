//! A request as the app has built it so far. Nothing in it is ever invalid.

use std::fmt;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method};
use url::Url;

use crate::options::Options;

/// Bytes to send, wherever they live. Dropping the last reference gives them back to their owner.
pub type Payload = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// See the module's text.
#[derive(Clone)]
pub struct Draft {
    /// Any method but CONNECT.
    pub method: Method,
    /// http or https.
    pub url: Url,
    /// In the order given.
    pub fields: Vec<(HeaderName, HeaderValue)>,
    /// `None` until a body is set.
    pub body: Option<Payload>,
    /// Those set on the request.
    pub options: Options,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("method", &self.method).finish_non_exhaustive()
    }
}
