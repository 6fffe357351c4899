//! Tests of the lookup threads, with lookups that end when the test says so.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::http::exchange::Limits;
use crate::http::loopback::{Gate, patient_worker, worker};

const FOREVER: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_secs(20);

impl LookupThreads {
    /// Waits until the state is so; whoever changes it runs on another thread.
    fn until(&self, so: impl Fn(&State) -> bool) {
        let start = Instant::now();
        while !so(&self.shared.lock()) {
            assert!(start.elapsed() < SOON, "{self:?}");
            thread::yield_now();
        }
    }
}

fn look_up(threads: &LookupThreads, host: &str) -> Result<Arc<[IpAddr]>, Failure> {
    let (exchange, pipe) = patient_worker();
    exchange.enter_phase(Phase::Resolve);
    threads.look_up(host, IpFamily::Any, &exchange, &pipe)
}

#[test]
fn requests_for_the_same_name_share_one_lookup() {
    let (gate, threads) = Gate::closed(FOREVER);
    thread::scope(|scope| {
        let all: Vec<_> =
            (0..8).map(|_| scope.spawn(|| look_up(&threads, "Same.test").unwrap())).collect();
        threads.until(|state| state.flights.values().map(Vec::len).sum::<usize>() == 8);
        assert_eq!(threads.shared.lock().threads, 1);
        gate.open();
        for found in all {
            assert_eq!(*found.join().unwrap(), [IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        }
    });
    look_up(&threads, "same.TEST").unwrap();
    assert_eq!(gate.begun(), 1);
    // Another family is another question.
    let (exchange, pipe) = patient_worker();
    threads.look_up("same.test", IpFamily::V4, &exchange, &pipe).unwrap();
    assert_eq!(gate.begun(), 2);
}

#[test]
fn sixteen_threads_at_most_and_who_waits_behind_them_is_served() {
    let (gate, threads) = Gate::closed(FOREVER);
    thread::scope(|scope| {
        let all: Vec<_> = (0..20)
            .map(|n| (n, &threads))
            .map(|(n, threads)| scope.spawn(move || look_up(threads, &format!("{n}.test"))))
            .collect();
        gate.wait_begun(MAX_THREADS);
        threads.until(|state| state.queue.len() == 4);
        assert_eq!((threads.shared.lock().threads, gate.begun()), (MAX_THREADS, MAX_THREADS));
        gate.open();
        for found in all {
            found.join().unwrap().unwrap();
        }
    });
    assert_eq!(gate.begun(), 20);
}

#[test]
fn an_abort_leaves_a_hanging_lookup_behind_and_drops_one_that_has_not_begun() {
    let (gate, threads) = Gate::closed(FOREVER);
    let aborted = |host: &str, ready: &dyn Fn()| {
        let (exchange, _) = patient_worker();
        exchange.enter_phase(Phase::Resolve);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let pipe = WakePipe::new().unwrap();
                exchange.cancel.attach(pipe.waker());
                threads.look_up(host, IpFamily::Any, &exchange, &pipe).unwrap_err()
            });
            ready();
            exchange.cancel.set();
            waiting.join().unwrap()
        })
    };
    for n in 1..=MAX_THREADS {
        let failure = aborted(&format!("{n}.test"), &|| gate.wait_begun(n));
        assert_eq!((failure.kind, failure.phase), (Kind::Aborted, Phase::Resolve));
    }
    aborted("late.test", &|| threads.until(|state| state.queue.len() == 1));
    let state = threads.shared.lock();
    assert_eq!((state.queue.len(), state.flights.len()), (0, MAX_THREADS));
    assert!(state.flights.values().all(Vec::is_empty));
    drop(state);

    threads.close();
    assert!(!threads.wait_closed(Instant::now()));
    gate.open();
    assert!(threads.wait_closed(Instant::now() + SOON));
    assert_eq!(gate.begun(), MAX_THREADS);
    assert_eq!(look_up(&threads, "closed.test").unwrap_err().kind, Kind::Resolve);
}

#[test]
fn a_thread_that_is_to_end_no_longer_counts() {
    let (_gate, threads) = Gate::closed(FOREVER);
    // This thread plays one of the pool.
    threads.shared.lock().threads = 1;
    threads.close();
    assert_eq!(threads.shared.next(), None);
    assert_eq!(threads.shared.lock().threads, 0);
}

#[test]
fn the_resolve_limit_holds() {
    let (gate, threads) = Gate::closed(FOREVER);
    let limits = Limits { resolve: Some(Duration::from_millis(20)), ..Limits::default() };
    let (exchange, pipe) = worker(limits);
    exchange.enter_phase(Phase::Resolve);
    let failure = threads.look_up("a.test", IpFamily::Any, &exchange, &pipe).unwrap_err();
    assert_eq!((failure.kind, failure.phase), (Kind::Timeout, Phase::Resolve));
    gate.open();
}

#[test]
fn failures_are_not_kept_and_good_answers_only_so_long() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup = move |host: &str, _| {
        count.fetch_add(1, Ordering::SeqCst);
        match host {
            "none.test" => Err(NoAddress { text: "Name not known".into(), os_error: 7 }),
            "bug.test" => panic!("a bug of the lookup, made by the test"),
            _ => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
        }
    };
    let threads = LookupThreads::asking(Duration::ZERO, Box::new(lookup));
    for n in 1..=3 {
        look_up(&threads, "a.test").unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), n);
    }
    for n in 4..=5 {
        let failure = look_up(&threads, "none.test").unwrap_err();
        assert_eq!((failure.kind, failure.os_error), (Kind::Resolve, 7));
        assert_eq!(failure.message, "the host none.test was not found: Name not known");
        assert_eq!(asked.load(Ordering::SeqCst), n);
    }
    assert_eq!(look_up(&threads, "bug.test").unwrap_err().kind, Kind::Resolve);
    // The thread has survived it.
    look_up(&threads, "a.test").unwrap();
    threads.close();
    assert!(threads.wait_closed(Instant::now() + SOON));
}
