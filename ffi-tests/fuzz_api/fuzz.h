/*
 * fuzz.h - what the parts of the API fuzzer share: the books it keeps, and random steps.
 *
 * books.c counts what every `user` pointer and every task is owed, steps.c makes the calls,
 * wild.c has the numbers and texts; t_fuzz_api.c runs them all.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <pthread.h>
#include <stdatomic.h>

#include "wild.h"

enum { CLIENTS = 3, TASKS = 4096, DEPTH = 2 };

/* What is promised for a `user` pointer. */
typedef struct ear {
  struct ear *next;
  struct record *task; /* NULL for anything but a listener */
  uint64_t seed;
  atomic_int destroyed, calls;
  bool witness;
  char payload[]; /* a request's body */
} ear;

/* A task that was made. */
typedef struct record {
  _Atomic(reqtask_id) id;
  atomic_int client;
  _Atomic(ear *) witness;
  atomic_int starts;
  atomic_bool given_up; /* somebody has begun to release it, or to close its client, or to remove
                           its witness */
} record;

typedef struct books {
  pthread_rwlock_t use[CLIENTS]; /* readers use the pointer, the writer replaces it */
  reqtask_client *clients[CLIENTS];
  record records[TASKS];
  atomic_int record_count;
  _Atomic(ear *) ears;
  atomic_int broken; /* promises that were */
  atomic_long steps, inner_steps, refused;
  const char *urls[16], *texts[24];
  size_t url_count, text_count;
} books;

extern books all;

/* What one thread has at hand; in a listener a fresh one. */
typedef struct hand {
  wild random;
  reqtask_config *config;
  reqtask_request *request;
  const reqtask_response *response;
  reqtask_buf *buf;
} hand;

/** Notes a promise of the header that was broken; the run ends then. */
void promise(bool kept, const char *what);

/** A `user` that has to be destroyed once; of a task's listener, or of something else (NULL). */
ear *ear_new(hand *h, record *r, size_t payload);
void destroy(void *user);
/** Listeners: each promises, and now and then makes steps of its own. */
void on_headers(void *user, const reqtask_headers_event *ev);
void on_chunk(void *user, const reqtask_chunk_event *ev);
void on_progress(void *user, const reqtask_progress_event *ev);
void on_complete(void *user, const reqtask_complete_event *ev);
void on_wakeup(void *user);
void on_log(void *user, uint32_t level, reqtask_str line);

/** Of any age; NULL if there is none yet. */
record *any_record(hand *h);
/** Notes that no completion need come any more; that it was started. A made-up id can be a task's.
 */
void give_up(reqtask_id id);
void started(reqtask_id id);

/** One random call. */
void step(hand *h);
/** Gives back what is at hand. */
void hand_end(hand *h);

#endif
