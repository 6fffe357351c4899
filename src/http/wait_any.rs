//! Beside [`super::wait`]: sleeping on any number of sockets, also none, together with the wake pipe.
//!
//! For connects that race each other, and for results that another thread announces by waking this worker. May return
//! for no reason: callers look at what they wait for and come back.

use std::io;
use std::time::Instant;

use super::cancel::WakePipe;
use super::error::{Failure, Kind};
use super::exchange::Exchange;
use super::wait::{earlier, poll_timeout};

/// Returns when a socket is ready, the worker was woken, or `until` has passed. Fails when the request was cancelled or
/// is too late. The list is lent: the wake pipe stands at its end during the call.
pub fn wait_any(
    sockets: &mut Vec<libc::pollfd>,
    exchange: &Exchange,
    pipe: &WakePipe,
    until: Option<Instant>,
) -> Result<(), Failure> {
    exchange.check()?;
    let timeout = poll_timeout(earlier(exchange.deadline(), until));
    sockets.push(libc::pollfd { fd: pipe.fd(), events: libc::POLLIN, revents: 0 });
    let polled = pipe.poll(sockets, timeout);
    let woken = sockets.pop().is_some_and(|p| polled.is_ok() && p.revents != 0);
    if woken {
        pipe.drain();
    }
    if let Err(error) = polled {
        for socket in sockets.iter_mut() {
            socket.revents = 0;
        }
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(Failure::os(Kind::Io, exchange.phase(), "poll", &error));
        }
    }
    exchange.check()
}
