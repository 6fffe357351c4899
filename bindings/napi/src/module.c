/*
 * Registration: makes the state of an environment and the exports, which are a NativeHost
 * (bindings/js/src/native.ts).
 */
#include "glue.h"

static void function_gone(napi_env env, void *e, void *hint) {
  (void)env;
  (void)hint;
  glue_env_unref(e);
}

static bool add_text(napi_env env, napi_value exports, const char *name, const char *text) {
  napi_value value;
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

/* A function that keeps the environment's state for as long as it lives. */
static bool add_function(glue_env *e, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  if (napi_create_function(e->env, name, NAPI_AUTO_LENGTH, call, e, &function) != napi_ok)
    return false;
  /* Taken first, because the finalizer gives it back. Should an engine refuse, the state is never
   * freed. */
  atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
  napi_add_finalizer(e->env, function, e, function_gone, NULL, NULL);
  return napi_set_named_property(e->env, exports, name, function) == napi_ok;
}

static napi_value initialise(napi_env env, napi_value exports) {
  if (reqtask_abi_version() != REQTASK_ABI_VERSION) {
    napi_throw_error(env, NULL, "reqtask: the core and the glue are of different versions");
    return NULL;
  }
  glue_env *e = glue_env_new(env);
  if (e == NULL) {
    napi_throw_error(env, NULL, "reqtask: this environment cannot be set up");
    return NULL;
  }
  glue_turn_setup(e);
  if (add_text(env, exports, "version", reqtask_version()) &&
      add_text(env, exports, "platform", COMPAT_PLATFORM) &&
      add_function(e, exports, "open", glue_open) &&
      add_function(e, exports, "close", glue_close) &&
      add_function(e, exports, "start", glue_start) &&
      add_function(e, exports, "abort", glue_abort) &&
      add_function(e, exports, "pause", glue_pause) &&
      add_function(e, exports, "resume", glue_resume))
    return exports;
  return NULL; /* An exception is pending; the hook cleans up. */
}

COMPAT_REGISTER(initialise);
