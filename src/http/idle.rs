//! Connections that wait for their next request.
//!
//! Taking and putting cost the same however many wait: each way to a host has a stack of its connections, and one list
//! through all of them is ordered by age, so that the oldest is found at once when there are too many. The newest of
//! a stack is used first, which lets the others grow old. Knows nothing of what a connection is; the caller closes
//! what it gets back, outside the lock.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::proxy::Proxy;
use super::request::IpFamily;

/// What two requests must have in common to use the same connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// TLS to the host.
    pub tls: bool,
    /// Where requests are sent through an HTTP proxy in absolute form, any host will do: then empty and 0.
    pub host: String,
    /// See `host`.
    pub port: u16,
    /// With its credentials.
    pub proxy: Option<Arc<Proxy>>,
    /// CONNECT for http.
    pub tunnel: bool,
    /// Which addresses were allowed.
    pub ip_family: IpFamily,
}

/// The idle connections of one client.
#[derive(Debug)]
pub struct Idle<T> {
    max_count: usize,
    max_age: Option<Duration>,
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
    /// Slots by key, oldest first; no entry is empty.
    stacks: HashMap<Arc<Key>, VecDeque<usize>>,
    /// Ends of the list by age.
    oldest: Option<usize>,
    newest: Option<usize>,
    count: usize,
}

#[derive(Debug)]
struct Slot<T> {
    /// `None` while the slot is free.
    entry: Option<(Arc<Key>, T, Instant)>,
    older: Option<usize>,
    newer: Option<usize>,
}

impl<T> Idle<T> {
    /// At most `max_count` connections, none kept longer than `max_age`.
    pub fn new(max_count: usize, max_age: Option<Duration>) -> Idle<T> {
        Idle {
            max_count,
            max_age,
            slots: Vec::new(),
            free: Vec::new(),
            stacks: HashMap::new(),
            oldest: None,
            newest: None,
            count: 0,
        }
    }

    /// The connection for this key that was used last. What has grown too old goes into `closing`.
    pub fn take(&mut self, key: &Key, now: Instant, closing: &mut Vec<T>) -> Option<T> {
        self.expire(now, closing);
        let slot = *self.stacks.get(key)?.back()?;
        Some(self.remove(slot))
    }

