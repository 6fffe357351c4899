//! The engine behind the seam: ureq, on our connector and transport.

use std::rc::Rc;
use std::sync::Arc;

use super::cancel::WakePipe;
use super::dial::Dialer;
use super::error::Failure;
use super::exchange::Exchange;
use super::seam::{Engine, Head, Hop, RawBody};

/// ureq as an engine.
#[derive(Debug)]
pub struct UreqEngine {}

impl UreqEngine {
    /// An engine that gets its connections from `dialer`.
    pub fn new(_dialer: Arc<Dialer>) -> UreqEngine {
        unimplemented!()
    }
}

impl Engine for UreqEngine {
    fn start(
        &self,
        _hop: &Hop<'_>,
        _exchange: &Arc<Exchange>,
        _pipe: &Rc<WakePipe>,
    ) -> Result<(Head, Box<dyn RawBody>), Failure> {
        unimplemented!()
    }
}
