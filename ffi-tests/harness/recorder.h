/*
 * recorder.h - writes down every event of a task: what came, in which order, on which thread; and
 * counts destroy calls. A hook lets a case act inside a listener.
 *
 * A recorder also proves, all the time, what holds for every task: listeners never overlap, headers
 * come once and first, completion comes once and last, chunks have no gaps. A breach fails the
 * case.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <pthread.h>

#include "harness.h"

typedef struct recorder recorder;

/** One event; memory of the recorder. */
typedef struct recorded {
  uint32_t kind; /* REQTASK_EVENT_... */
  pthread_t thread;
  int64_t t_us;
  reqtask_id task;
  size_t chunk_len;
  uint64_t chunk_offset;
  int64_t sent, send_total, received, receive_total;
  reqtask_status status;
  uint32_t phase;
  int32_t os_error;
} recorded;

/** Called at the end of a listener of this recorder, outside its lock. `event` is the event struct
 * that the library passed. */
typedef void (*recorder_hook)(recorder *rec, uint32_t kind, const void *event, void *arg);

struct recorder {
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t changed;
  recorded *events;
  size_t count, room;
  size_t counts[5]; /* by kind */
  int destroyed[5]; /* by kind */
  int attached[5];  /* by kind */
  bool running;     /* a listener is being called */
  uint32_t http_status;
  char **names, **values; /* headers of the headers event */
  size_t header_count;
  uint64_t first_offset; /* of the first chunk seen */
  uint8_t *body;
  size_t body_len, body_room;
  char message[256];
  bool had_response;
  recorder_hook hook;
  void *hook_arg;
};

/** A recorder that lives until recorder_free. */
recorder *recorder_new(void);

/** Adds its listeners to a task: all four kinds, or one. */
void recorder_attach(recorder *rec, reqtask_id task);
reqtask_status recorder_attach_one(recorder *rec, reqtask_id task, uint32_t kind,
                                   reqtask_listener *out);

/** Checks that each listener was destroyed exactly once, and frees it. Only when nothing can call
 * it any more: after release with queued delivery, after close with a wait with direct delivery. */
void recorder_free(recorder *rec);

/** Values that other threads may change. */
size_t recorder_seen(recorder *rec, uint32_t kind);
size_t recorder_body_len(recorder *rec);
int recorder_destroyed(recorder *rec); /* of all kinds */
int recorder_attached(recorder *rec);

/** The n-th event of a kind (copied); the case fails and zeros come when there are not so many. */
recorded recorder_event(recorder *rec, uint32_t kind, size_t n);

/** The value of the n-th header of this name, or NULL. */
const char *recorder_header(recorder *rec, const char *name, size_t n);

/** Prints all events as comments. */
void recorder_dump(recorder *rec);

#endif
