//! How a request fails: one type, with the step it failed in.
//!
//! A [`Failure`] travels through ureq and through decoders as the inner error of an [`std::io::Error`] and is taken
//! out again at the other side, so nothing of it is lost on the way. It becomes a C status in `ffi::status` only.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// The step a request was in. The numbers are the C ABI's `REQTASK_PHASE_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// Not started.
    None = 0,
    /// Waiting for a worker.
    Queue = 1,
    /// Looking up the host name.
    Resolve = 2,
    /// Connecting by TCP, and talking to a proxy.
    Connect = 3,
    /// In the TLS handshake.
    Tls = 4,
    /// Sending head and body of the request.
    Send = 5,
    /// Waiting for the head of the answer.
    Headers = 6,
    /// Reading the body.
    Body = 7,
}

impl Phase {
    /// The phase with this number; `None` for a number that is none.
    pub fn from_u8(n: u8) -> Phase {
        match n {
            1 => Phase::Queue,
            2 => Phase::Resolve,
            3 => Phase::Connect,
            4 => Phase::Tls,
            5 => Phase::Send,
            6 => Phase::Headers,
            7 => Phase::Body,
            _ => Phase::None,
        }
    }
}

/// What went wrong, in the terms of `reqtask.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cancelled by its owner.
    Aborted,
    /// A time limit passed.
    Timeout,
    /// The host name has no address.
    Resolve,
    /// No address accepted a connection.
    Connect,
    /// The proxy refused or failed.
    Proxy,
    /// The TLS handshake failed.
    Tls,
    /// The server's certificate is not trusted.
    Certificate,
    /// The connection broke.
    Io,
    /// The answer is not valid HTTP.
    Protocol,
    /// Too many redirects, or one not to be followed.
    Redirect,
    /// Head or body exceeds its limit.
    TooLarge,
    /// The content coding is damaged.
    Decode,
    /// The option or scheme is not in this build.
    Unsupported,
    /// Memory, threads or descriptors ran out.
    NoMemory,
    /// A bug of ours.
    Panic,
}

/// Why and where a request ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub kind: Kind,
    /// The step it happened in.
    pub phase: Phase,
    /// `errno` or its like, 0 if none.
    pub os_error: i32,
    /// One sentence for people; no secrets.
    pub message: Cow<'static, str>,
}

impl Failure {
    /// A failure without an operating system error.
    pub fn new(kind: Kind, phase: Phase, message: impl Into<Cow<'static, str>>) -> Failure {
        Failure { kind, phase, os_error: 0, message: message.into() }
    }

    /// A failure that the operating system reported.
    pub fn os(kind: Kind, phase: Phase, what: &str, error: &io::Error) -> Failure {
        Failure {
            kind,
            phase,
            os_error: error.raw_os_error().unwrap_or(0),
            message: format!("{what}: {error}").into(),
        }
    }

    /// Finds a failure inside an I/O error, however deep libraries have wrapped it.
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Failure> {
        let mut at = Some(error);
        while let Some(e) = at {
            if let Some(f) = e.downcast_ref::<Failure>() {
                return Some(f);
            }
            if let Some(inner) = e.downcast_ref::<io::Error>().and_then(|io| io.get_ref()) {
                at = Some(inner);
                continue;
            }
            at = e.source();
        }
        None
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for io::Error {
    /// Kind `Other`, on purpose: ureq takes `UnexpectedEof`, `ConnectionAborted` and `ConnectionReset` for the end of
    /// a close-delimited body and would report success.
    fn from(f: Failure) -> io::Error {
        io::Error::other(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_found_again_inside_io_errors() {
        let f = Failure::new(Kind::Aborted, Phase::Body, "aborted");
        let twice = io::Error::new(io::ErrorKind::InvalidData, io::Error::from(f.clone()));
        assert_eq!(Failure::find(&twice), Some(&f));
        assert_eq!(Failure::find(&io::Error::other("no")), None);
    }
}
