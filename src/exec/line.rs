//! A line of those who wait, by ticket: first in, first out, and whoever stands in the middle can leave.
//!
//! Tickets count up, so the line is sorted by them, and the place of one is known without a search as long as the line has
//! not closed up. Those who leave the middle leave a gap; when most of it is gaps, it closes up. A pure structure.

use std::collections::VecDeque;

/// Places that are kept for the next burst.
const KEPT: usize = 256;

/// See the module's text.
pub struct Line<T> {
    /// Never begins or ends with a gap (`None`).
    places: VecDeque<(u64, Option<T>)>,
    gaps: usize,
}

impl<T> Line<T> {
    /// Nobody waits.
    pub fn new() -> Line<T> {
        Line { places: VecDeque::new(), gaps: 0 }
    }

    /// Gets in line. `ticket` is higher than any before.
    pub fn enter(&mut self, ticket: u64, who: T) {
        self.places.push_back((ticket, Some(who)));
    }

    /// The first leaves.
    pub fn first(&mut self) -> Option<(u64, T)> {
        let (ticket, who) = self.places.pop_front()?;
        self.tidy();
        Some((ticket, who.expect("the line does not begin with a gap")))
    }

    /// This one leaves, wherever it stands; `None` when it is not there any more.
    pub fn leave(&mut self, ticket: u64) -> Option<T> {
        let guess = usize::try_from(ticket.checked_sub(self.places.front()?.0)?).ok()?;
        let at = match self.places.get(guess) {
            Some((there, _)) if *there == ticket => guess,
            _ => self.places.binary_search_by_key(&ticket, |(there, _)| *there).ok()?,
        };
        let who = self.places[at].1.take()?;
        self.gaps += 1;
        self.tidy();
        Some(who)
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.places.len() - self.gaps
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn tidy(&mut self) {
        while let Some((_, None)) = self.places.front() {
            self.places.pop_front();
            self.gaps -= 1;
        }
        while let Some((_, None)) = self.places.back() {
            self.places.pop_back();
            self.gaps -= 1;
        }
        if self.gaps > self.places.len() / 2 {
            self.places.retain(|(_, who)| who.is_some());
            self.gaps = 0;
        }
        // A burst is over: what it needed is given back.
        if self.places.capacity() > KEPT && self.places.len() < self.places.capacity() / 4 {
            self.places.shrink_to(self.places.capacity() / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::testing::Random;

    /// Against a plain list, in the orders that many random steps come to.
    #[test]
    fn whoever_leaves_the_middle_leaves_the_order_of_the_others() {
        let mut random = Random(7);
        let mut line = Line::new();
        let mut want: Vec<u64> = Vec::new();
        for ticket in 0..20_000 {
            // It grows for a while, and shrinks.
            match random.below(if ticket % 4000 < 2500 { 5 } else { 9 }) {
                0..3 => {
                    line.enter(ticket, ticket);
                    want.push(ticket);
                }
                3 => {
                    let first = (!want.is_empty()).then(|| want.remove(0));
                    assert_eq!(line.first(), first.map(|t| (t, t)));
                }
                _ if want.is_empty() => assert_eq!(line.leave(ticket), None, "was never in it"),
                _ => {
                    let ticket = want.remove(random.below(want.len()));
                    assert_eq!(line.leave(ticket), Some(ticket));
                    assert_eq!(line.leave(ticket), None, "twice");
                }
            }
            assert_eq!((line.len(), line.is_empty()), (want.len(), want.is_empty()));
            assert!(line.places.len() <= 2 * want.len() + 1, "gaps do not pile up");
        }
        assert!(want.len() < 1000 && line.places.capacity() < 4 * want.len().max(KEPT));
        for ticket in want {
            assert_eq!(line.first(), Some((ticket, ticket)));
        }
        assert_eq!(line.first(), None);
    }

    #[test]
    fn the_memory_of_a_burst_is_given_back_whoever_leaves() {
        let mut line = Line::new();
        for ticket in 0..100_000 {
            line.enter(ticket, ());
        }
        // The first stays: all others leave a gap, from the front to the back.
        for ticket in 1..100_000 {
            assert_eq!(line.leave(ticket), Some(()));
        }
        assert!(line.places.capacity() <= 2 * KEPT, "{}", line.places.capacity());
        assert_eq!(line.first(), Some((0, ())));
    }
}
