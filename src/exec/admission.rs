//! Who may run next: first in, first out, at most so many at once, and at most so many to one host.
//!
//! A pure structure; the pool keeps it behind its lock. A ticket is in one of three places: waiting in line, set aside
//! because its host is full, or running. Streams that are parked give their running place back for good, so that they
//! never keep a request waiting, but keep their host's.
//!
//! | event | what happens |
//! | --- | --- |
//! | `enter` | in line, or refused when the line is full |
//! | `next` | the first in line whose host has room gets a place; others of a full host are set aside |
//! | `withdraw` | leaves the line (abort of a queued task) |
//! | `leave_place` | a task has ended, or its stream was parked |
//! | `leave_host` | a task has ended: the host's first set aside goes back in line, where it was |

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::line::Line;

/// "host:port" of a limited host.
pub type Host = Arc<str>;

/// See the module's text. `T` is a task that waits.
pub struct Admission<T> {
    places: usize,
    line_max: Option<usize>,
    per_host: Option<usize>,
    running: usize,
    next_ticket: u64,
    line: Line<(T, Option<Host>)>,
    /// Those who go before the line, by ticket: they were at its front before they were set aside.
    recalled: BTreeMap<u64, (T, Option<Host>)>,
    hosts: HashMap<Host, AtHost<T>>,
    aside: usize,
}

struct AtHost<T> {
    running: usize,
    aside: BTreeMap<u64, T>,
}

impl<T> Admission<T> {
    /// `places` at once, `line_max` waiting, `per_host` at once to one host.
    pub fn new(places: usize, line_max: Option<usize>, per_host: Option<usize>) -> Admission<T> {
        Admission {
            places,
            line_max,
            per_host,
            running: 0,
            next_ticket: 1,
            line: Line::new(),
            recalled: BTreeMap::new(),
            hosts: HashMap::new(),
            aside: 0,
        }
    }

    /// Whether one more may wait, or could run at once.
    pub fn has_room(&self) -> bool {
        let waiting = self.waiting();
        self.line_max.is_none_or(|max| waiting < max) || self.running + waiting < self.places
    }

    /// Gets in line; the ticket is for `withdraw`.
    pub fn enter(&mut self, task: T, host: Option<Host>) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.line.enter(ticket, (task, host));
        ticket
    }

    /// Leaves the line; `None` when it has run already.
    pub fn withdraw(&mut self, ticket: u64, host: Option<&Host>) -> Option<T> {
        let waits = self.recalled.remove(&ticket).or_else(|| self.line.leave(ticket));
        if let Some((task, host)) = waits {
            // It may have been in line for the very room that its host has.
            if let Some(host) = host {
                self.recall(&host);
            }
            return Some(task);
        }
        let at = self.hosts.get_mut(host?)?;
        let task = at.aside.remove(&ticket)?;
        self.aside -= 1;
        Some(task)
    }

    /// The next that may run, if there is a place. It has one place and one at its host from now on.
    pub fn next(&mut self) -> Option<T> {
        while self.running < self.places {
            let first = self.recalled.pop_first().or_else(|| self.line.first());
            let (ticket, (task, host)) = first?;
            if let (Some(host), Some(max)) = (host, self.per_host) {
                let at = self
                    .hosts
                    .entry(host)
                    .or_insert_with(|| AtHost { running: 0, aside: BTreeMap::new() });
                if at.running >= max {
                    at.aside.insert(ticket, task);
                    self.aside += 1;
                    continue;
                }
                at.running += 1;
            }
            self.running += 1;
            return Some(task);
        }
        None
    }

    /// A running task was parked or has ended.
    pub fn leave_place(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// A task that `next` gave out has ended.
    pub fn leave_host(&mut self, host: &Host) {
        if let Some(at) = self.hosts.get_mut(host) {
            at.running = at.running.saturating_sub(1);
            self.recall(host);
        }
    }

    /// Puts the first that was set aside for this host back in line, where it was.
    fn recall(&mut self, host: &Host) {
        let Some(at) = self.hosts.get_mut(host) else { return };
        if let Some((ticket, task)) = at.aside.pop_first() {
            self.aside -= 1;
            self.recalled.insert(ticket, (task, Some(host.clone())));
        } else if at.running == 0 {
            self.hosts.remove(host);
        }
    }

    /// Whether somebody could run if there were a place.
    pub fn line_waits(&self) -> bool {
        !self.line.is_empty() || !self.recalled.is_empty()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.line.len() + self.recalled.len() + self.aside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> Option<Host> {
        Some(name.into())
    }

    #[test]
    fn first_in_first_out_within_the_places() {
        let mut a = Admission::new(2, None, None);
        for n in 0..4 {
            a.enter(n, None);
        }
        assert_eq!((a.next(), a.next(), a.next()), (Some(0), Some(1), None));
        a.leave_place();
        assert_eq!((a.next(), a.next()), (Some(2), None));
        assert_eq!(a.waiting(), 1);
    }

    #[test]
    fn a_full_host_is_passed_over_and_served_in_order_later() {
        let mut a = Admission::new(9, None, Some(1));
        for (n, h) in [(0, "a"), (1, "a"), (2, "b"), (3, "a")] {
            a.enter(n, host(h));
        }
        assert_eq!((a.next(), a.next(), a.next()), (Some(0), Some(2), None));
        assert_eq!(a.waiting(), 2);
        a.leave_place();
        a.leave_host(&"a".into());
        assert_eq!((a.next(), a.next()), (Some(1), None));
        a.leave_place();
        a.leave_host(&"a".into());
        assert_eq!(a.next(), Some(3));
        a.leave_host(&"a".into());
        a.leave_host(&"b".into());
        assert!(a.hosts.is_empty(), "nothing is kept of a host without tasks");
    }

    #[test]
    fn withdrawing_works_in_line_and_set_aside_and_not_twice() {
        let mut a = Admission::new(1, None, Some(1));
        a.enter(0, host("a"));
        let one = a.enter(1, host("a"));
        let two = a.enter(2, None);
        assert_eq!(a.next(), Some(0));
        assert_eq!(a.withdraw(two, None), Some(2));
        assert_eq!(a.withdraw(two, None), None);
        a.leave_place();
        assert_eq!(a.next(), None, "the host is full");
        assert_eq!(a.withdraw(one, host("a").as_ref()), Some(1));
        assert_eq!(a.waiting(), 0);
    }

    #[test]
    fn withdrawing_what_waits_for_a_hosts_room_recalls_the_next() {
        let mut a = Admission::new(1, None, Some(1));
        a.enter(0, host("a"));
        let one = a.enter(1, host("a"));
        a.enter(2, host("a"));
        assert_eq!(a.next(), Some(0));
        a.leave_place();
        a.enter(9, None);
        assert_eq!(a.next(), Some(9), "1 and 2 are set aside");
        a.leave_host(&"a".into());
        assert_eq!(a.next(), None, "1 is in line, and 9 has the only place");
        assert_eq!(a.withdraw(one, host("a").as_ref()), Some(1));
        a.leave_place();
        assert_eq!(a.next(), Some(2));
    }

    #[test]
    fn the_line_is_full_only_when_nothing_could_run_at_once() {
        let mut a = Admission::new(1, Some(1), None);
        assert!(a.has_room());
        a.enter(0, None);
        assert!(!a.has_room(), "one waits, and it will take the only place");
        assert_eq!(a.next(), Some(0));
        assert!(a.has_room());
        a.enter(1, None);
        assert!(!a.has_room());
    }
}
