//! Which worker runs, which one waits for all silent requests, and which sleep. A pure structure; `workers` keeps it behind
//! its lock.
//!
//! One worker is enough as long as nothing blocks it: it runs what is ready, and when nothing is, it waits in the poller
//! and runs what it gets there. Handing a request to another thread costs more than most requests, so another one is called
//! only where this one cannot go on, or where so much is ready that a second processor pays.
//!
//! | a worker | is | and becomes |
//! | --- | --- | --- |
//! | running | at a job, or on its way to one | blocked, when it says that it waits for one request; stuck, when nothing has moved for a tick (a listener of the app's holds it) |
//! | blocked, stuck | not to be counted on | running, when that is over |
//! | leading | in the poller | running, when something is there or it is called |
//! | asleep | without work | running, when it is called |
//!
//! | what happens | who is called |
//! | --- | --- |
//! | a job is ready, and somebody runs | nobody; beyond [`SHARE`] for each that runs, one more up to the number of processors |
//! | a job is ready, and nobody runs | the leader, else a sleeper, else a new thread |
//! | the last that ran blocks while there is work or nobody leads | the same |

/// So many ready jobs are one worker's share.
const SHARE: usize = 64;

/// See the module's text.
#[derive(Debug)]
pub struct Roles {
    /// Never more threads than this.
    max: usize,
    /// Beyond so many that are blocked, jobs first wait a moment for one of them.
    eager: usize,
    processors: usize,
    running: usize,
    blocked: usize,
    stuck: usize,
    asleep: usize,
    leading: bool,
    leader_called: bool,
    /// Raised when those that run were found stuck.
    epoch: u64,
    /// How often a worker became free, or came back from the poller.
    moves: u64,
}

/// Whom to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Nobody,
    Leader,
    /// One of those asleep; it counts as running.
    Sleeper,
    /// To be started; it counts as running.
    NewThread,
}

/// What a worker does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The first ready job.
    Run,
    /// Wait in the poller. Not patient: jobs are ready, but so many workers are blocked that one of them will be back
    /// sooner than another thread could be there.
    Lead { patient: bool },
    /// Until called.
    Sleep,
}

impl Roles {
    /// No threads.
    pub fn new(max: usize, eager: usize, processors: usize) -> Roles {
        Roles {
            max,
            eager,
            processors,
            running: 0,
            blocked: 0,
            stuck: 0,
            asleep: 0,
            leading: false,
            leader_called: false,
            epoch: 0,
            moves: 0,
        }
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.running + self.blocked + self.stuck + self.asleep + usize::from(self.leading)
    }

    /// What a worker must remember to be counted rightly when it comes back.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// How many of the steps that bring ready jobs forward were made, ever.
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// Whether somebody waits in the poller.
    pub fn is_led(&self) -> bool {
        self.leading
    }

    /// Whether anybody sleeps.
    pub fn somebody_sleeps(&self) -> bool {
        self.asleep > 0
    }

    /// A job was added; now so many are ready.
    pub fn added(&mut self, ready: usize) -> Call {
        let awake = self.running + usize::from(self.leader_called);
        if awake == 0 || ready > SHARE * awake && awake < self.processors {
            self.call()
        } else {
            Call::Nobody
        }
    }

    /// A worker waits for something that only concerns its job. `parked`: others wait in the poller.
    pub fn block(&mut self, epoch: u64, ready: usize, parked: bool) -> Call {
        self.leave_running(epoch);
        self.blocked += 1;
        let awake = self.running + usize::from(self.leader_called);
        if awake == 0 && (ready > 0 || parked && !self.leading) {
            self.call()
        } else {
            Call::Nobody
        }
    }

    /// That wait is over. Returns its epoch. No move: a worker that waits again and again, as for each piece of an upload,
    /// never comes to those that are ready.
    pub fn unblock(&mut self) -> u64 {
        self.blocked -= 1;
        self.running += 1;
        self.epoch
    }

    /// A running worker is free. `pollable`: there is a poller.
    pub fn next(&mut self, epoch: u64, ready: usize, pollable: bool) -> Next {
        self.leave_running(epoch);
        self.moves += 1;
        let alone = self.running == 0 && !self.leading;
        if ready > 0 && !(alone && pollable && self.blocked + self.stuck >= self.eager) {
            self.running += 1;
            Next::Run
        } else if alone && pollable {
            self.leading = true;
            Next::Lead { patient: ready == 0 }
        } else {
            self.asleep += 1;
            Next::Sleep
        }
    }

