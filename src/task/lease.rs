//! The bytes of a request's body, lent to the transfer and taken back at any moment.
//!
//! The app's `destroy` must run inside a call of the app's where delivery is queued, although a worker may just be
//! sending. So the worker gives small pieces to the socket under a lock, which takes the kernel some microseconds, and
//! whoever ends the task takes the bytes back; the worker's next piece is refused.

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

    fn lend(&self, offset: u64, most: usize, to: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let payload = lock(&self.payload);
        let Some(payload) = payload.as_deref() else {
            let message = "the request was aborted and its body taken back";
            return Err(Failure::new(Kind::Aborted, Phase::Send, message));
        };
        let bytes = payload.as_ref().get(offset as usize..).unwrap_or_default();
        to(&bytes[..bytes.len().min(most)]);
        Ok(())
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
    fn pieces_are_lent_until_the_bytes_are_taken_back() {
        let payload: Payload = Arc::new(b"hello".to_vec());
        let watch = Arc::downgrade(&payload);
        let lease = Lease::new(payload, Weak::new());
        for (offset, most, want) in [(3, 3, "lo"), (0, 2, "he"), (5, 3, ""), (99, 3, "")] {
            let mut seen = None;
            lease.lend(offset, most, &mut |bytes| seen = Some(bytes.to_vec())).expect("lent");
            assert_eq!(seen.as_deref(), Some(want.as_bytes()));
        }
        lease.revoke();
        assert!(watch.upgrade().is_none(), "given back at once");
        let again = lease.lend(0, 3, &mut |_| panic!("there is nothing to show"));
        assert_eq!(again.expect_err("gone").kind, Kind::Aborted);
    }
}
