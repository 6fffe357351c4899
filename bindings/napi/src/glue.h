/*
 * What the files of the glue share. One environment (the main thread, a worker thread, a TaskPool
 * thread) has one glue_env; it has clients; a client has tasks, which only the core knows one by
 * one.
 *
 * All of it belongs to the JavaScript thread of its environment, except glue_wake, which the core's
 * threads ring.
 */
#ifndef REQTASK_NAPI_GLUE_H
#define REQTASK_NAPI_GLUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compat.h"
#include "reqtask.h"

typedef struct glue_env glue_env;
typedef struct glue_client glue_client;
typedef struct glue_wake glue_wake;

/* Bits of `flags` of start: NativeFlag of native.ts. */
enum { GLUE_CHUNKS = 1, GLUE_TIMING = 2, GLUE_FLAGS = 3 };

/* The `user` of listeners: a client, and the flags of the task they were added to. One for each
 * combination. */
typedef struct glue_ear {
  glue_client *client;
  uint32_t flags;
} glue_ear;

struct glue_client {
  glue_env *env;
  /* Its name in JavaScript. */
  uint32_t number;
  /* Closed from within a dispatch: to be done when that is over. */
  bool doomed;
  /* Tasks started whose completion has not been delivered. */
  uint32_t live;
  reqtask_client *core;
  napi_ref deliver;
  glue_ear ears[GLUE_FLAGS + 1];
};

/* The events of one client in one turn, on their way into a JavaScript array. */
typedef struct glue_batch {
  napi_value array;
  uint32_t count;
  /* Of bodies and chunks. */
  size_t bytes;
  /* An engine call failed: the environment is ending, or an exception is pending. */
  bool broken;
} glue_batch;

struct glue_env {
  /* One for each exported function, one for the cleanup hook. Finalizers may run on any thread. */
  atomic_uint refs;
  napi_env env;
  /* The cleanup hook ran. */
  bool dead;
  glue_wake *wake;
  /* NULL where one was closed during a turn. */
  glue_client **clients;
  size_t client_count;
  size_t client_room;
  uint32_t last_number;
  /* Where the next turn begins, so that no client starves another. */
  size_t next_client;
  bool in_turn;
  /* The client whose dispatch is on the stack. */
  glue_client *dispatching;
  glue_batch *batch;
  /* Tasks that were aborted because a chunk found no memory, so that their completion can say so. A
     0 is a free place; with all of them taken a task ends as aborted. */
  reqtask_id starved[16];
  /* Of all clients; the event loop is held while there are more of them than resting ones. */
  uint32_t live;
  /* Of these, the paused ones; resting.c. */
  reqtask_id *resting;
  size_t resting_count;
  size_t resting_room;
  bool held;
  /* The engine takes no memory of ours. */
  bool no_external;
  /* compat.h, COMPAT_NEXT_TURN: that function, and what it is to call. NULL without one. */
  napi_ref next_turn;
  napi_ref turn;
  /* For text of any kind during one call. */
  char *scratch;
  size_t scratch_room;
};

/* env.c */
glue_env *glue_env_new(napi_env env);
void glue_env_unref(glue_env *e);
/* Frees what belongs to the JavaScript thread; the functions see a dead environment from then on.
 */
void glue_env_end(glue_env *e);
/* Room for `size` bytes, or NULL. The next call takes it back. */
char *glue_scratch(glue_env *e, size_t size);
/* Holds the event loop while tasks live that are not paused, and lets it go when none does. */
void glue_env_hold(glue_env *e);

