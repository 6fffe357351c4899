//! A whole request: hops, redirects, cookies, retry, and a decoded body. The entrance to this layer.

use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;

use super::cancel::WakePipe;
use super::error::Failure;
use super::exchange::Exchange;
use super::request::Request;
use super::seam::{Got, Head};
use super::settings::Settings;

/// One client's HTTP: connections, jar, settings.
#[derive(Debug)]
pub struct Http {}

/// A final answer whose body is still to be read.
#[derive(Debug)]
pub struct Answer {
    /// As received.
    pub head: Head,
    /// Where it came from, after redirects.
    pub url: String,
    /// How many were followed.
    pub redirects: u32,
    /// To be read until `Got::End`.
    pub body: Body,
}

/// A body without its codings. Any thread may read next.
#[derive(Debug)]
pub struct Body {}

impl Http {
    /// Fails when system roots were asked for and cannot be had.
    pub fn new(_settings: Settings) -> Result<Http, Failure> {
        unimplemented!()
    }

    /// Runs a request up to the head of its final answer. Blocks under the exchange.
    pub fn fetch(
        &self,
        _request: &Request,
        _exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<Answer, Failure> {
        unimplemented!()
    }

    /// Closes idle connections and asks helper threads (name lookup) to end.
    pub fn close(&self) {
        unimplemented!()
    }

    /// Waits until the helper threads have ended, at most until `deadline`; false when some are left.
    pub fn wait_closed(&self, _deadline: std::time::Instant) -> bool {
        unimplemented!()
    }
}

impl Body {
    /// Reads decoded bytes; where none are there, waits as long as the exchange's patience allows.
    pub fn read(
        &mut self,
        _into: &mut [u8],
        _exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<Got, Failure> {
        unimplemented!()
    }

    /// The descriptor that becomes readable when more is there; `None` when the body is complete.
    pub fn fd(&self) -> Option<RawFd> {
        unimplemented!()
    }

    /// Body bytes read so far, before decoding.
    pub fn received(&self) -> u64 {
        unimplemented!()
    }

    /// Gives back buffers that hold nothing, before a long silence.
    pub fn shed(&mut self) {
        unimplemented!()
    }
}
