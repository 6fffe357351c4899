//! `task/life.rs` and `task/mailbox.rs` behind a lock, as `task.rs` and `delivery.rs` keep them: one end, nothing after an abort, and a
//! window that holds back the reader and lets it go on.

use loom::sync::Arc;
use loom::thread;
use reqtask_loom::check;
use reqtask_loom::event::Block;
use reqtask_loom::exec::berth::Berth;
use reqtask_loom::exec::owner::Owner;
use reqtask_loom::http::{Cancel, Exchange};
use reqtask_loom::sync::atomic::AtomicBool;
use reqtask_loom::sync::{Condvar, Mutex, lock, wait};
use reqtask_loom::task::life::{Life, Step};
use reqtask_loom::task::mailbox::{Item, Mailbox};
use std::sync::Arc as Shared;

struct State {
    life: Life,
    mailbox: Mailbox,
    aborted: bool,
    delivering: bool,
    /// What the app heard.
    chunks: usize,
    ends: Vec<bool>,
}

struct Task {
    state: Mutex<State>,
    exchange: Shared<Exchange>,
    /// A reader that is parked, and one that is to run.
    parked: Mutex<(bool, bool)>,
    attended: Condvar,
}

const WINDOW_BYTES: usize = 2;

fn task(life: Life) -> Arc<Task> {
    let state = State {
        life,
        mailbox: Mailbox::new(WINDOW_BYTES, None),
        aborted: false,
        delivering: false,
        chunks: 0,
        ends: Vec::new(),
    };
    Arc::new(Task {
        state: Mutex::new(state),
        exchange: Shared::new(Exchange { cancel: Cancel(AtomicBool::new(false)) }),
        parked: Mutex::new((false, false)),
        attended: Condvar::new(),
    })
}

impl Task {
    fn step(&self, step: Step) -> bool {
        let mut state = lock(&self.state);
        match state.life.after(step) {
            Ok(life) => {
                state.life = life;
                true
            }
            Err(_) => false,
        }
    }

    fn abort(&self) -> bool {
        let mut state = lock(&self.state);
        let Ok(life) = state.life.after(Step::Abort) else { return false };
        state.life = life;
        state.aborted = true;
        drop(state.mailbox.clear());
        true
    }

    /// Whoever has news delivers them, one at a time, until nothing waits.
    fn deliver(&self) {
        let mut state = lock(&self.state);
        if state.delivering {
            return;
        }
        loop {
            let item = state.mailbox.take();
            let reopened = state.mailbox.reopened();
            let told = item.is_none() && {
                let after = state.life.after(Step::Tell);
                after.inspect(|life| state.life = *life).is_ok()
            };
            if item.is_none() && !told {
                return;
            }
            state.delivering = true;
            let aborted = state.aborted;
            drop(state);
            if reopened {
                self.attend();
            }
            state = lock(&self.state);
            assert!(state.ends.is_empty(), "the end comes last, and once");
            state.chunks += usize::from(matches!(item, Some(Item::Chunk(..))));
            if told {
                state.ends.push(aborted);
            }
            state.delivering = false;
        }
    }

    fn attend(&self) {
        let mut parked = lock(&self.parked);
        if std::mem::take(&mut parked.0) {
            parked.1 = true;
            self.attended.notify_one();
        }
    }

    /// The reader parks itself as the pool does, and sleeps until it is attended to.
    fn park(&self) {
        lock(&self.parked).0 = true;
        let berth = Berth {
            for_bytes: false,
            until: None,
            paused: false,
            keeps_place: false,
            lingers: false,
        };
        if berth.is_over(self) {
            self.attend();
        }
        let mut parked = lock(&self.parked);
        while !std::mem::take(&mut parked.1) {
            parked = wait(&self.attended, parked);
        }
    }
}

impl Owner for Task {
    fn room(&self) -> usize {
        lock(&self.state).mailbox.room()
    }

    fn paused(&self) -> bool {
        false
    }

    fn exchange(&self) -> Shared<Exchange> {
        self.exchange.clone()
    }
}

#[test]
fn an_end_an_abort_and_two_that_deliver_make_one_completion() {
    check(3, || {
        let task = task(Life::Live);
        let worker = thread::spawn({
            let task = task.clone();
            move || {
                task.step(Step::End);
                task.deliver();
            }
        });
        let won = task.abort();
        task.deliver();
        worker.join().unwrap();
        task.deliver();
        let state = lock(&task.state);
        assert_eq!(state.ends.len(), 1);
        assert_eq!(state.ends[0], won, "an abort that was accepted is the end that is heard");
    });
}

#[test]
fn after_a_release_nothing_is_told() {
    check(3, || {
        let task = task(Life::Live);
        let worker = thread::spawn({
            let task = task.clone();
            move || {
                task.step(Step::End);
                task.deliver();
            }
        });
        assert!(task.step(Step::Release), "any state can be left");
        let (told, under_way) = {
            let state = lock(&task.state);
            (state.ends.len(), state.delivering)
        };
        worker.join().unwrap();
        let state = lock(&task.state);
        assert!(state.ends.len() == told || under_way, "no call began after the release");
        assert_eq!(state.life, Life::Gone);
    });
}

#[test]
fn a_start_that_is_refused_and_an_abort_leave_one_answer() {
    check(3, || {
        let task = task(Life::Created);
        assert!(task.step(Step::Start));
        let other = thread::spawn({
            let task = task.clone();
            move || task.abort()
        });
        // The queue is full.
        let refused = task.step(Step::Unstart);
        let aborted = other.join().unwrap();
        assert!(refused != aborted, "either the start failed, or the abort has its completion");
        task.deliver();
        assert_eq!(lock(&task.state).ends.len(), usize::from(aborted));
    });
}

#[test]
fn a_reader_never_exceeds_the_window_and_always_goes_on() {
    check(2, || {
        let task = task(Life::Live);
        let reader = thread::spawn({
            let task = task.clone();
            move || {
                for offset in 0..4 {
                    while task.room() == 0 {
                        task.park();
                    }
                    let mut state = lock(&task.state);
                    state.mailbox.put_chunk(offset, Shared::new(Block(1)));
                    drop(state);
                }
                task.step(Step::End);
            }
        });
        // The app's thread, which dispatches twice while the reader reads.
        task.deliver();
        task.deliver();
        while lock(&task.state).life == Life::Live {
            task.deliver();
            thread::yield_now();
        }
        reader.join().unwrap();
        task.deliver();
        let state = lock(&task.state);
        assert_eq!((state.chunks, state.ends.len()), (4, 1));
    });
}
