//! Where ureq asks for a name and a connection: it gets no address, and the transport that was made for this run.
//!
//! The connection is made before ureq runs, by the dialer, which knows routes and pools. ureq carries no data of a request
//! to its connector, so the transport waits in a thread-local; ureq asks for it on the thread that runs it.

use std::cell::Cell;

use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout};

use super::transport::Transport;

thread_local! {
    /// From whoever runs ureq to the connector, which ureq calls on the same thread.
    static NEXT: Cell<Option<Transport>> = const { Cell::new(None) };
}

/// Hands a prepared transport to ureq, which asks for it on the same thread.
#[derive(Debug)]
pub struct Handover;

impl Handover {
    /// The transport of the next run.
    pub fn prepare(transport: Transport) {
        NEXT.with(|next| next.set(Some(transport)));
    }

    /// Forgets a transport that ureq did not ask for.
    pub fn clear() {
        drop(NEXT.with(Cell::take));
    }
}

impl Connector for Handover {
    type Out = Transport;

    fn connect(
        &self,
        _details: &ConnectionDetails,
        _chained: Option<()>,
    ) -> Result<Option<Transport>, ureq::Error> {
        Ok(NEXT.with(Cell::take))
    }
}

/// Looks up nothing: the dialer does it, and only where a connection is made.
#[derive(Debug)]
pub struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _uri: &http::Uri,
        _config: &ureq::config::Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}
