//! The body of a final answer, decoded: what the app reads.

use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::cancel::WakePipe;
use super::decode::Decoder;
use super::error::{Failure, Kind};
use super::exchange::{Exchange, Mark, Patience};
use super::fetch::has_body;
use super::seam::{Got, Head, RawBody};
use super::watch::Watcher;

/// So many bytes are decoded in one read without any coming out; then the worker is given back, if it can be.
const BARREN_BYTES: usize = 1024 * 1024;

/// A body without its codings. Any thread may read next. Dropped before its end, it closes the connection.
#[derive(Debug)]
pub struct Body {
    raw: Box<dyn RawBody>,
    decoder: Option<Decoder>,
    received: u64,
    ended: bool,
    /// Ends where it would have to be waited for.
    impatient: bool,
    /// The last read gave up though there may be more.
    breaks_off: bool,
}

impl Body {
    /// Fails where the answer names too many codings. `decode` false passes on what comes.
    pub(super) fn new(
        raw: Box<dyn RawBody>,
        head: &Head,
        method: &Method,
        decode: bool,
    ) -> Result<Body, Failure> {
        let decoder = match decode && has_body(method, head.status) {
            true => Decoder::new(&head.fields)?,
            false => None,
        };
        Ok(Body { raw, decoder, received: 0, ended: false, impatient: false, breaks_off: false })
    }

    /// Where only the end of the connection would tell the end of the body, it ends with what is there at each read,
    /// and whatever breaks it is an end too: when that shows is chance.
    pub(super) fn do_not_wait_for_close(&mut self) {
        self.impatient = self.raw.ends_by_close();
    }

    /// Reads decoded bytes; where none are there, waits as long as the exchange's patience allows.
    pub fn read(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        if self.ended {
            return Ok(Got::End);
        }
        let got = match self.impatient {
            false => self.read_on(into, exchange, pipe)?,
            true => {
                let before = exchange.patience();
                exchange.set_patience(Patience::UpTo(Duration::ZERO));
                let got = self.read_on(into, exchange, pipe);
                exchange.set_patience(before);
                match got {
                    Err(failure) if matches!(failure.kind, Kind::Aborted | Kind::Timeout) => {
                        return Err(failure);
                    }
                    Ok(Got::Bytes(n)) => Got::Bytes(n),
                    Ok(Got::WouldBlock | Got::End) | Err(_) => Got::End,
                }
            }
        };
        if got == Got::End {
            self.ended = true;
            // Windows and buffers are of no use any more, and the body may be kept for a while.
            self.decoder = None;
            if exchange.marked(Mark::ResponseEnd) < 0 {
                exchange.mark(Mark::ResponseEnd);
            }
        }
        Ok(got)
    }

    fn read_on(
        &mut self,
        into: &mut [u8],
        exchange: &Arc<Exchange>,
        pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        let received = &mut self.received;
        let Some(decoder) = &mut self.decoder else {
            return receive(&mut *self.raw, into, received, exchange, pipe);
        };
        // Read by the source and looked at by the pace, never both at once.
        let raw = RefCell::new(&mut *self.raw);
        let barren = Cell::new(0);
        let mut source =
            |buf: &mut [u8]| receive(&mut **raw.borrow_mut(), buf, received, exchange, pipe);
        let broke_off = Cell::new(false);
        let pace = |n: usize| {
            exchange.check()?;
            barren.set(barren.get() + n);
            if barren.get() < BARREN_BYTES {
                return Ok(true);
            }
            barren.set(0);
            let patient = exchange.patience() == Patience::Forever;
            broke_off.set(!patient);
            Ok(patient)
        };
        let got = decoder.read(into, &mut source, &pace);
        self.breaks_off = broke_off.get();
        got
    }

    /// The descriptor that becomes readable when more is there; `None` when the body is complete.
    pub fn fd(&self) -> Option<RawFd> {
        if self.ended { None } else { self.raw.fd() }
    }

    /// Whether the last read said "would block" only to let others have the thread.
    pub fn take_break(&mut self) -> bool {
        std::mem::take(&mut self.breaks_off)
    }

    /// See [`RawBody::is_drained`]. Not where the next read would find the end because nothing is there.
    pub fn is_drained(&self) -> bool {
        self.decoder.is_none() && !self.impatient && self.raw.is_drained()
    }

    /// Whether `shed` would give something back.
    pub fn has_buffers(&self) -> bool {
        self.decoder.is_some() || self.raw.has_buffers()
    }

    /// Has the connection watched; its key. `None` when the body is complete.
    pub fn watch(&mut self, watcher: &Arc<dyn Watcher>) -> Option<usize> {
        if self.ended { None } else { self.raw.watch(watcher) }
    }

    /// Body bytes read so far, before decoding.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Gives back buffers that hold nothing, before a long silence.
    pub fn shed(&mut self) {
        self.raw.shed();
        if let Some(decoder) = &mut self.decoder {
            decoder.shed();
        }
    }
}

/// Reads raw bytes and counts them.
fn receive(
    raw: &mut dyn RawBody,
    into: &mut [u8],
    received: &mut u64,
    exchange: &Arc<Exchange>,
    pipe: &Rc<WakePipe>,
) -> Result<Got, Failure> {
    let got = raw.read(into, exchange, pipe)?;
    if let Got::Bytes(n) = got {
        *received += n as u64;
    }
    Ok(got)
}

#[cfg(test)]
#[path = "content_test.rs"]
mod tests;