/* wake.c */
glue_wake *glue_wake_new(glue_env *e);
void glue_wake_ref(glue_wake *w);
/* The core's reqtask_destroy_fn, too. Any thread. */
void glue_wake_unref(void *w);
/* The core's reqtask_wakeup_fn. Any thread, also when the environment is gone. */
void glue_wake_ring(void *w);
/* Rings again if a ring could not be passed on. */
void glue_wake_retry(glue_wake *w);
/* No call into the environment begins after this. */
void glue_wake_kill(glue_wake *w);
void glue_wake_hold(glue_wake *w, napi_env env, bool hold);
/* Before a turn's work: rings from now on are kept. */
void glue_wake_begin(glue_wake *w);
/* After it: true if nothing rang meanwhile, so that the next ring calls; else it goes on. */
bool glue_wake_rest(glue_wake *w);
/* Asks for another turn through the threadsafe function. After glue_wake_begin only. */
void glue_wake_ask(glue_wake *w);

/* turn.c */
void glue_turn_setup(glue_env *e);
/* Called by the threadsafe function. */
void glue_turn(glue_env *e);

/* client.c */
napi_value glue_open(napi_env env, napi_callback_info info);
napi_value glue_close(napi_env env, napi_callback_info info);
glue_client *glue_client_find(glue_env *e, double number);
void glue_client_end(glue_client *c);
/* Closes the gaps in the list, unless a turn is walking it. */
void glue_clients_sweep(glue_env *e);

/* start.c, task.c */
napi_value glue_start(napi_env env, napi_callback_info info);
napi_value glue_abort(napi_env env, napi_callback_info info);
napi_value glue_pause(napi_env env, napi_callback_info info);
napi_value glue_resume(napi_env env, napi_callback_info info);

/* events.c: the listeners; `user` is a glue_ear. */
void glue_on_headers(void *ear, const reqtask_headers_event *ev);
void glue_on_chunk(void *ear, const reqtask_chunk_event *ev);
void glue_on_complete(void *ear, const reqtask_complete_event *ev);

/* starved.c: notes a task and aborts it; takes the note back, true if there was one. */
void glue_starve(glue_env *e, reqtask_id task);
bool glue_starved(glue_env *e, reqtask_id task);

/* resting.c: a task was paused; it was resumed, was aborted or has ended; a client was closed. */
void glue_rest(glue_env *e, reqtask_id task);
void glue_rouse(glue_env *e, reqtask_id task);
void glue_resting_sweep(glue_env *e);

/* bytes.c: an ArrayBuffer of these bytes; false if the engine cannot make one. */
bool glue_bytes(glue_env *e, reqtask_bytes bytes, napi_value *out);

/* arguments.c. Those that return bool have thrown when it is false. `what` names the argument. */
typedef struct glue_call {
  glue_env *e;
  napi_value args[7];
} glue_call;
/* False: the environment is ending, and the function is to return without effect; or it has thrown.
 */
bool glue_call_begin(napi_env env, napi_callback_info info, size_t count, glue_call *call);
/* A whole number from 0 to max. */
bool glue_number(napi_env env, napi_value value, const char *what, double max, double *out);
/* UTF-8 in new memory, to be freed; NUL-terminated. *out is NULL or as it was after a failure. */
bool glue_text(napi_env env, napi_value value, const char *what, char **out, size_t *len);
/* The same in the scratch memory. */
bool glue_short_text(glue_env *e, napi_value value, const char *what, const char **out,
                     size_t *len);
bool glue_array(napi_env env, napi_value value, const char *what, uint32_t *count);
/* Gives each pair of `options` to one of the setters; `what` names the array. */
typedef reqtask_status (*glue_set_number)(void *target, uint32_t key, uint64_t value);
typedef reqtask_status (*glue_set_text)(void *target, uint32_t key, const char *value, size_t len);
bool glue_options(glue_env *e, napi_value options, const char *what, void *target,
                  glue_set_number set_number, glue_set_text set_text);
/* A task's or client's number that is any number at all; 0 for one that names nothing. */
bool glue_id(napi_env env, napi_value value, const char *what, uint64_t *out);

/* error.c */
void glue_throw_type(napi_env env, const char *format, ...) __attribute__((format(printf, 2, 3)));
void glue_throw_status(napi_env env, reqtask_status status, const char *step);
/* start on a client that is not there (any more). */
void glue_throw_closed(napi_env env);

#endif
