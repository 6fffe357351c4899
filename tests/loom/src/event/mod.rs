//! `crate::event` as the real files expect it.

pub mod depth {
    //! As `src/event/depth.rs`, per model thread.
    use std::cell::Cell;

    loom::thread_local! {
        static DEPTH: Cell<u32> = Cell::new(0);
    }

    pub struct Inside(());

    impl Inside {
        pub fn enter() -> Inside {
            DEPTH.with(|d| d.set(d.get() + 1));
            Inside(())
        }
    }

    impl Drop for Inside {
        fn drop(&mut self) {
            DEPTH.with(|d| d.set(d.get() - 1));
        }
    }

    pub fn inside() -> bool {
        DEPTH.with(|d| d.get() > 0)
    }
}

pub mod news {
    //! The one name that the queue needs.
    pub type Wakeup = std::sync::Arc<dyn Fn() + Send + Sync>;
}

/// Bytes, by number only.
#[derive(Debug)]
pub struct Block(pub usize);

impl Block {
    pub fn len(&self) -> usize {
        self.0
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub sent: i64,
    pub send_total: i64,
    pub received: i64,
    pub receive_total: i64,
}

#[path = "../../../../src/event/queue.rs"]
pub mod queue;
#[path = "../../../../src/event/slot.rs"]
pub mod slot;
