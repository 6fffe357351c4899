/*
 * world.h - a client in one of the two ways of delivery, and tasks with a recorder each.
 *
 * With queued delivery every wait dispatches, so that a case is written once for both ways. Closing
 * a world waits for the library's threads and checks that everything that was handed over has been
 * destroyed exactly once.
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdatomic.h>

#include "harness.h"
#include "recorder.h"
#include "server.h"

typedef struct world {
  delivery how;
  reqtask_config *config; /* to be changed between world_new and world_start */
  reqtask_client *client;
  atomic_int wakeups;
  atomic_int wakeup_destroyed;
  struct task *tasks;
} world;

typedef struct task {
  reqtask_id id;
  recorder *rec;
  world *in;
  bool released;
  struct task *next;
} task;

/** A config that trusts the server's CA and has the wakeup, if queued. */
world *world_new(delivery how);
/** Makes the client; frees the config. */
void world_start(world *w);
/** Both at once. */
world *world_open(delivery how);
/** Releases all tasks, closes with a wait, checks destroy counts, frees. */
void world_close(world *w);

void world_u64(world *w, uint32_t key, uint64_t value);
void world_str(world *w, uint32_t key, const char *value);

/** A request; yours to free, unless task_make takes it. */
reqtask_request *request_new(const char *method, const char *url);

/** A task from a request, which is freed, with a recorder of all events. Not started. */
task *task_make(world *w, reqtask_request *request);
/** The same without listeners. */
task *task_make_bare(world *w, reqtask_request *request);
/** A started GET. */
task *task_get(world *w, const char *url);

void task_start(task *t);
/** Aborts and checks that it was accepted. */
void task_abort(task *t);
void task_release(task *t);

/** Waiting, in both ways of delivery. */
void await_events(task *t, uint32_t kind, size_t count);
void await_body(task *t, size_t len);
void await_destroyed(task *t, int count);
/** Waits for the completion and answers its status. */
reqtask_status await_complete(task *t);
/** Waits for the completion and checks status and phase. */
#define CHECK_ENDS(expected_status, expected_phase, t)                                             \
  check_ends((expected_status), (expected_phase), (t), __FILE__, __LINE__)
void check_ends(reqtask_status status, uint32_t phase, task *t, const char *file, int line);
/** Queued: delivers what waits now. Direct: nothing. */
void pump(world *w);

/** Waits for success, checks the http status, and answers the body that was kept (NUL-terminated).
 */
const char *task_text(task *t, uint32_t http_status);

#endif
