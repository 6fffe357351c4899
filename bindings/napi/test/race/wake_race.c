/*
 * wake.c alone, for ThreadSanitizer: four threads ring, one takes turns as turn.c does, and the
 * handle is killed while they still ring. No news may be left behind, at most one call may be
 * queued, and none may come after the kill.
 *
 * The engine is played by the functions below; the queue of the threadsafe function is a counter.
 */
#include "glue.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 3000, BURST = 3 };

static atomic_int queued, most_queued, released, after_release;
static atomic_long produced, consumed;
static atomic_bool stop;
static glue_wake *wake;

napi_status napi_create_string_utf8(napi_env env, const char *text, size_t len, napi_value *out) {
  (void)env, (void)text, (void)len, (void)out;
  return napi_ok;
}

napi_status napi_create_threadsafe_function(napi_env env, napi_value function, napi_value resource,
                                            napi_value name, size_t max, size_t threads, void *data,
                                            napi_finalize finalize, void *context,
                                            napi_threadsafe_function_call_js call,
                                            napi_threadsafe_function *out) {
  (void)env, (void)function, (void)resource, (void)name, (void)max, (void)threads, (void)data;
  (void)finalize, (void)context, (void)call, (void)out;
  return napi_ok;
}

napi_status napi_call_threadsafe_function(napi_threadsafe_function function, void *data,
                                          napi_threadsafe_function_call_mode mode) {
  (void)function, (void)data, (void)mode;
  if (atomic_load(&released))
    atomic_fetch_add(&after_release, 1);
  int now = atomic_fetch_add(&queued, 1) + 1;
  if (now > atomic_load(&most_queued))
    atomic_store(&most_queued, now);
  return napi_ok;
}

napi_status napi_release_threadsafe_function(napi_threadsafe_function function,
                                             napi_threadsafe_function_release_mode mode) {
  (void)function, (void)mode;
  atomic_fetch_add(&released, 1);
  return napi_ok;
}

napi_status napi_ref_threadsafe_function(napi_env env, napi_threadsafe_function function) {
  (void)env, (void)function;
  return napi_ok;
}

napi_status napi_unref_threadsafe_function(napi_env env, napi_threadsafe_function function) {
  (void)env, (void)function;
  return napi_ok;
}

void glue_turn(glue_env *e) { (void)e; }

static pthread_barrier_t round_begins;

/* `bursts`: a few rings for each round of main. Otherwise rings without a pause. */
static void *ringer(void *bursts) {
  for (int round = 0; bursts != NULL ? round < ROUNDS : !atomic_load(&stop); round++) {
    if (bursts != NULL)
      pthread_barrier_wait(&round_begins);
    for (int i = 0; i < BURST; i++) {
      atomic_fetch_add(&produced, 1);
      glue_wake_ring(wake);
    }
  }
  glue_wake_unref(wake);
  return NULL;
}

/* One call of the threadsafe function, as turn.c: work, then rest or go on, in both ways that
 * turn.c has. */
static void turn(void) {
  static int how;
  glue_wake_begin(wake);
  for (;;) {
    atomic_store(&consumed, atomic_load(&produced));
    if (how++ % 3 == 0)
      sched_yield(); /* Gives rings a chance to come between the work and the rest. */
    if (glue_wake_rest(wake))
      return;
    if (how % 2 == 0) {
      glue_wake_ask(wake);
      return;
    }
    glue_wake_begin(wake);
  }
}

/* Waits for a call; for ever, if a ring is lost. */
static void await_turn(void) {
  while (atomic_load(&queued) == 0)
    sched_yield();
  atomic_fetch_sub(&queued, 1);
  turn();
}

static void start(pthread_t *threads, void *bursts) {
  for (int i = 0; i < THREADS; i++) {
    glue_wake_ref(wake);
    if (pthread_create(&threads[i], NULL, ringer, bursts) != 0)
      _Exit(2);
  }
}

static void join(pthread_t *threads) {
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
}

int main(void) {
  static glue_env env;
  pthread_t threads[THREADS];
  wake = glue_wake_new(&env);
  pthread_barrier_init(&round_begins, NULL, THREADS + 1);
  start(threads, &env);
  for (long round = 1; round <= ROUNDS; round++) {
    pthread_barrier_wait(&round_begins);
    while (atomic_load(&consumed) < round * THREADS * BURST)
      await_turn();
  }
  join(threads);

  start(threads, NULL);
  for (int turns = 0; turns < ROUNDS; turns++)
    await_turn();
  glue_wake_kill(wake);
  for (int turns = 0; turns < ROUNDS; turns++)
    turn(); /* Each lets a ring ask again, of a dead handle. */
  atomic_store(&stop, true);
  join(threads);
  glue_wake_unref(wake);

  bool ok = atomic_load(&most_queued) == 1 && atomic_load(&released) == 1 &&
            atomic_load(&after_release) == 0;
  printf("queued at once: %d, after the kill: %d\n", most_queued, after_release);
  return ok ? 0 : 1;
}
