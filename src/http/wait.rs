//! The one place where a worker sleeps on a socket: `poll(2)` on the socket and on its wake pipe.
//!
//! Returns as soon as the socket is ready, the request is cancelled, a deadline passes, or patience ends. Knows nothing
//! of HTTP or TLS.

use std::io;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use super::cancel::WakePipe;
use super::error::{Failure, Kind};
use super::exchange::{Exchange, Patience};

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Until the socket can be read.
    pub read: bool,
    /// Until the socket can be written.
    pub write: bool,
}

impl Interest {
    /// Readable.
    pub const READ: Interest = Interest { read: true, write: false };
    /// Writable.
    pub const WRITE: Interest = Interest { read: false, write: true };
    /// Either.
    pub const BOTH: Interest = Interest { read: true, write: true };
}

/// What a wait ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// The socket is ready so (errors and hang-ups show as both).
    Socket(Interest),
    /// Patience ended; nothing is ready.
    WouldBlock,
}

/// Waits under the exchange's deadlines. `until` is a further deadline of the caller's (idle limit, next address to
/// try) after which [`Ready::WouldBlock`] is returned; so it is when `patience` ends.
pub fn wait(
    fd: RawFd,
    interest: Interest,
    exchange: &Exchange,
    pipe: &WakePipe,
    patience: Patience,
    until: Option<Instant>,
) -> Result<Ready, Failure> {
    let soft = match patience {
        Patience::Forever => until,
        Patience::UpTo(d) => earlier(Instant::now().checked_add(d), until),
    };
    loop {
        exchange.check()?;
        let timeout = poll_timeout(earlier(exchange.deadline(), soft));
        let mut events = 0;
        if interest.read {
            events |= libc::POLLIN;
        }
        if interest.write {
            events |= libc::POLLOUT;
        }
        let mut fds = [
            libc::pollfd { fd, events, revents: 0 },
            libc::pollfd { fd: pipe.fd(), events: libc::POLLIN, revents: 0 },
        ];
        match pipe.poll(&mut fds, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::os(Kind::Io, exchange.phase(), "poll", &error)),
        }
        if fds[1].revents != 0 {
            pipe.drain();
            exchange.check()?;
        }
        let got = fds[0].revents;
        if got != 0 {
            let wrong = got & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
            return Ok(Ready::Socket(Interest {
                read: wrong || got & libc::POLLIN != 0,
                write: wrong || got & libc::POLLOUT != 0,
            }));
        }
        if soft.is_some_and(|at| at <= Instant::now()) {
            return Ok(Ready::WouldBlock);
        }
    }
}

/// The earlier of two optional moments.
pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Milliseconds for poll: rounded up, so that a wait never ends before its deadline and then spins.
pub(super) fn poll_timeout(deadline: Option<Instant>) -> libc::c_int {
    match deadline {
        None => -1,
        Some(at) => {
            let left = at.saturating_duration_since(Instant::now());
            let ms = left.as_millis()
                + u128::from(left > Duration::from_millis(left.as_millis() as u64));
            libc::c_int::try_from(ms).unwrap_or(libc::c_int::MAX)
        }
    }
}
