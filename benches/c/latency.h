/* latency.h - one slice of the latency section: receive `count` records of `size` bytes, one each
 * millisecond. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include "server.h"
#include "slice.h"

enum { LATENCY_WARMUP = 20 };

typedef struct latency_job {
  unsigned size, count;
  bool queued; /* delivery; Cronet: an executor with a thread of its own */
  unsigned port;
} latency_job;

/** Cuts a stream of bytes, in pieces of any size, into records, and samples how old each is when
 * its end arrives. */
typedef struct records {
  unsigned size, have, seen;
  char head[sizeof(uint64_t)];
} records;

void records_feed(records *r, const void *data, size_t len, uint64_t arrived_ns, slice_out *out);

/** True when all records came; else says so in out->note. */
bool records_all(const records *r, const latency_job *job, slice_out *out);

/** Sample 0: microseconds from the server's clock reading, just before it wrote, to the program's
 * hand. */
bool latency_ours(const void *job, slice_out *out);
bool latency_bare(const void *job, slice_out *out);
bool latency_curl(const void *job, slice_out *out);
bool latency_cronet(const void *job, slice_out *out);

/** The section. */
void latency_section(const server *from, bool full);

#endif
