/* queue.h - one slice of the queue section: many tasks that wait for their turn and never get it.
 *
 * One silent request holds the only place, so whatever is started stays in the queue until it is
 * aborted. Each step is a loop of its own over all tasks; memory is read while they wait.
 */
#ifndef BENCH_QUEUE_H
#define BENCH_QUEUE_H

#include "server.h"
#include "slice.h"

typedef struct queue_job {
  unsigned count;
  unsigned listeners; /* 1: completion; 3: headers and chunks, too */
  bool queued;        /* delivery; the main thread dispatches */
  const server *server;
} queue_job;

/** Of out->value: microseconds and bytes of each task. */
enum {
  QUEUE_CREATE,
  QUEUE_LISTEN,
  QUEUE_START,
  QUEUE_ABORT,    /* the calls */
  QUEUE_COMPLETE, /* from the last call to the last completion */
  QUEUE_RELEASE,
  QUEUE_ALL, /* the steps above */
  QUEUE_CPU, /* of the process, all threads, for the steps above */
  QUEUE_HEAP,
  QUEUE_RSS,
  QUEUE_VALUES
};

typedef struct queue_memory {
  double heap, rss; /* bytes */
} queue_memory;

queue_memory queue_memory_now(void);

/** The time since *from_ns for each of count tasks; *from_ns becomes now. */
double queue_step_us(uint64_t *from_ns, unsigned count);

bool queue_ours(const void *job, slice_out *out);
bool queue_curl(const void *job, slice_out *out);

/** One slice without fork, for callgrind. who: "direct" or "queued". */
bool queue_fixed(const char *who, unsigned count, unsigned listeners);

/** The section. */
void queue_section(const server *from, bool full);

#endif
