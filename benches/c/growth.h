/* growth.h - what a task costs when there are 1, 10, 100, 1,000 and 10,000 of them, and what idle
 * connections cost.
 *
 * The work is that of the sections get and streams. What grows must not grow faster than the number
 * of tasks: a figure is judged by its ratio to the smallest one with fewer tasks.
 */
#ifndef BENCH_GROWTH_H
#define BENCH_GROWTH_H

#include "server.h"
#include "slice.h"

/** Of out->value of growth_get, behind those of get.h: the most memory of the process, in bytes,
 * without what it had at the start. */
enum { GROWTH_PEAK = 8 };

/** A slice of GETs; arg: a get_job. */
bool growth_get(const void *arg, slice_out *out);

typedef struct idle_job {
  unsigned connections, gets;
  const server *server;
} idle_job;

/** Of out->value; GET times are samples 0 (alone) and 1 (beside the idle connections). */
enum {
  IDLE_SOCKETS,    /* open while nothing happens */
  IDLE_CPU_ALONE,  /* µs per GET */
  IDLE_CPU_BESIDE, /* µs per GET */
  IDLE_WAKEUPS,    /* of all threads in a second in which nothing happens */
  IDLE_CPU,        /* µs in that second */
  IDLE_VALUES
};

/** Sockets of this process. */
unsigned idle_sockets_now(void);

/** Times a thread of this process went to sleep, so far. */
double idle_switches_now(void);

bool idle_ours(const void *arg, slice_out *out);
bool idle_curl(const void *arg, slice_out *out);

/** Adds the table of idle connections to the report. */
void idle_run(const server *from, bool full);

/** The section. */
void growth_section(const server *from, bool full);

#endif