    /// Keeps a connection. What must make room for it, or has grown too old, goes into `closing`.
    pub fn put(&mut self, key: Arc<Key>, value: T, now: Instant, closing: &mut Vec<T>) {
        self.expire(now, closing);
        if self.max_count == 0 {
            closing.push(value);
            return;
        }
        while self.count >= self.max_count
            && let Some(oldest) = self.oldest
        {
            closing.push(self.remove(oldest));
        }
        let older = self.newest;
        let slot = Slot { entry: Some((key.clone(), value, now)), older, newer: None };
        let at = match self.free.pop() {
            Some(at) => {
                self.slots[at] = slot;
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        };
        match older {
            Some(older) => self.slots[older].newer = Some(at),
            None => self.oldest = Some(at),
        }
        self.newest = Some(at);
        self.stacks.entry(key).or_default().push_back(at);
        self.count += 1;
    }

    /// Moves what has grown too old into `closing`. Each connection is looked at once in its life, when it goes.
    pub fn expire(&mut self, now: Instant, closing: &mut Vec<T>) {
        let Some(max_age) = self.max_age else { return };
        while let Some(oldest) = self.oldest {
            let since = self.slots[oldest].entry.as_ref().map(|(_, _, since)| *since);
            if since.is_some_and(|since| now.saturating_duration_since(since) <= max_age) {
                return;
            }
            closing.push(self.remove(oldest));
        }
    }

    /// When the oldest will have grown too old.
    pub fn next_expiry(&self) -> Option<Instant> {
        let (_, _, since) = self.slots[self.oldest?].entry.as_ref()?;
        since.checked_add(self.max_age? + Duration::from_millis(1))
    }

    /// Takes all out, and keeps none from now on.
    pub fn close(&mut self, closing: &mut Vec<T>) {
        self.max_count = 0;
        while let Some(oldest) = self.oldest {
            closing.push(self.remove(oldest));
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes out a slot that is the oldest of all or the newest of its stack.
    fn remove(&mut self, at: usize) -> T {
        let slot = &mut self.slots[at];
        let (older, newer) = (slot.older.take(), slot.newer.take());
        let (key, value, _) = slot.entry.take().expect("slots in the list are in use");
        match older {
            Some(older) => self.slots[older].newer = newer,
            None => self.oldest = newer,
        }
        match newer {
            Some(newer) => self.slots[newer].older = older,
            None => self.newest = older,
        }
        if let Some(stack) = self.stacks.get_mut(&key) {
            // The oldest of all is also the oldest of its stack: no search in either case.
            if stack.back() == Some(&at) {
                stack.pop_back();
            } else {
                stack.pop_front();
            }
            if stack.is_empty() {
                self.stacks.remove(&key);
            }
        }
        self.free.push(at);
        self.count -= 1;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(port: u16) -> Arc<Key> {
        Arc::new(Key {
            tls: false,
            host: "a".into(),
            port,
            proxy: None,
            tunnel: false,
            ip_family: IpFamily::Any,
        })
    }

    #[test]
    fn the_newest_of_its_key_is_taken() {
        let (mut idle, mut closing, now) = (Idle::new(8, None), Vec::new(), Instant::now());
        for (port, value) in [(1, 10), (2, 20), (1, 11)] {
            idle.put(key(port), value, now, &mut closing);
        }
        assert_eq!(idle.take(&key(1), now, &mut closing), Some(11));
        assert_eq!(idle.take(&key(1), now, &mut closing), Some(10));
        assert_eq!(idle.take(&key(1), now, &mut closing), None);
        assert_eq!(idle.take(&key(2), now, &mut closing), Some(20));
        assert!(idle.is_empty() && closing.is_empty() && idle.stacks.is_empty());
        assert_eq!((idle.oldest, idle.newest), (None, None));
    }

    #[test]
    fn the_oldest_of_all_makes_room() {
        let (mut idle, mut closing, now) = (Idle::new(3, None), Vec::new(), Instant::now());
        for n in 0..5 {
            idle.put(key(n % 2), n, now, &mut closing);
        }
        assert_eq!((idle.len(), std::mem::take(&mut closing)), (3, vec![0, 1]));
        assert_eq!(idle.take(&key(1), now, &mut closing), Some(3));
        idle.close(&mut closing);
        assert_eq!(std::mem::take(&mut closing), [2, 4]);
        idle.put(key(1), 9, now, &mut closing);
        assert_eq!((idle.len(), closing), (0, vec![9]));
    }

    #[test]
    fn the_old_are_closed_whoever_comes() {
        let age = Duration::from_secs(15);
        let (mut idle, mut closing, start) = (Idle::new(8, Some(age)), Vec::new(), Instant::now());
        idle.put(key(1), 1, start, &mut closing);
        idle.put(key(2), 2, start + Duration::from_secs(10), &mut closing);
        assert_eq!(idle.take(&key(3), start + age, &mut closing), None);
        assert!(closing.is_empty());
        assert_eq!(idle.take(&key(1), start + Duration::from_secs(16), &mut closing), None);
        assert_eq!((idle.len(), closing), (1, vec![1]));
    }

    #[test]
    fn slots_are_used_again() {
        let (mut idle, mut closing, now) = (Idle::new(4, None), Vec::new(), Instant::now());
        for n in 0..100 {
            idle.put(key(n % 7), n, now, &mut closing);
            if n % 3 == 0 {
                assert_eq!(idle.take(&key(n % 7), now, &mut closing), Some(n));
            }
        }
        assert!(idle.slots.len() <= 4, "{}", idle.slots.len());
        assert_eq!(closing.len() + idle.len() + 34, 100);
    }
}
