//! How a task's events get out.
//!
//! Whoever has news posts it and then delivers (directly) or announces it (queued). Deliveries of one task never overlap:
//! the thread that set `delivering` goes on until nothing waits, and everybody else leaves it to that thread.

use std::sync::Arc;

use super::client::Errand;
use super::life::{Life, Step};
use super::listeners::List;
use super::mailbox::Item;
use super::registry;
use super::response::Response;
use super::task::{State, Task};
use crate::event::{Completion, Event, EventKind};

/// What a delivery takes out of the state.
enum Next {
    News(Item, Option<Arc<Response>>),
    End(Completion),
}

impl Task {
    /// News was posted by the thread that runs the transfer.
    pub(super) fn publish(&self) {
        if self.client().queue().is_some() {
            self.announce();
        } else {
            self.deliver(usize::MAX);
        }
    }

    /// News was made by a thread of the app's, on which no listener may run: sees to it that it is delivered soon.
    pub(super) fn announce(&self) {
        let mut state = self.state();
        if !state.has_next() {
            return;
        }
        match self.client().queue() {
            Some(queue) => {
                if std::mem::replace(&mut state.announced, true) {
                    return;
                }
                drop(state);
                queue.push(self.arc());
            }
            None => {
                if state.delivering {
                    return;
                }
                drop(state);
                self.client().hand(Errand::Tell(self.arc()));
            }
        }
    }

    /// Queued delivery: the task has left its client's queue. Returns how many events were heard, and whether the task is
    /// to go back into the queue.
    pub(super) fn deliver_from_queue(&self, max: Option<usize>) -> (usize, bool) {
        let max = {
            let mut state = self.state();
            state.announced = false;
            max.unwrap_or_else(|| state.backlog())
        };
        let heard = self.deliver(max);
        let mut state = self.state();
        let more = !state.announced && !state.delivering && state.has_next();
        state.announced |= more;
        (heard, more)
    }

    /// Delivers until nothing waits or `max` events were taken; returns how many were heard by somebody.
    pub(super) fn deliver(&self, max: usize) -> usize {
        let mut heard = 0;
        let mut state = self.state();
        if state.delivering {
            return 0;
        }
        while heard < max {
            let Some(next) = state.take_next() else { break };
            let list = state.listeners.of(next.kind());
            let reopened = state.mailbox.reopened();
            state.delivering = true;
            drop(state);
            if reopened {
                self.client().pool().attend(self.id());
            }
            heard += usize::from(self.call(&next, list));
            let ended = matches!(next, Next::End(_));
            drop(next);
            if ended && let Some(lease) = &self.lease {
                lease.revoke();
            }
            state = self.state();
            state.delivering = false;
            if ended {
                drop(state);
                self.over.notify_all();
                if self.rules.delivery.auto_release
                    && let Some(task) = registry::remove(self.id())
                {
                    // Its own listener has not released it already.
                    let _ = task.release();
                }
                return heard;
            }
        }
        heard
    }

    /// Calls the listeners of one kind; false when there are none.
    fn call(&self, next: &Next, list: List) -> bool {
        let listeners = list.as_slice();
        if listeners.is_empty() {
            return false;
        }
        let event = match next {
            Next::News(Item::Headers, Some(response)) => Event::Headers(response),
            Next::News(Item::Headers, None) => return false,
            Next::News(Item::Chunk(offset, block), _) => Event::Chunk(*offset, block),
            Next::News(Item::Progress(progress), _) => Event::Progress(*progress),
            Next::End(completion) => Event::Complete(completion),
        };
        for listener in listeners {
            listener.call(self.id(), &event);
        }
        true
    }
}

impl State {
    fn has_next(&self) -> bool {
        let held = self.paused && !self.aborted;
        !held && (self.mailbox.len() > 0 || self.life == Life::Over)
    }

    fn backlog(&self) -> usize {
        self.mailbox.len() + usize::from(self.life == Life::Over)
    }

    fn take_next(&mut self) -> Option<Next> {
        if !self.has_next() || self.life == Life::Gone {
            return None;
        }
        if let Some(item) = self.mailbox.take() {
            return Some(Next::News(item, self.response.clone()));
        }
        self.life = self.life.after(Step::Tell).ok()?;
        self.told = true;
        self.outcome.take().map(Next::End)
    }
}

impl Next {
    fn kind(&self) -> EventKind {
        match self {
            Next::News(Item::Headers, _) => EventKind::Headers,
            Next::News(Item::Chunk(..), _) => EventKind::Chunk,
            Next::News(Item::Progress(_), _) => EventKind::Progress,
            Next::End(_) => EventKind::Complete,
        }
    }
}
