//! Queued delivery: tasks with news wait here until the app dispatches.
//!
//! The wakeup is edge-triggered: it is called when the queue goes from "nobody told" to "not empty", re-armed when a
//! dispatch begins, and called again by a dispatch that leaves something behind. So one call may stand for many events,
//! and none is ever forgotten. The queue knows nothing of tasks; `T` is whatever has news.

use std::collections::VecDeque;
use std::time::Instant;

use super::news::Wakeup;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Condvar, Mutex, ThreadId, lock, thread_id, wait, wait_until};

/// See the module's text.
pub struct Queue<T> {
    ready: Mutex<Ready<T>>,
    arrived: Condvar,
    dispatching: AtomicBool,
    bell: Bell,
}

/// Guarded by `Queue::ready`.
struct Ready<T> {
    items: VecDeque<T>,
    /// The app was told since the last dispatch began.
    told: bool,
    closed: bool,
}

/// The right to take items; one at a time.
pub struct Dispatch<'a, T> {
    queue: &'a Queue<T>,
}

impl<T> Queue<T> {
    /// An empty queue that rings `wakeup`.
    pub fn new(wakeup: Wakeup) -> Queue<T> {
        Queue {
            ready: Mutex::new(Ready { items: VecDeque::new(), told: false, closed: false }),
            arrived: Condvar::new(),
            dispatching: AtomicBool::new(false),
            bell: Bell::new(wakeup),
        }
    }

    /// Adds an item and rings unless the app knows already. After `close`, the item is given back.
    pub fn push(&self, item: T) -> Option<T> {
        {
            let mut ready = lock(&self.ready);
            if ready.closed {
                return Some(item);
            }
            ready.items.push_back(item);
            self.arrived.notify_one();
            if std::mem::replace(&mut ready.told, true) {
                return None;
            }
        }
        self.bell.ring();
        None
    }

    /// Begins a dispatch; `None` while another one runs.
    pub fn begin(&self) -> Option<Dispatch<'_, T>> {
        let free =
            self.dispatching.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        if free.is_err() {
            return None;
        }
        lock(&self.ready).told = false;
        Some(Dispatch { queue: self })
    }

    /// Takes nothing more in, gives back what waits, and returns only when no wakeup call runs any more (but for one
    /// that is calling this very function).
    pub fn close(&self) -> VecDeque<T> {
        let left = {
            let mut ready = lock(&self.ready);
            ready.closed = true;
            std::mem::take(&mut ready.items)
        };
        self.arrived.notify_all();
        self.bell.silence();
        left
    }
}

impl<T> Dispatch<'_, T> {
    /// Sleeps until something waits, at most until `deadline`; returns how many items wait.
    pub fn await_first(&self, deadline: Instant) -> usize {
        let mut ready = lock(&self.queue.ready);
        loop {
            if !ready.items.is_empty() || ready.closed {
                return ready.items.len();
            }
            let (guard, slept) = wait_until(&self.queue.arrived, ready, Some(deadline));
            ready = guard;
            if !slept {
                return ready.items.len();
            }
        }
    }

    /// The next item.
    pub fn take(&self) -> Option<T> {
        lock(&self.queue.ready).items.pop_front()
    }

    /// Puts an item with more news to the end, without ringing.
    pub fn put_back(&self, item: T) -> Option<T> {
        let mut ready = lock(&self.queue.ready);
        if ready.closed {
            return Some(item);
        }
        ready.items.push_back(item);
        None
    }
}

impl<T> Drop for Dispatch<'_, T> {
    fn drop(&mut self) {
        self.queue.dispatching.store(false, Ordering::Release);
        {
            let mut ready = lock(&self.queue.ready);
            if ready.items.is_empty() || ready.closed {
                return;
            }
            ready.told = true;
        }
        self.queue.bell.ring();
    }
}

/// The app's wakeup function, which can be silenced for good.
struct Bell {
    rope: Mutex<Rope>,
    quiet: Condvar,
}

