/*
 * The bell between the core's threads and an environment: one threadsafe function, and a counted
 * handle around it that outlives the environment, so that a ring that comes too late finds a dead
 * handle and not a dead threadsafe function.
 *
 * | state | a ring | means |
 * | --- | --- | --- |
 * | IDLE | asks, becomes ASKED | nobody works, nothing is queued |
 * | ASKED | nothing | a call of the threadsafe function is queued |
 * | BUSY | becomes RUNG | a turn runs, or its end is still to come |
 * | RUNG | nothing | the turn's end will see that there is more |
 * | MISSED | asks, becomes ASKED | the threadsafe function refused a call |
 *
 * So at most one call is queued at any time, and no ring is lost: the end of a turn goes from BUSY
 * to IDLE in one step or does not go.
 */
#include "glue.h"

#include <pthread.h>
#include <stdlib.h>

enum { IDLE, ASKED, BUSY, RUNG, MISSED };

struct glue_wake {
  atomic_uint refs;
  atomic_int state;
  /* Guards the rest. Held over a nonblocking call into the threadsafe function, which takes no lock
   * of ours. */
  pthread_mutex_t gate;
  bool alive;
  napi_threadsafe_function call;
};

/* On the JavaScript thread; with env NULL when the call is only thrown away, and then e may be
 * gone. */
static void called(napi_env env, napi_value callback, void *e, void *data) {
  (void)callback;
  (void)data;
  if (env != NULL)
    glue_turn(e);
}

glue_wake *glue_wake_new(glue_env *e) {
  glue_wake *w = calloc(1, sizeof *w);
  if (w == NULL)
    return NULL;
  atomic_init(&w->refs, 1);
  atomic_init(&w->state, IDLE);
  napi_value name;
  if (pthread_mutex_init(&w->gate, NULL) != 0) {
    free(w);
    return NULL;
  }
  if (napi_create_string_utf8(e->env, "reqtask", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(e->env, NULL, NULL, name, 0, 1, NULL, NULL, e, called,
                                      &w->call) != napi_ok) {
    glue_wake_unref(w);
    return NULL;
  }
  w->alive = true;
  napi_unref_threadsafe_function(e->env, w->call);
  return w;
}

void glue_wake_ref(glue_wake *w) { atomic_fetch_add_explicit(&w->refs, 1, memory_order_relaxed); }

void glue_wake_unref(void *wake) {
  glue_wake *w = wake;
  if (atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
    return;
  pthread_mutex_destroy(&w->gate);
  free(w);
}

void glue_wake_ask(glue_wake *w) {
  atomic_store(&w->state, ASKED);
  pthread_mutex_lock(&w->gate);
  napi_status status =
      w->alive ? napi_call_threadsafe_function(w->call, NULL, napi_tsfn_nonblocking) : napi_ok;
  /* Node says napi_closing at the end of an environment, and has forgotten the function by then
     (node_api.cc, ThreadSafeFunction::Push). OpenHarmony says napi_generic_failure there
     (native_node_api.cpp) and keeps it; the next ring may try again. */
  if (status == napi_closing)
    w->alive = false;
  else if (status != napi_ok)
    atomic_store(&w->state, MISSED);
  pthread_mutex_unlock(&w->gate);
}

void glue_wake_ring(void *wake) {
  glue_wake *w = wake;
  int state = atomic_load(&w->state);
  for (;;) {
    if (state == ASKED || state == RUNG)
      return;
    int next = state == BUSY ? RUNG : ASKED;
    if (atomic_compare_exchange_weak(&w->state, &state, next)) {
      if (next == ASKED)
        glue_wake_ask(w);
      return;
    }
  }
}

void glue_wake_retry(glue_wake *w) {
  if (atomic_load(&w->state) == MISSED)
    glue_wake_ring(w);
}

void glue_wake_begin(glue_wake *w) { atomic_store(&w->state, BUSY); }

bool glue_wake_rest(glue_wake *w) {
  int busy = BUSY;
  return atomic_compare_exchange_strong(&w->state, &busy, IDLE);
}

void glue_wake_kill(glue_wake *w) {
  pthread_mutex_lock(&w->gate);
  bool was_alive = w->alive;
  w->alive = false;
  pthread_mutex_unlock(&w->gate);
  if (was_alive)
    napi_release_threadsafe_function(w->call, napi_tsfn_abort);
}

void glue_wake_hold(glue_wake *w, napi_env env, bool hold) {
  /* Only the JavaScript thread and a refused call clear `alive`; after either the loop is ending
   * anyway. */
  pthread_mutex_lock(&w->gate);
  if (w->alive && hold)
    napi_ref_threadsafe_function(env, w->call);
  else if (w->alive)
    napi_unref_threadsafe_function(env, w->call);
  pthread_mutex_unlock(&w->gate);
}
