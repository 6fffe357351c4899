//! What a parked job waits for, and what makes its wait pointless.

use std::time::Instant;

use super::owner::Owner;

/// See the module's text.
#[derive(Debug)]
pub struct Berth {
    /// Until there is something to read, else until the window opens.
    pub for_bytes: bool,
    /// Or until then.
    pub until: Option<Instant>,
    /// It has no idle limit because its events are held back; that may have changed by the time it is parked.
    pub paused: bool,
    /// It goes on counting as running, if it does.
    pub keeps_place: bool,
    /// So it does, but only as long as nobody else could use the place.
    pub lingers: bool,
}

impl Berth {
    /// To be asked once the job is parked: whether it was over before, so that whoever changed it has found nothing to release.
    pub fn is_over(&self, owner: &dyn Owner) -> bool {
        let has_room = !self.for_bytes && owner.room() > 0;
        let resumed = self.paused && !owner.paused();
        has_room || resumed || owner.exchange().cancel.is_set()
    }
}
