//! What came back for a task. Shared, read-only but for the body, which is set once at the end.

use std::any::Any;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use crate::event::Block;
use crate::http::{Exchange, Fields};

/// Text with a NUL behind it that is not counted, for C.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Box<str>);

/// It may be a URL with a secret in its query.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.as_str().len())
    }
}

impl Text {
    /// Copies and terminates.
    pub fn new(text: &str) -> Text {
        let mut s = String::with_capacity(text.len() + 1);
        s.push_str(text);
        s.push('\0');
        Text(s.into_boxed_str())
    }

    /// With the NUL, for C.
    pub fn with_nul(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Without the NUL.
    pub fn as_str(&self) -> &str {
        &self.0[..self.0.len() - 1]
    }
}

/// A final answer.
pub struct Response {
    /// 200 to 999.
    pub status: u16,
    /// 10 or 11.
    pub version: u8,
    /// How many were followed.
    pub redirects: u32,
    /// After redirects.
    pub url: Text,
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// `peer` as text, made when it is first asked for.
    pub peer_text: OnceLock<Text>,
    /// As received.
    pub fields: Fields,
    /// The whole body; set when the task completes, unless KEEP_BODY is off.
    pub body: OnceLock<Arc<Block>>,
    /// Clock and counters of the transfer.
    pub exchange: Arc<Exchange>,
    /// Whether the (last) connection had been used before.
    pub reused: bool,
    /// The C ABI's view of this response, made when it is first asked for.
    pub view: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Response {
    /// "93.184.215.14:443".
    pub fn peer(&self) -> &Text {
        self.peer_text.get_or_init(|| Text::new(&self.peer.to_string()))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}
