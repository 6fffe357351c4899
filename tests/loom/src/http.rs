//! `crate::http` as the real files expect it.

use crate::sync::atomic::{AtomicBool, Ordering};
use std::fmt;
use std::os::fd::RawFd;

pub trait Watcher: Send + Sync + fmt::Debug {
    fn admit(&self, fd: RawFd) -> usize;
    fn dismiss(&self, key: usize);
}

pub trait Sleeper {
    fn falls_asleep(&self);
    fn wakes_up(&self);
}

pub struct Exchange {
    pub cancel: Cancel,
}

pub struct Cancel(pub AtomicBool);

impl Cancel {
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

pub mod wait {
    use std::time::Instant;

    pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
        a.into_iter().chain(b).min()
    }
}

pub mod readiness {
    //! The kernel's poller with edges, of one model: `say` is what a server does.
    use crate::sync::{Condvar, Mutex, is_near, lock, wait};
    use std::io;
    use std::os::fd::RawFd;
    use std::time::Instant;

    pub struct Happened {
        pub key: usize,
        pub closed: bool,
    }

    pub struct Readiness {
        set: Mutex<Set>,
        changed: Condvar,
    }

    #[derive(Default)]
    struct Set {
        woken: bool,
        armed: Vec<(RawFd, usize)>,
        has_bytes: Vec<RawFd>,
        edges: Vec<usize>,
    }

    impl Readiness {
        pub fn new() -> io::Result<Readiness> {
            Ok(Readiness { set: Mutex::new(Set::default()), changed: Condvar::new() })
        }

        /// As the kernel does, this tells at once what is there already.
        pub fn add(&self, fd: RawFd, key: usize) -> io::Result<()> {
            let mut set = lock(&self.set);
            set.armed.push((fd, key));
            if set.has_bytes.contains(&fd) {
                set.edges.push(key);
                self.changed.notify_one();
            }
            Ok(())
        }

        pub fn remove(&self, fd: RawFd) {
            lock(&self.set).armed.retain(|(armed, _)| *armed != fd);
        }

        pub fn wait(&self, deadline: Option<Instant>, ready: &mut Vec<Happened>) -> io::Result<()> {
            let mut set = lock(&self.set);
            while !set.woken && set.edges.is_empty() && !is_near(deadline) {
                set = wait(&self.changed, set);
            }
            set.woken = false;
            ready.extend(set.edges.drain(..).map(|key| Happened { key, closed: false }));
            Ok(())
        }

        pub fn wake(&self) {
            lock(&self.set).woken = true;
            self.changed.notify_one();
        }
    }
}
