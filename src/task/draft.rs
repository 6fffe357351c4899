//! A request as the app has built it so far. Nothing in it is ever invalid.

use std::fmt;
use std::sync::Arc;

use crate::http::Ask;
use crate::options::Options;

/// Bytes to send, wherever they live. Dropping the last reference gives them back to their owner.
pub type Payload = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// See the module's text.
#[derive(Clone)]
pub struct Draft {
    /// Method, URL and fields; shared with the tasks made from it.
    pub ask: Arc<Ask>,
    /// `None` until a body is set.
    pub body: Option<Payload>,
    /// Those set on the request.
    pub options: Options,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("method", &self.ask.method).finish_non_exhaustive()
    }
}
