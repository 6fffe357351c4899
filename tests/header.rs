//! The committed header is the one that the sources make.

/// What `build.rs` has just written.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/reqtask.h"));
const COMMITTED: &str = include_str!("../include/reqtask.h");

#[test]
fn the_committed_header_has_not_drifted() {
    if let Some((at, (made, found))) =
        GENERATED.lines().zip(COMMITTED.lines()).enumerate().find(|(_, (a, b))| a != b)
    {
        panic!(
            "include/reqtask.h, line {}: is\n  {found}\nbut src/ffi makes\n  {made}\n\
             Run REQTASK_UPDATE_HEADER=1 cargo build, and commit what changed.",
            at + 1
        );
    }
    assert_eq!(GENERATED.len(), COMMITTED.len(), "one header is longer than the other");
}

#[test]
fn every_option_stands_in_the_header_with_its_number() {
    for row in reqtask::options::table::TABLE {
        let line = format!("  {} = {},", row.name, row.key);
        assert!(COMMITTED.lines().any(|l| l == line), "{line} is missing");
    }
}
