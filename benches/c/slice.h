/* slice.h - one measurement of one peer, in a process of its own.
 *
 * Each slice forks: it starts with a clean heap and no threads, its CPU time and memory are its
 * own, and a peer that hangs or crashes costs one slice and not the run. Results come back through
 * shared memory.
 */
#ifndef BENCH_SLICE_H
#define BENCH_SLICE_H

#include <stdbool.h>
#include <stddef.h>

enum { SLICE_SAMPLES = 16384, SLICE_VALUES = 24 };

typedef struct slice_out {
  double value[SLICE_VALUES];
  size_t count[2];
  double sample[2][SLICE_SAMPLES];
  char note[256]; /* why it failed, or what to know about it */
} slice_out;

/** Measures. False: out->note says why not. */
typedef bool (*slice_fn)(const void *arg, slice_out *out);

/** Runs fn(arg) in a child for at most limit_s seconds. The result is static and valid until the
 * next call; NULL: it failed, which has been printed under `name`. */
const slice_out *slice_run(const char *name, slice_fn fn, const void *arg, unsigned limit_s);

void slice_sample(slice_out *out, int which, double value);

#endif
