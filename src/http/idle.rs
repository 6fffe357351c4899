//! Connections that wait for their next request.
//!
//! Taking and putting cost the same however many wait, and allocate nothing: one list through all connections is ordered
//! by age, so that the oldest is found at once when there are too many, and one list through each bucket of a hash
//! table, newest first. The newest of a way to a host is used first, which lets the others grow old. Knows nothing of
//! what a connection is; the caller closes what it gets back, outside the lock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::idle_key::{BUCKETS, Key, Wanted, bucket_of};

/// The idle connections of one client.
#[derive(Debug)]
pub struct Idle<T> {
    max_count: usize,
    max_age: Option<Duration>,
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
    /// The newest slot of each bucket; no buckets before the first connection.
    newest_of: Vec<Option<usize>>,
    /// Ends of the list by age.
    oldest: Option<usize>,
    newest: Option<usize>,
    count: usize,
}

#[derive(Debug)]
struct Slot<T> {
    /// `None` while the slot is free.
    entry: Option<(Arc<Key>, T, Instant)>,
    bucket: usize,
    of_all: Links,
    of_bucket: Links,
}

/// The neighbours in one list.
#[derive(Clone, Copy, Debug, Default)]
struct Links {
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
            newest_of: Vec::new(),
            oldest: None,
            newest: None,
            count: 0,
        }
    }

    /// The connection that was used last of those that will do, with its key. What has grown too old goes into
    /// `closing`.
    pub fn take(
        &mut self,
        wanted: &Wanted<'_>,
        now: Instant,
        closing: &mut Vec<T>,
    ) -> Option<(Arc<Key>, T)> {
        self.expire(now, closing);
        let mut next = *self.newest_of.get(bucket_of(wanted.host, wanted.port))?;
        while let Some(at) = next {
            let slot = &self.slots[at];
            if slot.entry.as_ref().is_some_and(|(key, ..)| wanted.is(key)) {
                return Some(self.remove(at));
            }
            next = slot.of_bucket.older;
        }
        None
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
            closing.push(self.remove(oldest).1);
        }
        if self.newest_of.is_empty() {
            self.newest_of.resize(BUCKETS, None);
        }
        let bucket = bucket_of(&key.host, key.port);
        let of_all = Links { older: self.newest, newer: None };
        let of_bucket = Links { older: self.newest_of[bucket], newer: None };
        let slot = Slot { entry: Some((key, value, now)), bucket, of_all, of_bucket };
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
        match of_all.older {
            Some(older) => self.slots[older].of_all.newer = Some(at),
            None => self.oldest = Some(at),
        }
        if let Some(older) = of_bucket.older {
            self.slots[older].of_bucket.newer = Some(at);
        }
        self.newest = Some(at);
        self.newest_of[bucket] = Some(at);
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
            closing.push(self.remove(oldest).1);
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
            closing.push(self.remove(oldest).1);
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

    /// Takes a slot out of both lists.
    fn remove(&mut self, at: usize) -> (Arc<Key>, T) {
        let slot = &mut self.slots[at];
        let (key, value, _) = slot.entry.take().expect("slots in the list are in use");
        let (bucket, of_all, of_bucket) = (slot.bucket, slot.of_all, slot.of_bucket);
        match of_all.older {
            Some(older) => self.slots[older].of_all.newer = of_all.newer,
            None => self.oldest = of_all.newer,
        }
        match of_all.newer {
            Some(newer) => self.slots[newer].of_all.older = of_all.older,
            None => self.newest = of_all.older,
        }
        if let Some(older) = of_bucket.older {
            self.slots[older].of_bucket.newer = of_bucket.newer;
        }
        match of_bucket.newer {
            Some(newer) => self.slots[newer].of_bucket.older = of_bucket.older,
            None => self.newest_of[bucket] = of_bucket.older,
        }
        self.free.push(at);
        self.count -= 1;
        (key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::IpFamily;
    use super::super::tls_rules::USUAL;
    use super::*;

    fn key(port: u16) -> Arc<Key> {
        Arc::new(Key {
            tls: false,
            host: "a".into(),
            port,
            proxy: None,
            tunnel: false,
            ip_family: IpFamily::Any,
            tls_rules: USUAL.clone(),
        })
    }

    /// Takes as if for `key`.
    fn take(idle: &mut Idle<u16>, key: &Key, now: Instant, closing: &mut Vec<u16>) -> Option<u16> {
        let wanted = Wanted {
            tls: key.tls,
            host: &key.host,
            port: key.port,
            proxy: key.proxy.as_ref(),
            tunnel: key.tunnel,
            ip_family: key.ip_family,
            tls_rules: &key.tls_rules,
        };
        let (found, value) = idle.take(&wanted, now, closing)?;
        assert_eq!(*found, *key);
        Some(value)
    }

    #[test]
    fn the_newest_of_its_key_is_taken() {
        let (mut idle, mut closing, now) = (Idle::new(8, None), Vec::new(), Instant::now());
        for (port, value) in [(1, 10), (2, 20), (1, 11)] {
            idle.put(key(port), value, now, &mut closing);
        }
        assert_eq!(take(&mut idle, &key(1), now, &mut closing), Some(11));
        assert_eq!(take(&mut idle, &key(1), now, &mut closing), Some(10));
        assert_eq!(take(&mut idle, &key(1), now, &mut closing), None);
        assert_eq!(take(&mut idle, &key(2), now, &mut closing), Some(20));
        assert!(idle.is_empty() && closing.is_empty());
        assert!(idle.newest_of.iter().all(Option::is_none));
        assert_eq!((idle.oldest, idle.newest), (None, None));
    }

    #[test]
    fn the_oldest_of_all_makes_room() {
        let (mut idle, mut closing, now) = (Idle::new(3, None), Vec::new(), Instant::now());
        for n in 0..5 {
            idle.put(key(n % 2), n, now, &mut closing);
        }
        assert_eq!((idle.len(), std::mem::take(&mut closing)), (3, vec![0, 1]));
        assert_eq!(take(&mut idle, &key(1), now, &mut closing), Some(3));
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
        assert_eq!(take(&mut idle, &key(3), start + age, &mut closing), None);
        assert!(closing.is_empty());
        assert_eq!(take(&mut idle, &key(1), start + Duration::from_secs(16), &mut closing), None);
        assert_eq!((idle.len(), closing), (1, vec![1]));
    }

    #[test]
    fn slots_are_used_again() {
        let (mut idle, mut closing, now) = (Idle::new(4, None), Vec::new(), Instant::now());
        for n in 0..100 {
            idle.put(key(n % 7), n, now, &mut closing);
            if n % 3 == 0 {
                assert_eq!(take(&mut idle, &key(n % 7), now, &mut closing), Some(n));
            }
        }
        assert!(idle.slots.len() <= 4, "{}", idle.slots.len());
        assert_eq!(closing.len() + idle.len() + 34, 100);
    }
    #[test]
    fn keys_that_share_a_bucket_are_told_apart() {
        let (mut idle, mut closing, now) = (Idle::new(2000, None), Vec::new(), Instant::now());
        let count = 4 * BUCKETS as u16;
        for n in 0..count {
            idle.put(key(n), n, now, &mut closing);
        }
        // Ends and middles of the buckets' lists, in an order of their own.
        for n in (0..count).map(|n| n * 7 % count) {
            assert_eq!(take(&mut idle, &key(n), now, &mut closing), Some(n));
            assert_eq!(take(&mut idle, &key(n), now, &mut closing), None);
        }
        assert!(idle.is_empty() && closing.is_empty());
        assert!(idle.newest_of.iter().all(Option::is_none));
    }
}
