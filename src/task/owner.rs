//! A task as its job sees it: what `exec` tells becomes events, what it asks is answered from the task's state.

use std::sync::Arc;
use std::time::Instant;

use super::life::Life;
use super::response::{Response, Text};
use super::task::Task;
use crate::event::{Block, EventKind, Shelf};
use crate::exec::{Host, Owner};
use crate::http::{Exchange, Failure, Head, Mark, Request};

impl Owner for Task {
    fn id(&self) -> u64 {
        Task::id(self)
    }

    fn host(&self) -> Option<Host> {
        self.state().host.clone()
    }

    fn exchange(&self) -> Arc<Exchange> {
        self.state().exchange(&self.rules.limits)
    }

    fn begin(&self) -> Option<Request> {
        let mut state = self.state();
        state.ticket = None;
        state.request.take().filter(|_| state.life == Life::Live)
    }

    fn head(&self, head: Head, url: &str, redirects: u32) {
        let mut fields = head.fields;
        fields.shrink();
        let mut state = self.state();
        if state.life != Life::Live {
            return;
        }
        let exchange = state.exchange(&self.rules.limits);
        state.mailbox.progress.receive_total = total_of(head.content_length);
        state.response = Some(Arc::new(Response {
            status: head.status,
            version: head.version,
            redirects,
            url: Text::new(url),
            peer: head.peer,
            peer_text: Default::default(),
            fields,
            body: Default::default(),
            exchange,
            reused: head.reused,
            view: Default::default(),
        }));
        state.mailbox.put_headers();
        drop(state);
        self.publish();
    }

    fn room(&self) -> usize {
        let mut state = self.state();
        let most = self.rules.delivery.chunk_max_bytes;
        let heard = state.listeners.has(EventKind::Chunk) || state.paused;
        if state.life != Life::Live {
            // Let it go on; it finds out that it is cancelled.
            return most;
        }
        let room = state.mailbox.room();
        state.unheard = room == 0 && !heard;
        if state.unheard { most.min(self.rules.delivery.window_bytes) } else { room.min(most) }
    }

    fn paused(&self) -> bool {
        self.state().paused
    }

    fn resumed_at(&self) -> Option<Instant> {
        self.state().resumed_at
    }

    fn chunk(&self, offset: u64, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let block = Block::lent(bytes);
        let mut state = self.state();
        if state.life != Life::Live {
            drop(state);
            return Block::reclaim(block);
        }
        let dropped = if state.unheard { state.mailbox.make_room(block.len()) } else { Vec::new() };
        state.mailbox.put_chunk(offset, block.clone());
        drop(state);
        drop(dropped);
        self.publish();
        Block::reclaim(block)
    }

    fn spare(&self) -> Option<Vec<u8>> {
        Shelf::take()
    }

    fn keeps_body(&self) -> bool {
        self.rules.delivery.keep_body
    }

    fn body_max(&self) -> Option<u64> {
        self.rules.delivery.body_max_bytes
    }

    fn received(&self, bytes: u64, total: Option<u64>) {
        let mut state = self.state();
        state.mailbox.progress.received = bytes as i64;
        state.mailbox.progress.receive_total = total_of(total);
        if state.life == Life::Live && state.listeners.has(EventKind::Progress) {
            state.mailbox.put_progress();
            drop(state);
            self.publish();
        }
    }

    fn tell(&self) {
        self.deliver(usize::MAX);
    }

    fn end(&self, result: Result<(), Failure>, body: Option<Vec<u8>>) {
        let response = self.state().response.clone();
        if let (Some(response), Some(mut body)) = (&response, body) {
            body.shrink_to_fit();
            let _ = response.body.set(Block::new(body));
        }
        let exchange = Owner::exchange(self);
        if exchange.marked(Mark::ResponseEnd) < 0 && response.is_some() {
            exchange.mark(Mark::ResponseEnd);
        }
        self.conclude(result);
    }
}

/// As progress events tell it: -1 where it is not known. A length that no body can have is as good as unknown, and would be
/// negative.
fn total_of(length: Option<u64>) -> i64 {
    length.and_then(|n| i64::try_from(n).ok()).unwrap_or(-1)
}
