/* streams.h - one slice of the streams section: many open silent streams in one client, and what
 * they cost.
 *
 * First a series of short GETs, which also warms everything up; then memory is read, the streams
 * are opened, memory is read again, the GETs are repeated beside the streams, and each stream gets
 * an event in turn.
 */
#ifndef BENCH_STREAMS_H
#define BENCH_STREAMS_H

#include "server.h"
#include "slice.h"

typedef struct streams_job {
  unsigned count, gets, rounds, gap_us, settle_ms;
  unsigned workers_max; /* 0: the default */
  bool queued;          /* delivery */
  const server *server;
} streams_job;

/** Of out->value. Bytes and microseconds are for each stream and each event. GET times are samples
 * 0 (alone) and 1. */
enum {
  STREAMS_PEAK_THREADS, /* of the library, while opening */
  STREAMS_THREADS,      /* settle_ms later */
  STREAMS_RSS,
  STREAMS_PSS,
  STREAMS_OPEN_MS,
  STREAMS_EVENT_CPU,
  STREAMS_VALUES
};

typedef struct streams_memory {
  double rss, pss; /* bytes */
} streams_memory;

streams_memory streams_memory_now(void);
unsigned streams_threads_now(void);

/** Fills in the memory of each stream. */
void streams_memory_each(const streams_job *job, const streams_memory *before, slice_out *out);

bool streams_ours(const void *job, slice_out *out);
bool streams_curl(const void *job, slice_out *out);

/** The section. */
void streams_section(const server *from, bool full);

#endif