    /// A running worker looks into the poller without sleeping, unless there is a leader already.
    pub fn glance(&mut self, epoch: u64) -> bool {
        if self.leading {
            return false;
        }
        self.leave_running(epoch);
        self.leading = true;
        true
    }

    /// The leader has left the poller. Returns its epoch.
    pub fn led(&mut self) -> u64 {
        self.leading = false;
        self.leader_called = false;
        self.running += 1;
        self.moves += 1;
        self.epoch
    }

    /// Nothing moved while a leader that is not patient waited: how many threads are to be started at once.
    pub fn grow(&mut self, ready: usize) -> usize {
        let threads = self.threads();
        let more = (threads / 2).max(1).min(ready).min(self.max.saturating_sub(threads));
        self.running += more;
        more
    }

    /// A sleeper is to be started, if there may be one more thread.
    pub fn add_sleeper(&mut self) -> bool {
        let room = self.threads() < self.max;
        self.asleep += usize::from(room);
        room
    }

    /// A thread that was to be started could not be.
    pub fn not_started(&mut self) {
        self.running -= 1;
    }

    /// Nothing moved for a tick, although there is work: those that run are stuck, and a sleeper takes over. Returns its
    /// epoch.
    pub fn take_over(&mut self) -> u64 {
        self.stuck += self.running;
        self.running = 1;
        self.asleep -= 1;
        self.epoch += 1;
        self.epoch
    }

    /// Whether anybody is at work, stuck or not.
    pub fn somebody_runs(&self) -> bool {
        self.running > 0
    }

    /// A sleeper ends for lack of work.
    pub fn sleeper_ends(&mut self) {
        self.asleep -= 1;
    }

    /// A running worker ends.
    pub fn runner_ends(&mut self, epoch: u64) {
        self.leave_running(epoch);
    }

    fn leave_running(&mut self, epoch: u64) {
        if epoch == self.epoch {
            self.running -= 1;
        } else {
            self.stuck -= 1;
        }
    }

