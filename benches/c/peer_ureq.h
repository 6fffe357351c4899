/* peer_ureq.h - ureq as it comes, in a Rust program (benches/ureq) that stands beside this one. */
#ifndef BENCH_PEER_UREQ_H
#define BENCH_PEER_UREQ_H

#include "slice.h"

/** Whether the program is there. */
bool ureq_peer_here(void);

/** Notes that ureq is left out, and why, when it is. */
void ureq_peer_note(void);

typedef struct ureq_result {
  double requests, bytes, seconds, cpu_us;
} ureq_result;

/** Runs it with these words. False: out->note says why. */
bool ureq_peer_run(const char *words, ureq_result *result, slice_out *out);

#endif
