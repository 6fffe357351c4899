//! The body of a final answer, decoded: what the app reads.

use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;

use http::Method;

use super::cancel::WakePipe;
use super::decode::Decoder;
use super::error::Failure;
use super::exchange::{Exchange, Mark};
use super::fetch::has_body;
use super::seam::{Got, Head, RawBody};

/// A body without its codings. Any thread may read next. Dropped before its end, it closes the connection.
#[derive(Debug)]
pub struct Body {
    raw: Box<dyn RawBody>,
    decoder: Option<Decoder>,
    received: u64,
    ended: bool,
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
        Ok(Body { raw, decoder, received: 0, ended: false })
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
        let (raw, received) = (&mut self.raw, &mut self.received);
        let mut source = |buf: &mut [u8]| {
            let got = raw.read(buf, exchange, pipe)?;
            if let Got::Bytes(n) = got {
                *received += n as u64;
            }
            Ok(got)
        };
        let got = match &mut self.decoder {
            Some(decoder) => decoder.read(into, &mut source)?,
            None => source(into)?,
        };
        if got == Got::End {
            self.ended = true;
            // Windows and buffers are of no use any more, and the body may be kept for a while.
            self.decoder = None;
            exchange.mark(Mark::ResponseEnd);
        }
        Ok(got)
    }

    /// The descriptor that becomes readable when more is there; `None` when the body is complete.
    pub fn fd(&self) -> Option<RawFd> {
        if self.ended { None } else { self.raw.fd() }
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
