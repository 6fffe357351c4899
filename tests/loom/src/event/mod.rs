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

#[path = "../../../../src/event/slot.rs"]
#[allow(dead_code)]
pub mod slot;
