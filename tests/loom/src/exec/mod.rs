//! `crate::exec` as the real files expect it.

#[path = "../../../../src/exec/berth.rs"]
pub mod berth;
#[path = "../../../../src/exec/parking.rs"]
pub mod parking;
#[path = "../../../../src/exec/roles.rs"]
pub mod roles;
#[path = "../../../../src/exec/workers.rs"]
pub mod workers;

pub mod owner {
    //! What a berth asks of an owner.
    use crate::http::Exchange;
    use std::sync::Arc;

    pub trait Owner: Send + Sync {
        fn room(&self) -> usize;
        fn paused(&self) -> bool;
        fn exchange(&self) -> Arc<Exchange>;
    }
}

pub mod job {
    //! A job is what its model makes of its number.
    #[derive(Debug)]
    pub struct Job {
        id: Name,
        pub has_place: bool,
        pub peer_closed: bool,
    }

    #[derive(Debug)]
    pub struct Name(u64);

    impl Job {
        pub fn new(id: u64) -> Job {
            Job { id: Name(id), has_place: false, peer_closed: false }
        }

        pub fn owner(&self) -> &Name {
            &self.id
        }
    }

    impl Name {
        pub fn id(&self) -> u64 {
            self.0
        }
    }
}
