//! The states of a task, as a pure function. Locks and threads are elsewhere (`task.rs`).
//!
//! | | Start | Unstart | Abort | End | Tell | Release |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | **Created** | Live | – | E_STATE | – | – | Gone |
//! | **Live** | E_STATE | Created | Over | Over | – | Gone |
//! | **Over** | E_STATE | – | Over | – | Told | Gone |
//! | **Told** | E_STATE | – | E_STATE | – | – | Gone |
//! | **Gone** | not found | not found | not found | not found | not found | not found |
//!
//! `–` is an event that comes too late and changes nothing (`Denied::State` as well). Over is left by Tell, when the
//! completion begins to be delivered: until then an abort still wins over a result (behaviour B-4: with queued delivery
//! nothing that waits may be heard after an abort, so that abort must also be the end that is heard).

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Made, not started.
    Created,
    /// Queued, on a worker, or parked.
    Live,
    /// The end is known and not yet delivered.
    Over,
    /// The completion has been delivered, or is being.
    Told,
    /// Released.
    Gone,
}

/// What can happen to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `reqtask_start`.
    Start,
    /// The start was refused after all: the queue is full.
    Unstart,
    /// `reqtask_abort`.
    Abort,
    /// The transfer ended.
    End,
    /// The completion begins to be delivered.
    Tell,
    /// `reqtask_release`, or the client is closed.
    Release,
}

/// Why nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Not in this state.
    State,
    /// The task is gone.
    NotFound,
}

impl Life {
    /// The state after `step`, or why there is none.
    pub fn after(self, step: Step) -> Result<Life, Denied> {
        use Life::*;
        match (self, step) {
            (Gone, _) => Err(Denied::NotFound),
            (_, Step::Release) => Ok(Gone),
            (Created, Step::Start) => Ok(Live),
            (Live, Step::Unstart) => Ok(Created),
            (Live, Step::Abort | Step::End) | (Over, Step::Abort) => Ok(Over),
            (Over, Step::Tell) => Ok(Told),
            _ => Err(Denied::State),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the module's text, cell by cell.
    #[test]
    fn every_cell_of_the_table() {
        use Denied::{NotFound, State};
        use Life::*;
        let steps = [Step::Start, Step::Unstart, Step::Abort, Step::End, Step::Tell, Step::Release];
        let table = [
            (Created, [Ok(Live), Err(State), Err(State), Err(State), Err(State), Ok(Gone)]),
            (Live, [Err(State), Ok(Created), Ok(Over), Ok(Over), Err(State), Ok(Gone)]),
            (Over, [Err(State), Err(State), Ok(Over), Err(State), Ok(Told), Ok(Gone)]),
            (Told, [Err(State), Err(State), Err(State), Err(State), Err(State), Ok(Gone)]),
            (Gone, [Err(NotFound); 6]),
        ];
        for (life, row) in table {
            for (step, want) in steps.into_iter().zip(row) {
                assert_eq!(life.after(step), want, "{life:?} {step:?}");
            }
        }
    }
}
