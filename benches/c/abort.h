/* abort.h - what one slice of the abort section does: `trials` times, bring a task into a phase and
 * abort it. */
#ifndef BENCH_ABORT_H
#define BENCH_ABORT_H

#include "server.h"
#include "slice.h"

typedef enum abort_phase {
  ABORT_QUEUED,
  ABORT_RESOLVING,
  ABORT_CONNECTING,
  ABORT_TLS,
  ABORT_SENDING,
  ABORT_HEADERS,
  ABORT_IDLE_LINGERING,
  ABORT_IDLE_PARKED,
  ABORT_FLOOD
} abort_phase;

enum { ABORT_WARMUP = 3, ABORT_BODY = 64 << 20 };

typedef struct abort_job {
  abort_phase phase;
  bool queued; /* delivery */
  unsigned trials;
  const server *server;
  unsigned full_port; /* of a listener whose backlog is full */
  const char *body;   /* ABORT_BODY bytes */
} abort_job;

/** The address that leads into the phase. */
void abort_url(const abort_job *job, unsigned trial, char *out, size_t room);

/** Of out->value: trials left out because the task was in another phase, and which; because it
 * held no worker. */
enum { ABORT_ASTRAY, ABORT_ASTRAY_PHASE, ABORT_HELD_NONE };

/** Sample 0: call to end of the task (event, or handle removed). Sample 1: time inside the call
 * that asks for it. */
bool abort_ours(const void *job, slice_out *out);
bool abort_curl(const void *job, slice_out *out);
bool abort_cronet(const void *job, slice_out *out);

/** Sample 0: from the call until the only worker has done the next task too. Not for phases in
 * which a task holds no worker. */
bool abort_free(const void *job, slice_out *out);

/** One thread wakes another, in one of three ways. */
typedef enum abort_floor_kind {
  ABORT_FLOOR_PIPE, /* from poll, by a byte */
  ABORT_FLOOR_FUTEX,
  ABORT_FLOOR_CONDITION
} abort_floor_kind;
enum { ABORT_FLOOR_KINDS = ABORT_FLOOR_CONDITION + 1 };
typedef struct abort_floor_job {
  abort_floor_kind kind;
  unsigned trials;
} abort_floor_job;

/** Sample 0: from the waker's call to the other thread's awakening. Sample 1: inside the call. */
bool abort_floor(const void *job, slice_out *out);

/** What shows that a task is under way in its phase. */
typedef struct abort_signs {
  const atomic_bool *headers, *chunk;
} abort_signs;

/** Waits until a task started after `before` was taken is in its phase. */
typedef struct abort_before {
  unsigned mute, heads;
} abort_before;
abort_before abort_look(const abort_job *job);
bool abort_reached(const abort_job *job, const abort_before *before, const abort_signs *signs);

/** The section: all phases, direct and queued delivery, and libcurl, in turn. */
void abort_section(const server *from, bool full);

#endif
