//! `exec/workers.rs`, `roles.rs` and `parking.rs`: a worker sleeps in the poller, is called, blocks, takes over. Whatever is
//! ready is run: a lost wake-up would leave a model asleep for ever, which loom reports as a deadlock.

use loom::thread;
use reqtask_loom::check;
use reqtask_loom::exec::job::Job;
use reqtask_loom::exec::parking::Parking;
use reqtask_loom::exec::workers::{Place, Shape, Workers};
use reqtask_loom::http::Sleeper;
use reqtask_loom::sync::{Condvar, Mutex, lock, wait};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FAR: Duration = Duration::from_secs(1_000_000);

/// What has happened, for all to see.
#[derive(Default)]
struct Board {
    done: Mutex<Vec<u64>>,
    changed: Condvar,
}

impl Board {
    fn write(&self, what: u64) {
        lock(&self.done).push(what);
        self.changed.notify_all();
    }

    fn has(&self, what: u64) -> bool {
        lock(&self.done).contains(&what)
    }

    fn read(&self, what: u64) {
        let mut done = lock(&self.done);
        while !done.contains(&what) {
            done = wait(&self.changed, done);
        }
    }
}

struct Pool {
    workers: Arc<Workers>,
    parking: Arc<Parking>,
    board: Arc<Board>,
}

/// A pool whose jobs do what `work` says.
fn pool(
    max: usize,
    may_stick: bool,
    work: impl Fn(Job, &Place, &Parking, &Board) + Send + Sync + 'static,
) -> Pool {
    let parking = Arc::new(Parking::default());
    let board = Arc::new(Board::default());
    let work = Arc::new(work);
    let shape = Shape { max, eager: 8, idle: FAR, stack: 0, may_stick };
    let hire = {
        let (parking, board) = (parking.clone(), board.clone());
        move |place: Rc<Place>| -> reqtask_loom::exec::workers::Hands {
            let (work, parking, board) = (work.clone(), parking.clone(), board.clone());
            Box::new(move |job| {
                work(job, &place, &parking, &board);
                false
            })
        }
    };
    let workers = Arc::new(Workers::new(shape, parking.clone(), hire, || ()));
    Pool { workers, parking, board }
}

impl Pool {
    fn submit(&self, id: u64) {
        assert!(self.workers.submit(Job::new(id)).is_ok(), "not closed");
    }

    /// All threads end, which is a hand-over too.
    fn end(self) {
        drop(self.parking.close());
        self.workers.close();
        assert!(self.workers.wait_ended(Instant::now() + FAR));
    }
}

#[test]
fn the_leader_is_called_from_the_poller() {
    check(2, || {
        let pool = pool(2, false, |job, _, _, board| board.write(job.owner().id()));
        pool.submit(1);
        pool.board.read(1);
        // The worker is on its way into the poller, or sleeps there.
        pool.submit(2);
        pool.board.read(2);
        pool.end();
    });
}

#[test]
fn two_threads_hand_over_at_once() {
    check(2, || {
        let pool = Arc::new(pool(2, false, |job, _, _, board| board.write(job.owner().id())));
        let other = thread::spawn({
            let pool = pool.clone();
            move || pool.submit(1)
        });
        pool.submit(2);
        pool.board.read(1);
        pool.board.read(2);
        other.join().unwrap();
        Arc::into_inner(pool).expect("the other has ended").end();
    });
}

#[test]
fn who_blocks_leaves_what_is_ready_to_another() {
    check(2, || {
        let pool = pool(2, false, |job, place, _, board| {
            if job.owner().id() == 1 {
                place.falls_asleep();
                board.read(2);
                place.wakes_up();
            }
            board.write(job.owner().id());
        });
        pool.submit(1);
        pool.submit(2);
        pool.board.read(1);
        pool.end();
    });
}

/// The second pair finds both threads there: one in the poller, and one asleep.
#[test]
fn who_blocks_calls_one_who_sleeps() {
    check(1, || {
        let pool = pool(2, false, |job, place, _, board| {
            let id = job.owner().id();
            if id % 2 == 1 {
                place.falls_asleep();
                board.read(id + 1);
                place.wakes_up();
            }
            board.write(id);
        });
        for id in [1, 3] {
            pool.submit(id);
            pool.submit(id + 1);
            pool.board.read(id);
        }
        pool.end();
    });
}

/// The app changes something while a worker parks the job that waits for it.
#[test]
fn what_changes_while_a_job_is_parked_is_seen() {
    check(2, || {
        let pool = pool(2, false, |job, _, parking, board| {
            if board.has(7) {
                return board.write(1);
            }
            let id = job.owner().id();
            assert!(parking.park(job, None, None, false).is_ok());
            // As the pool does (`Berth::is_over`): what changed before has found nothing to release.
            if board.has(7) && parking.release(id).is_some() {
                board.write(1);
            }
        });
        pool.submit(1);
        pool.board.write(7);
        if let Some(job) = pool.parking.release(1) {
            assert!(pool.workers.submit(job).is_ok());
        }
        pool.board.read(1);
        pool.end();
    });
}

/// A limit that is earlier than what the sleeper in the poller knows of.
#[test]
fn a_job_that_is_parked_with_an_earlier_limit_wakes_the_poller() {
    check(2, || {
        let pool = pool(2, false, |job, _, _, board| board.write(job.owner().id()));
        pool.submit(1);
        let soon = Some(Instant::now());
        assert!(pool.parking.park(Job::new(2), None, soon, false).is_ok());
        pool.board.read(2);
        pool.end();
    });
}

/// With direct delivery a listener may hold its worker without a word; a sleeper watches, and takes over.
#[test]
fn who_is_held_up_is_replaced() {
    check(1, || {
        let pool = pool(2, true, |job, _, _, board| {
            if job.owner().id() == 1 {
                board.read(2);
            }
            board.write(job.owner().id());
        });
        pool.submit(1);
        pool.submit(2);
        pool.board.read(1);
        pool.end();
    });
}
