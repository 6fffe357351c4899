//! One registered listener: called by one thread at a time, closed by any, given back exactly once.
//!
//! Whoever makes the slot *idle and closed* takes the listener out and drops it, which is what runs the app's `destroy`.
//! Tying that to the last `Arc` instead would let an emitter that still holds a snapshot of the list delay it beyond an
//! `off` that waits. No lock is held while code of the app runs. `tests/loom` has the model of this file.
//!
//! | state | `call` | `close` |
//! | --- | --- | --- |
//! | idle | takes the listener out, runs it, puts it back | takes the listener out and drops it |
//! | running | (calls of one task never overlap) | marks; the runner drops it when it returns |
//! | closed | nothing | nothing more; may wait until it is dropped |

use crate::event::depth;
use crate::sync::{Condvar, Mutex, lock, thread_id, wait};

/// See the module's text. `L` is the listener.
pub struct Slot<L> {
    gate: Mutex<Gate<L>>,
    idle: Condvar,
}

/// Guarded by `Slot::gate`.
struct Gate<L> {
    /// No new call starts.
    closed: bool,
    /// No new call starts, but the listener stays until the slot is closed.
    muted: bool,
    running_on: Option<crate::sync::ThreadId>,
    /// Out while a call runs, and for good once dropped.
    listener: Option<L>,
    dropped: bool,
}

impl<L> Slot<L> {
    /// An open slot.
    pub fn new(listener: L) -> Slot<L> {
        Slot {
            gate: Mutex::new(Gate {
                closed: false,
                muted: false,
                running_on: None,
                listener: Some(listener),
                dropped: false,
            }),
            idle: Condvar::new(),
        }
    }

    /// Runs `f` on the listener unless the slot is closed or muted. Must not overlap with itself.
    pub fn call(&self, f: impl FnOnce(&L)) {
        let listener = {
            let mut gate = lock(&self.gate);
            if gate.closed || gate.muted {
                return;
            }
            let Some(listener) = gate.listener.take() else { return };
            gate.running_on = Some(thread_id());
            listener
        };
        // Puts the listener back, or gives it to the app, also when a Rust listener unwinds through here.
        let back = Back { slot: self, listener: Some(listener) };
        let _inside = depth::Inside::enter();
        f(back.listener.as_ref().expect("taken out only by drop"));
    }

    /// No new call starts after this returns; one that has begun may still be finishing.
    pub fn mute(&self) {
        lock(&self.gate).muted = true;
    }

    /// As `mute`, and the listener is dropped: here, or by the running call when it returns. With `and_wait`, sleeps until
    /// that has happened, except inside a listener, where two that close each other would wait for ever.
    pub fn close(&self, and_wait: bool) {
        let mut gate = lock(&self.gate);
        gate.closed = true;
        if let Some(listener) = gate.listener.take() {
            drop(gate);
            self.give_back(listener);
            return;
        }
        if and_wait && gate.running_on != Some(thread_id()) && !depth::inside() {
            while !gate.dropped {
                gate = wait(&self.idle, gate);
            }
        }
    }

    fn give_back(&self, listener: L) {
        {
            let _inside = depth::Inside::enter();
            drop(listener);
        }
        lock(&self.gate).dropped = true;
        self.idle.notify_all();
    }
}

struct Back<'a, L> {
    slot: &'a Slot<L>,
    listener: Option<L>,
}

impl<L> Drop for Back<'_, L> {
    fn drop(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        let mut gate = lock(&self.slot.gate);
        gate.running_on = None;
        if gate.closed {
            drop(gate);
            self.slot.give_back(listener);
        } else {
            gate.listener = Some(listener);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Counted(Arc<AtomicU32>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn slot() -> (Arc<Slot<Counted>>, Arc<AtomicU32>) {
        let drops = Arc::new(AtomicU32::new(0));
        (Arc::new(Slot::new(Counted(drops.clone()))), drops)
    }

    #[test]
    fn close_drops_at_once_when_idle_and_only_once() {
        let (s, drops) = slot();
        s.call(|_| ());
        s.close(false);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
        s.close(true);
        s.call(|_| panic!("closed"));
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_listener_that_closes_itself_is_dropped_when_it_returns() {
        let (s, drops) = slot();
        s.call(|_| {
            s.close(true);
            assert_eq!(drops.load(Ordering::SeqCst), 0);
        });
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_muted_slot_is_silent_but_keeps_its_listener() {
        let (s, drops) = slot();
        s.mute();
        s.call(|_| panic!("muted"));
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        s.close(false);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn close_and_wait_returns_after_the_running_call_and_the_drop() {
        let (s, drops) = slot();
        let (entered, in_call) = crossbeam_channel::bounded(0);
        let (leave, left) = crossbeam_channel::bounded::<()>(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                s.call(|_| {
                    entered.send(()).expect("the other side waits");
                    left.recv().expect("the other side sends");
                })
            });
            in_call.recv().expect("the call has begun");
            s.close(false);
            assert_eq!(drops.load(Ordering::SeqCst), 0, "still running");
            let closer = scope.spawn(|| {
                s.close(true);
                drops.load(Ordering::SeqCst)
            });
            leave.send(()).expect("the call waits");
            assert_eq!(closer.join().expect("no panic"), 1);
        });
    }

    #[test]
    fn a_listener_that_unwinds_is_put_back() {
        let (s, drops) = slot();
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| s.call(|_| panic!("x"))));
        assert!(r.is_err());
        assert!(!depth::inside());
        let mut called = false;
        s.call(|_| called = true);
        assert!(called);
        s.close(true);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }
}
