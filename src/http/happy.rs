//! Happy eyeballs (RFC 8305): connects to the first address that answers, so that a dead one costs 250 ms at most.
//!
//! Address families take turns, a new attempt starts every 250 ms or as soon as one fails, and all that are under way
//! are waited for in one poll. Knows nothing of names or proxies; phases and marks are the caller's.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::cancel::WakePipe;
use super::error::{Failure, Kind, Phase};
use super::exchange::Exchange;
use super::tcp::{Begun, Refused, Socket};
use super::wait_any::wait_any;

/// RFC 8305 section 5, "Connection Attempt Delay".
const STAGGER: Duration = Duration::from_millis(250);

/// More addresses than this are not tried; nobody waits so long, and each costs a descriptor.
const MAX_ADDRESSES: usize = 16;

/// Connects to one of the addresses, of which there is at least one.
pub fn connect(
    addresses: &[SocketAddr],
    exchange: &Exchange,
    pipe: &WakePipe,
) -> Result<(Socket, SocketAddr), Failure> {
    let mut next = interleaved(addresses).into_iter().take(MAX_ADDRESSES).peekable();
    let mut underway: Vec<(Socket, SocketAddr)> = Vec::new();
    let mut polls: Vec<libc::pollfd> = Vec::new();
    let mut last = None;
    let mut next_at = Instant::now();
    loop {
        while next.peek().is_some() && (underway.is_empty() || next_at <= Instant::now()) {
            let Some(address) = next.next() else { break };
            match Socket::begin(address) {
                Ok(Begun::Connected(socket)) => return Ok((socket, address)),
                Ok(Begun::Underway(socket)) => {
                    underway.push((socket, address));
                    next_at = Instant::now() + STAGGER;
                }
                // With attempts under way there is still hope, and their end frees descriptors.
                Err(Refused::NoSocket(error)) if underway.is_empty() => {
                    return Err(no_socket(address, &error));
                }
                Err(Refused::NoSocket(error) | Refused::Address(error)) => {
                    last = Some((address, error));
                }
            }
        }
        if underway.is_empty() {
            return Err(none_answered(last));
        }
        let until = next.peek().map(|_| next_at);
        polls.clear();
        polls.extend(underway.iter().map(|(socket, _)| libc::pollfd {
            fd: socket.fd(),
            events: libc::POLLOUT,
            revents: 0,
        }));
        wait_any(&mut polls, exchange, pipe, until)?;
        // From the end, so that removing one does not move those still to be looked at.
        for i in (0..polls.len()).rev().filter(|&i| polls[i].revents != 0) {
            let (socket, address) = underway.remove(i);
            match socket.outcome() {
                Ok(()) => return Ok((socket, address)),
                Err(error) => {
                    last = Some((address, error));
                    next_at = Instant::now();
                }
            }
        }
    }
}

/// RFC 8305 section 4: families take turns, beginning with that of the first address; otherwise the order stays.
fn interleaved(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let mut own = addresses.iter().filter(|a| a.is_ipv4() == first_is_v4);
    let mut other = addresses.iter().filter(|a| a.is_ipv4() != first_is_v4);
    let mut out = Vec::with_capacity(addresses.len());
    while out.len() < addresses.len() {
        out.extend(own.next());
        out.extend(other.next());
    }
    out
}

fn no_socket(address: SocketAddr, error: &io::Error) -> Failure {
    let phase = Phase::Connect;
    match error.raw_os_error() {
        Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS) => {
            Failure::os(Kind::NoMemory, phase, "no descriptor for a socket", error)
        }
        Some(libc::EPERM | libc::EACCES) => Failure::os(
            Kind::Connect,
            phase,
            &format!("no socket for {address}; the app may lack the INTERNET permission"),
            error,
        ),
        _ => Failure::os(Kind::Connect, phase, &format!("no socket for {address}"), error),
    }
}

fn none_answered(last: Option<(SocketAddr, io::Error)>) -> Failure {
    match last {
        Some((address, error)) => Failure::os(
            Kind::Connect,
            Phase::Connect,
            &format!("no connection to {address}"),
            &error,
        ),
        None => Failure::new(Kind::Connect, Phase::Connect, "there is no address to connect to"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::http::loopback::*;

    fn listening() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        (listener, at)
    }

    #[test]
    fn families_take_turns_from_the_first_one_on() {
        let at = |text: &str| -> SocketAddr { text.parse().unwrap() };
        let [a, b, c] = ["[::1]:1", "[::2]:1", "[::3]:1"].map(at);
        let [x, y] = ["1.1.1.1:1", "2.2.2.2:1"].map(at);
        assert_eq!(interleaved(&[a, b, c, x, y]), [a, x, b, y, c]);
        assert_eq!(interleaved(&[x, a, b]), [x, a, b]);
        assert_eq!(interleaved(&[x, y]), [x, y]);
        assert_eq!(interleaved(&[]), []);
    }

    #[test]
    fn a_refusing_address_costs_no_stagger() {
        let (refusing, _held) = refusing_address();
        let (_listener, good) = listening();
        let (exchange, pipe) = patient_worker();
        let start = Instant::now();
        let (_, peer) = connect(&[refusing, refusing, good], &exchange, &pipe).unwrap();
        assert_eq!(peer, good);
        // Two that refuse, and not one stagger each.
        assert!(start.elapsed() < STAGGER * 2);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_dead_address_costs_one_stagger() {
        let (dead, _held) = dead_address();
        let (_listener, good) = listening();
        let (exchange, pipe) = patient_worker();
        let start = Instant::now();
        let (_, peer) = connect(&[dead, good], &exchange, &pipe).unwrap();
        assert_eq!(peer, good);
        // Not sooner: the first address has its chance. And far sooner than the kernel would give up (minutes).
        assert!(start.elapsed() >= STAGGER);
        assert!(start.elapsed() < STAGGER * 10);
    }

    #[test]
    fn a_socket_that_may_not_be_made_says_why() {
        let at: SocketAddr = "127.0.0.1:80".parse().unwrap();
        for (code, kind, word) in [
            (libc::EMFILE, Kind::NoMemory, "descriptor"),
            (libc::EACCES, Kind::Connect, "INTERNET permission"),
            (libc::EPERM, Kind::Connect, "INTERNET permission"),
            (libc::EINVAL, Kind::Connect, "127.0.0.1:80"),
        ] {
            let failure = no_socket(at, &io::Error::from_raw_os_error(code));
            assert_eq!((failure.kind, failure.os_error), (kind, code));
            assert!(failure.message.contains(word), "{failure}");
        }
    }
}
