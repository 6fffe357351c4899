//! `event/queue.rs`: the wakeup is an edge, and none is lost.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use reqtask_loom::check;
use reqtask_loom::event::queue::Queue;
use reqtask_loom::sync::{Condvar, Mutex, lock, wait};
use std::time::{Duration, Instant};

/// What the app's event loop sleeps on.
#[derive(Default)]
struct Loop {
    rung: Mutex<usize>,
    changed: Condvar,
}

impl Loop {
    fn ring(&self) {
        *lock(&self.rung) += 1;
        self.changed.notify_all();
    }

    /// Sleeps until rung since `seen` rings.
    fn sleep(&self, seen: &mut usize) {
        let mut rung = lock(&self.rung);
        while *rung == *seen {
            rung = wait(&self.changed, rung);
        }
        *seen = *rung;
    }
}

fn queue() -> (Arc<Queue<u32>>, Arc<Loop>) {
    let wakes = Arc::new(Loop::default());
    let bell = wakes.clone();
    (Arc::new(Queue::new(std::sync::Arc::new(move || bell.ring()))), wakes)
}

/// An app that dispatches only when it was rung gets everything; a lost edge would leave it asleep for ever.
fn dispatch_until(queue: &Queue<u32>, wakes: &Loop, want: usize, per_dispatch: usize) {
    let (mut seen, mut got) = (0, 0);
    while got < want {
        wakes.sleep(&mut seen);
        let dispatch = queue.begin().expect("nobody else dispatches");
        for _ in 0..per_dispatch {
            got += usize::from(dispatch.take().is_some());
        }
    }
}

#[test]
fn two_that_push_and_an_app_that_takes_all() {
    check(3, || {
        let (queue, wakes) = queue();
        let pushers: Vec<_> = (0..2)
            .map(|i| {
                let queue = queue.clone();
                thread::spawn(move || assert!(queue.push(i).is_none()))
            })
            .collect();
        dispatch_until(&queue, &wakes, 2, 2);
        pushers.into_iter().for_each(|p| p.join().unwrap());
    });
}

#[test]
fn a_dispatch_that_leaves_something_rings_again() {
    check(3, || {
        let (queue, wakes) = queue();
        let pusher = thread::spawn({
            let queue = queue.clone();
            move || (0..3).for_each(|i| assert!(queue.push(i).is_none()))
        });
        dispatch_until(&queue, &wakes, 3, 1);
        pusher.join().unwrap();
    });
}

/// Whoever is refused because another dispatches may go to sleep: that other rings again if it leaves anything.
#[test]
fn a_dispatch_that_is_refused_loses_no_edge() {
    check(2, || {
        let (queue, wakes) = queue();
        let got = Arc::new(AtomicUsize::new(0));
        let other = thread::spawn({
            let (queue, got) = (queue.clone(), got.clone());
            move || {
                if let Some(dispatch) = queue.begin() {
                    got.fetch_add(usize::from(dispatch.take().is_some()), SeqCst);
                }
            }
        });
        let pusher = thread::spawn({
            let queue = queue.clone();
            move || assert!(queue.push(1).is_none())
        });
        let mut seen = 0;
        wakes.sleep(&mut seen);
        if let Some(dispatch) = queue.begin() {
            got.fetch_add(usize::from(dispatch.take().is_some()), SeqCst);
        }
        other.join().unwrap();
        pusher.join().unwrap();
        if got.load(SeqCst) == 0 {
            wakes.sleep(&mut seen);
            let dispatch = queue.begin().expect("nobody else dispatches");
            assert!(dispatch.take().is_some());
        }
    });
}

#[test]
fn a_dispatch_that_sleeps_hears_what_arrives() {
    check(3, || {
        let (queue, _) = queue();
        let pusher = thread::spawn({
            let queue = queue.clone();
            move || assert!(queue.push(1).is_none())
        });
        let dispatch = queue.begin().expect("nobody else dispatches");
        let far = Instant::now() + Duration::from_secs(1_000_000);
        assert_eq!(dispatch.await_first(far), 1);
        drop(dispatch);
        pusher.join().unwrap();
    });
}

#[test]
fn after_close_no_wakeup_runs_and_its_user_is_gone() {
    /// The app's data of the wakeup.
    struct User(Arc<AtomicUsize>);
    impl Drop for User {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    check(3, || {
        let (ends, rings) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (user, count) = (User(ends.clone()), rings.clone());
        let queue = Arc::new(Queue::new(std::sync::Arc::new(move || {
            assert_eq!(user.0.load(SeqCst), 0, "called after its end");
            count.fetch_add(1, SeqCst);
        })));
        let pusher = thread::spawn({
            let queue = queue.clone();
            move || queue.push(1).is_none()
        });
        let left = queue.close().len();
        assert_eq!(ends.load(SeqCst), 1, "destroyed exactly once, and by now");
        let rung = rings.load(SeqCst);
        let taken = pusher.join().unwrap();
        assert_eq!(rings.load(SeqCst), rung, "no call began after close returned");
        assert_eq!(left, usize::from(taken), "given back either by close or by push");
        assert_eq!(ends.load(SeqCst), 1);
    });
}
