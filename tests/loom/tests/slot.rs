//! `event/slot.rs`: a listener that is called, muted and closed by several threads.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use reqtask_loom::event::slot::Slot;

/// Counts its calls and its end, and notices a call after the end.
struct Listener {
    calls: Arc<AtomicUsize>,
    ends: Arc<AtomicUsize>,
}

impl Listener {
    fn hear(&self) {
        assert_eq!(self.ends.load(SeqCst), 0, "called after its user was destroyed");
        self.calls.fetch_add(1, SeqCst);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ends.fetch_add(1, SeqCst);
    }
}

fn slot() -> (Arc<Slot<Listener>>, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (calls, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let listener = Listener { calls: calls.clone(), ends: ends.clone() };
    (Arc::new(Slot::new(listener)), calls, ends)
}

#[test]
fn off_with_wait_returns_after_destroy_and_no_call_follows() {
    loom::model(|| {
        let (slot, calls, ends) = slot();
        let emitter = thread::spawn({
            let slot = slot.clone();
            move || {
                slot.call(Listener::hear);
                slot.call(Listener::hear);
            }
        });
        slot.close(true);
        assert_eq!(ends.load(SeqCst), 1, "destroyed exactly once, and by now");
        let heard = calls.load(SeqCst);
        emitter.join().unwrap();
        assert_eq!(calls.load(SeqCst), heard, "no call began after off returned");
        assert_eq!(ends.load(SeqCst), 1);
    });
}

#[test]
fn two_that_close_destroy_once() {
    loom::model(|| {
        let (slot, _, ends) = slot();
        let other = thread::spawn({
            let (slot, ends) = (slot.clone(), ends.clone());
            move || {
                slot.close(true);
                assert_eq!(ends.load(SeqCst), 1);
            }
        });
        slot.call(Listener::hear);
        slot.close(false);
        other.join().unwrap();
        assert_eq!(ends.load(SeqCst), 1);
    });
}

#[test]
fn a_listener_that_closes_itself_while_another_closes_too() {
    loom::model(|| {
        let (slot, _, ends) = slot();
        let other = thread::spawn({
            let slot = slot.clone();
            move || slot.close(true)
        });
        slot.call(|l| {
            l.hear();
            slot.close(true);
        });
        other.join().unwrap();
        slot.close(false);
        assert_eq!(ends.load(SeqCst), 1);
    });
}

#[test]
fn after_mute_no_call_begins() {
    loom::model(|| {
        let (slot, calls, ends) = slot();
        let emitter = thread::spawn({
            let slot = slot.clone();
            move || slot.call(Listener::hear)
        });
        slot.mute();
        slot.call(|_| unreachable!("muted"));
        emitter.join().unwrap();
        assert!(calls.load(SeqCst) <= 1);
        slot.close(true);
        assert_eq!(ends.load(SeqCst), 1);
    });
}
