//! A run of heads, interim ones and the final one (`http/intake.rs`), in pieces: where it is found does not depend on how
//! the network cuts, what lies behind stays as it was, and one limit holds over all of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::Phase;
use reqtask::http::intake::Intake;
use reqtask_fuzz::{Pieces, is_sentence, steer};

/// What most inputs exceed now and then.
const LIMIT: usize = 512;

#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The statuses, the fields of the final head, and how many bytes all heads have taken.
    Final(Vec<u16>, usize, usize),
    Waits,
    Refused,
}

fuzz_target!(|data: &[u8]| {
    let (seed, bytes) = steer(data);
    let mut rest = bytes;
    let whole = run(bytes, |_| std::mem::take(&mut rest).len());
    let mut pieces = Pieces::new(seed);
    let cut = run(bytes, |_| pieces.len());
    let ones = run(bytes, |_| 1);
    for other in [cut, ones] {
        // A refusal may come later, or only with the end of the connection, where the head is cut.
        let both_fail = !matches!(whole, End::Final(..)) && !matches!(other, End::Final(..));
        assert!(whole == other || both_fail, "{whole:?} and {other:?}");
    }
});

fn run(mut bytes: &[u8], mut piece: impl FnMut(usize) -> usize) -> End {
    let all = bytes;
    let mut intake = Intake::new(LIMIT);
    let mut statuses = Vec::new();
    let mut fed = 0;
    while !bytes.is_empty() {
        let space = intake.space();
        let n = piece(bytes.len()).min(bytes.len()).min(space.len());
        if n == 0 {
            // More than is ever held before a head is there.
            return End::Waits;
        }
        space[..n].copy_from_slice(&bytes[..n]);
        bytes = &bytes[n..];
        fed += n;
        intake.add(n);
        loop {
            match intake.next_head(Phase::Headers) {
                Ok(Some(head)) => {
                    statuses.push(head.status);
                    if head.status < 200 {
                        continue;
                    }
                    let behind = intake.held();
                    assert_eq!(behind, &all[fed - behind.len()..fed]);
                    let taken = fed - behind.len();
                    assert!(taken <= LIMIT, "the limit is exceeded: {taken}");
                    return End::Final(statuses, head.fields.len(), taken);
                }
                Ok(None) => break,
                Err(failure) => {
                    is_sentence(&failure.message);
                    return End::Refused;
                }
            }
        }
        assert!(intake.held().len() <= LIMIT, "more is held than the limit");
    }
    End::Waits
}
