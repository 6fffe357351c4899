/* blaster.h - the server for large bodies: a child process, one thread for each connection.
 *
 * It writes and reads pieces of 256 KB from and into memory that is already there, so that it costs
 * less than any of its clients. Paths:
 *   GET /chunked/BYTES   a chunked body in chunks of 16 KB
 *   GET /length/BYTES    the same with a content length
 *   PUT /sink            reads the body, then answers 200 with the number of its bytes
 *   PUT /refuse          answers 413 as soon as the head is there, and reads on until its client
 * stops The connection is persistent, apart from /refuse.
 */
#ifndef BENCH_BLASTER_H
#define BENCH_BLASTER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/** In memory shared with the server. */
typedef struct blaster_seen {
  atomic_ullong refused_bytes; /* that came behind refused heads, over all */
  atomic_uint refused;         /* refused clients that have stopped */
} blaster_seen;

typedef struct blaster {
  pid_t pid;
  unsigned port;
  blaster_seen *seen;
} blaster;

bool blaster_start(blaster *b);
void blaster_stop(blaster *b);

#endif