    fn call(&mut self) -> Call {
        if self.leading && !self.leader_called {
            self.leader_called = true;
            Call::Leader
        } else if self.asleep > 0 {
            self.asleep -= 1;
            self.running += 1;
            Call::Sleeper
        } else if self.threads() < self.max {
            self.running += 1;
            Call::NewThread
        } else {
            Call::Nobody
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (running, blocked, stuck, asleep, led)
    fn counts(r: &Roles) -> (usize, usize, usize, usize, bool) {
        (r.running, r.blocked, r.stuck, r.asleep, r.leading)
    }

    /// Roles with these counts.
    fn roles(running: usize, blocked: usize, asleep: usize, leading: bool) -> Roles {
        Roles { running, blocked, asleep, leading, ..Roles::new(8, 3, 2) }
    }

    #[test]
    fn a_ready_job_calls_nobody_while_somebody_runs() {
        for (asleep, leading) in [(0, false), (2, false), (2, true)] {
            let mut r = roles(1, 0, asleep, leading);
            assert_eq!(r.added(1), Call::Nobody);
            assert_eq!(counts(&r), (1, 0, 0, asleep, leading));
        }
    }

    #[test]
    fn a_ready_job_calls_the_leader_then_a_sleeper_then_a_new_thread() {
        let mut r = roles(0, 0, 1, true);
        assert_eq!(r.added(1), Call::Leader);
        assert_eq!(r.added(2), Call::Nobody, "it is on its way");
        let mut r = roles(0, 1, 1, false);
        assert_eq!((r.added(1), counts(&r)), (Call::Sleeper, (1, 1, 0, 0, false)));
        let mut r = roles(0, 1, 0, false);
        assert_eq!((r.added(1), counts(&r)), (Call::NewThread, (1, 1, 0, 0, false)));
        let mut r = roles(0, 8, 0, false);
        assert_eq!((r.added(1), counts(&r)), (Call::Nobody, (0, 8, 0, 0, false)), "no more may be");
    }

    #[test]
    fn many_ready_jobs_call_as_many_as_there_are_processors() {
        let mut r = roles(1, 0, 3, false);
        assert_eq!(r.added(SHARE), Call::Nobody);
        assert_eq!(r.added(SHARE + 1), Call::Sleeper);
        assert_eq!(r.added(100 * SHARE), Call::Nobody, "two run on two processors");
    }

    #[test]
    fn who_blocks_last_calls_another_if_there_is_anything_to_do() {
        for (ready, parked, leading, call) in [
            (0, false, false, Call::Nobody),
            (0, true, true, Call::Nobody),
            (0, true, false, Call::Sleeper),
            (1, false, false, Call::Sleeper),
            (1, true, true, Call::Leader),
        ] {
            let mut r = roles(1, 0, 1, leading);
            assert_eq!(r.block(0, ready, parked), call, "{ready} {parked} {leading}");
            assert_eq!(r.blocked, 1);
            r.unblock();
            assert_eq!((r.blocked, r.running), (0, 1 + usize::from(call == Call::Sleeper)));
        }
        let mut r = roles(2, 0, 1, false);
        assert_eq!(r.block(0, 5, true), Call::Nobody, "another runs");
    }

    #[test]
    fn who_is_free_runs_or_leads_or_sleeps() {
        let patient = Next::Lead { patient: true };
        for (running, blocked, leading, ready, pollable, next) in [
            (1, 0, false, 1, true, Next::Run),
            (1, 0, true, 1, true, Next::Run),
            (2, 3, false, 1, true, Next::Run),
            (1, 3, true, 1, true, Next::Run),
            (1, 3, false, 1, false, Next::Run),
            (1, 2, false, 1, true, Next::Run),
            (1, 3, false, 1, true, Next::Lead { patient: false }),
            (1, 0, false, 0, true, patient),
            (1, 9, false, 0, true, patient),
            (1, 0, true, 0, true, Next::Sleep),
            (2, 0, false, 0, true, Next::Sleep),
            (1, 0, false, 0, false, Next::Sleep),
        ] {
            let mut r = roles(running, blocked, 0, leading);
            let before = r.threads();
            assert_eq!(r.next(0, ready, pollable), next, "{running} {blocked} {leading} {ready}");
            assert_eq!(r.threads(), before, "nobody is lost");
        }
    }

    #[test]
    fn the_leader_comes_back_as_one_who_runs_and_only_one_leads() {
        let mut r = roles(2, 0, 0, false);
        assert!(r.glance(0));
        assert!(!r.glance(0), "there is a leader");
        assert_eq!(counts(&r), (1, 0, 0, 0, true));
        r.led();
        assert_eq!(counts(&r), (2, 0, 0, 0, false));
    }

    #[test]
    fn who_is_stuck_is_counted_rightly_when_he_comes_back() {
        let mut r = roles(2, 1, 2, false);
        let old = r.epoch();
        let new = r.take_over();
        assert_eq!(counts(&r), (1, 1, 2, 1, false));
        assert_eq!(r.next(old, 1, true), Next::Run, "one of the stuck");
        assert_eq!(counts(&r), (2, 1, 1, 1, false));
        assert_eq!(r.block(old, 0, false), Call::Nobody, "the other was only slow, and waits now");
        assert_eq!(counts(&r), (2, 2, 0, 1, false));
        assert_eq!(r.unblock(), new);
        r.take_over();
        assert_eq!(counts(&r), (1, 1, 3, 0, false));
        for _ in 0..3 {
            r.next(new, 1, true);
        }
        assert_eq!(counts(&r), (4, 1, 0, 0, false));
    }

    #[test]
    fn too_few_threads_grow_by_half_up_to_the_most() {
        let mut r = roles(1, 4, 0, false);
        assert_eq!((r.grow(9), r.threads()), (2, 7));
        assert_eq!((r.grow(9), r.threads()), (1, 8), "8 are the most");
        assert_eq!(r.grow(9), 0);
        r.not_started();
        assert_eq!((r.grow(0), r.threads()), (0, 7), "no more than there are jobs");
    }

    #[test]
    fn sleepers_are_added_and_end() {
        let mut r = roles(1, 6, 0, false);
        assert!(r.add_sleeper() && !r.add_sleeper());
        r.sleeper_ends();
        r.runner_ends(0);
        assert_eq!(counts(&r), (0, 6, 0, 0, false));
    }

    #[test]
    fn every_step_towards_what_is_ready_is_seen_as_a_move() {
        let mut r = roles(1, 0, 0, false);
        let mut before = r.moves();
        let mut moved = |r: &Roles| std::mem::replace(&mut before, r.moves()) != r.moves();
        r.next(0, 1, true);
        assert!(moved(&r));
        r.block(0, 0, false);
        assert!(!moved(&r), "to wait is no move");
        r.unblock();
        assert!(!moved(&r), "nor is its end: what is ready has not got a worker by that");
        assert!(r.glance(0) && !moved(&r));
        r.led();
        assert!(moved(&r));
    }
}