/// Guarded by `Bell::rope`.
struct Rope {
    /// Gone once silenced.
    wakeup: Option<Wakeup>,
    /// The threads that call it, each as often as it does.
    ringing: Vec<ThreadId>,
}

impl Bell {
    fn new(wakeup: Wakeup) -> Bell {
        Bell {
            rope: Mutex::new(Rope { wakeup: Some(wakeup), ringing: Vec::new() }),
            quiet: Condvar::new(),
        }
    }

    fn ring(&self) {
        let wakeup = {
            let mut rope = lock(&self.rope);
            let Some(wakeup) = rope.wakeup.clone() else { return };
            rope.ringing.push(thread_id());
            wakeup
        };
        struct Rung<'a>(&'a Bell, Option<Wakeup>);
        impl Drop for Rung<'_> {
            fn drop(&mut self) {
                // The reference goes first: `silence` returns only when ours is not the last.
                self.1 = None;
                let mut rope = lock(&self.0.rope);
                let mine = rope.ringing.iter().rposition(|t| *t == thread_id());
                rope.ringing.swap_remove(mine.expect("it was added when the call began"));
                drop(rope);
                self.0.quiet.notify_all();
            }
        }
        let rung = Rung(self, Some(wakeup));
        if let Some(wakeup) = &rung.1 {
            wakeup();
        }
    }

    /// No call runs or starts after this, but for those on this thread's own stack.
    fn silence(&self) {
        let mut rope = lock(&self.rope);
        let wakeup = rope.wakeup.take();
        let me = thread_id();
        while rope.ringing.iter().any(|t| *t != me) {
            rope = wait(&self.quiet, rope);
        }
        drop(rope);
        drop(wakeup);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    fn queue() -> (Queue<u32>, Arc<AtomicU32>) {
        let rings = Arc::new(AtomicU32::new(0));
        let r = rings.clone();
        (
            Queue::new(Arc::new(move || {
                r.fetch_add(1, Ordering::SeqCst);
            })),
            rings,
        )
    }

    #[test]
    fn many_pushes_ring_once_until_a_dispatch_begins() {
        let (q, rings) = queue();
        for i in 0..5 {
            assert!(q.push(i).is_none());
        }
        assert_eq!(rings.load(Ordering::SeqCst), 1);
        let d = q.begin().expect("nobody else dispatches");
        assert!(q.begin().is_none(), "one at a time");
        while d.take().is_some() {}
        drop(d);
        assert_eq!(rings.load(Ordering::SeqCst), 1, "nothing left, nothing rung");
        q.push(9);
        assert_eq!(rings.load(Ordering::SeqCst), 2, "re-armed");
    }

    #[test]
    fn a_dispatch_that_leaves_items_rings_again() {
        let (q, rings) = queue();
        q.push(1);
        q.push(2);
        let d = q.begin().expect("free");
        assert_eq!(d.take(), Some(1));
        drop(d);
        assert_eq!(rings.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn what_arrives_during_a_dispatch_rings() {
        let (q, rings) = queue();
        let d = q.begin().expect("free");
        q.push(1);
        assert_eq!(rings.load(Ordering::SeqCst), 1);
        assert_eq!(d.take(), Some(1));
        drop(d);
        q.push(2);
        let d = q.begin().expect("free");
        assert_eq!(d.await_first(Instant::now() + Duration::from_secs(5)), 1);
    }

    #[test]
    fn a_closed_queue_gives_back_and_is_silent() {
        let (q, rings) = queue();
        q.push(1);
        assert_eq!(q.close(), [1]);
        assert_eq!(q.push(2), Some(2));
        assert_eq!(rings.load(Ordering::SeqCst), 1);
        let d = q.begin().expect("free");
        assert_eq!(d.await_first(Instant::now() + Duration::from_secs(30)), 0, "does not sleep");
    }
}
