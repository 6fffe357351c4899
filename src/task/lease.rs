//! The bytes of a request's body, lent to the transfer and taken back at any moment.
//!
//! The app's `destroy` must run inside a call of the app's where delivery is queued, although a worker may just be
//! sending. So the worker copies small pieces out under a lock, and whoever ends the task takes the bytes back; the
//! worker's next piece is refused.

use std::fmt;
use std::sync::Weak;

use super::draft::Payload;
use super::task::Task;
use crate::event::depth;
use crate::http::{Failure, Kind, Phase, RequestBody};
use crate::sync::{Mutex, lock};

/// See the module's text.
pub struct Lease {
    /// `None` once taken back.
    payload: Mutex<Option<Payload>>,
    len: u64,
    task: Weak<Task>,
}

impl Lease {
    /// Lends; `task` hears how much is sent.
    pub fn new(payload: Payload, task: Weak<Task>) -> Lease {
        let len = (*payload).as_ref().len() as u64;
        Lease { payload: Mutex::new(Some(payload)), len, task }
    }

    /// Takes back: after this the transfer does not touch the bytes.
    pub fn revoke(&self) {
        let payload = lock(&self.payload).take();
        let _inside = depth::Inside::enter();
        drop(payload);
    }
}

impl RequestBody for Lease {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, Failure> {
        let payload = lock(&self.payload);
        let Some(payload) = payload.as_deref() else {
            let message = "the request was aborted and its body taken back";
            return Err(Failure::new(Kind::Aborted, Phase::Send, message));
        };
        let bytes = payload.as_ref().get(offset as usize..).unwrap_or_default();
        let n = bytes.len().min(into.len());
        into[..n].copy_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn sent(&self, bytes: u64) {
        if let Some(task) = self.task.upgrade() {
            task.sent(bytes);
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn pieces_are_copied_until_the_bytes_are_taken_back() {
        let payload: Payload = Arc::new(b"hello".to_vec());
        let watch = Arc::downgrade(&payload);
        let lease = Lease::new(payload, Weak::new());
        let mut into = [0; 3];
        assert_eq!(lease.read_at(3, &mut into), Ok(2));
        assert_eq!(&into[..2], b"lo");
        assert_eq!(lease.read_at(5, &mut into), Ok(0));
        assert_eq!(lease.read_at(99, &mut into), Ok(0));
        lease.revoke();
        assert!(watch.upgrade().is_none(), "given back at once");
        assert_eq!(lease.read_at(0, &mut into).expect_err("gone").kind, Kind::Aborted);
    }
}
