/*
 * Threadsafe functions and cleanup hooks as OpenHarmony has them. See fake.h.
 *
 * Node would close a forgotten threadsafe function at the end of its environment. OpenHarmony does
 * not, so the fake counts those that the glue has not released by then. Node's own clean-up stays
 * at work behind it.
 */
#include "fake.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define COUNT(name) atomic_fetch_add(&fake_count.name, 1)

typedef struct shell {
  struct shell *next;
  napi_threadsafe_function real;
  /* Guards `released`. */
  pthread_mutex_t gate;
  bool released;
  napi_threadsafe_function_call_js call_js;
  void *context;
} shell;

/* All of them. */
static _Atomic(shell *) shells;

static void call_js(napi_env env, napi_value function, void *context, void *data) {
  shell *s = context;
  s->call_js(env, function, s->context, data);
}

/* Added before the glue's hook, so it runs after it. The shell is kept: a late call must find it,
   as it would find the freed object there. */
static void environment_ends(void *shell_) {
  shell *s = shell_;
  pthread_mutex_lock(&s->gate);
  if (!s->released)
    COUNT(functionsLeft);
  pthread_mutex_unlock(&s->gate);
}

/* native_engine/native_node_api.cpp: needs a name, 1 to 128 threads, and call_js where there is no
 * function. */
napi_status fake_create_threadsafe_function(napi_env env, napi_value function, napi_value resource,
                                            napi_value name, size_t max, size_t threads,
                                            void *finalize_data, napi_finalize finalize,
                                            void *context, napi_threadsafe_function_call_js call,
                                            napi_threadsafe_function *out) {
  if (name == NULL || threads < 1 || threads > 128 || (function == NULL && call == NULL))
    return napi_invalid_arg;
  shell *s = calloc(1, sizeof *s);
  if (s == NULL || pthread_mutex_init(&s->gate, NULL) != 0)
    return napi_generic_failure;
  s->next = atomic_load(&shells);
  while (!atomic_compare_exchange_weak(&shells, &s->next, s)) {
  }
  s->call_js = call;
  s->context = context;
  napi_status status = napi_create_threadsafe_function(
      env, function, resource, name, max, threads, finalize_data, finalize, s, call_js, &s->real);
  if (status == napi_ok) {
    COUNT(functionsMade);
    napi_add_env_cleanup_hook(env, environment_ends, s);
    *out = (napi_threadsafe_function)(void *)s;
  }
  return status;
}

/* native_engine/native_safe_async_work.cpp, Send: any failure but a full queue is
 * napi_generic_failure or napi_closing. */
napi_status fake_call_threadsafe_function(napi_threadsafe_function function, void *data,
                                          napi_threadsafe_function_call_mode mode) {
  shell *s = (shell *)(void *)function;
  napi_status status = napi_generic_failure;
  pthread_mutex_lock(&s->gate);
  if (s->released) {
    COUNT(lateCalls);
  } else if (atomic_load(&fake_refuse_calls)) {
    COUNT(callsRefused);
  } else {
    COUNT(calls);
    status = napi_call_threadsafe_function(s->real, data, mode);
  }
  pthread_mutex_unlock(&s->gate);
  return status;
}

napi_status fake_release_threadsafe_function(napi_threadsafe_function function,
                                             napi_threadsafe_function_release_mode mode) {
  shell *s = (shell *)(void *)function;
  napi_status status = napi_generic_failure;
  pthread_mutex_lock(&s->gate);
  if (!s->released) {
    s->released = true;
    COUNT(functionsReleased);
    status = napi_release_threadsafe_function(s->real, mode);
  }
  pthread_mutex_unlock(&s->gate);
  return status;
}

napi_status fake_ref_threadsafe_function(napi_env env, napi_threadsafe_function function) {
  return napi_ref_threadsafe_function(env, ((shell *)(void *)function)->real);
}

napi_status fake_unref_threadsafe_function(napi_env env, napi_threadsafe_function function) {
  return napi_unref_threadsafe_function(env, ((shell *)(void *)function)->real);
}

/* Arguments that have a hook, over all environments; the first free place is NULL. Guarded by
 * hooks_gate. */
static void *hooked[256];
static pthread_mutex_t hooks_gate = PTHREAD_MUTEX_INITIALIZER;

typedef struct hook {
  napi_cleanup_hook run;
  void *argument;
} hook;

static void run_hook(void *hook_) {
  hook h = *(hook *)hook_;
  free(hook_);
  pthread_mutex_lock(&hooks_gate);
  for (size_t i = 0; i < sizeof hooked / sizeof *hooked; i++)
    if (hooked[i] == h.argument)
      hooked[i] = NULL;
  pthread_mutex_unlock(&hooks_gate);
  h.run(h.argument);
}

static bool take_place(void *argument) {
  size_t free_place = sizeof hooked / sizeof *hooked;
  bool ok = true;
  pthread_mutex_lock(&hooks_gate);
  for (size_t i = sizeof hooked / sizeof *hooked; i-- > 0;) {
    if (hooked[i] == argument)
      ok = false;
    if (hooked[i] == NULL)
      free_place = i;
  }
  ok = ok && free_place < sizeof hooked / sizeof *hooked;
  if (ok)
    hooked[free_place] = argument;
  pthread_mutex_unlock(&hooks_gate);
  return ok;
}

/* native_engine/native_engine.cpp, AddCleanupHook: kept by argument; a second of the same argument
 * is logged and dropped. */
napi_status fake_add_env_cleanup_hook(napi_env env, napi_cleanup_hook run, void *argument) {
  if (!take_place(argument)) {
    COUNT(hooksIgnored);
    return napi_ok;
  }
  hook *h = malloc(sizeof *h);
  if (h == NULL)
    return napi_generic_failure;
  *h = (hook){.run = run, .argument = argument};
  COUNT(hooks);
  return napi_add_env_cleanup_hook(env, run_hook, h);
}
