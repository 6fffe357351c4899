/*
 * client.h - a client of the library and the requests of cases: starts them, writes down how they
 * end, and judges that.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <pthread.h>

#include "model.h"

enum { WORDS = 400 };

/** One case. Its listeners write here, on any thread; `ended` is taken by the thread that runs the
 * batch. */
typedef struct attempt {
  const exchange *ex;
  plan *plan;
  unsigned number; /* of the plan */
  uint32_t limit_ms;
  uint32_t option; /* one more number, if not 0 */
  uint64_t option_value;
  expectation want;
  size_t asked; /* requests started */
  reqtask_id ids[ASKS_MAX];
  /* Of the request that runs, or of the last: */
  atomic_uint completions, headers;
  unsigned headers_at_completion;
  bool out_of_order;
  atomic_size_t body_len;
  bool body_wrong;
  atomic_uint progressed; /* events */
  bool progress_wrong;
  _Atomic int64_t sent, received; /* by the last of them */
  reqtask_status status;
  uint32_t phase;
  char message[160];
  int64_t started_us, ended_us;
  unsigned destroyed; /* of listeners */
  struct attempt *next_ended;
} attempt;

typedef struct client {
  reqtask_client *library;
  shared *shared;
  bool queued;
  pthread_mutex_t lock;   /* guards the next two */
  pthread_cond_t changed; /* something ended */
  attempt *ended;
} client;

/** Direct or queued delivery; `tls_cases` names are made known to it, from plan number `from` on.
 */
void client_open(client *c, shared *all, bool queued, unsigned from, unsigned tls_cases);

/** Starts the next request of a case. */
void client_ask(client *c, attempt *a);

/** Waits until some request has ended. The caller's, until asked again. */
attempt *client_next_ended(client *c);

/** Releases the tasks of a case. */
void client_release(attempt *a);

/** Closes it and waits for its threads; false when some are left. */
bool client_close(client *c);

/** Whether a case whose last request has ended went as it must; writes down why not. */
bool attempt_is_right(attempt *a, char words[WORDS]);

#endif
