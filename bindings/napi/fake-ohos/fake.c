/*
 * The fake's counters and switches, and its registration: the glue's exports get one more, `fake`,
 * for tests: `fake.counters()`, `fake.set(switch, on)`, and `fake.quirks()`, which tries each
 * difference once, so that a test can tell that the fake really differs.
 */
#include "fake.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

fake_counters fake_count;
atomic_bool fake_refuse_external, fake_starve, fake_refuse_text, fake_refuse_calls;

static bool put(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  return napi_create_double(env, number, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static napi_value counters(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value object = NULL;
  napi_create_object(env, &object);
#define X(name) put(env, object, #name, (double)atomic_load(&fake_count.name));
  FAKE_COUNTERS(X)
#undef X
  return object;
}

static napi_value set(napi_env env, napi_callback_info info) {
  napi_value args[2];
  size_t count = 2;
  char name[32] = "";
  bool on = false;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  napi_get_value_string_utf8(env, args[0], name, sizeof name, NULL);
  napi_get_value_bool(env, args[1], &on);
  if (strcmp(name, "refuseExternal") == 0)
    atomic_store(&fake_refuse_external, on);
  else if (strcmp(name, "starve") == 0)
    atomic_store(&fake_starve, on);
  else if (strcmp(name, "refuseText") == 0)
    atomic_store(&fake_refuse_text, on);
  else if (strcmp(name, "refuseCalls") == 0)
    atomic_store(&fake_refuse_calls, on);
  else
    napi_throw_error(env, NULL, "no such switch");
  return NULL;
}

static void nothing(napi_env env, void *data, void *hint) {
  (void)env;
  (void)data;
  (void)hint;
}

static void no_hook(void *argument) { (void)argument; }

/* Statuses and texts, by name of the difference. */
static napi_value quirks(napi_env env, napi_callback_info info) {
  (void)info;
  static char byte[1], argument[1];
  napi_value object = NULL, value = NULL, text = NULL, error = NULL;
  napi_create_object(env, &object);
  put(env, object, "emptyExternal",
      fake_create_external_arraybuffer(env, byte, 0, nothing, NULL, &value));
  put(env, object, "noData", fake_create_external_arraybuffer(env, NULL, 1, nothing, NULL, &value));
  put(env, object, "noFinalizer",
      fake_create_external_arraybuffer(env, byte, 1, NULL, NULL, &value));
  fake_create_string_latin1(env, "\xc3\xa9", 2, &text);
  napi_set_named_property(env, object, "latin1", text);
  fake_create_type_error(env, NULL, text, &error);
  napi_set_named_property(env, object, "typeError", error);
  put(env, object, "element", fake_get_element(env, text, 0, &value));
  put(env, object, "fatal", fake_fatal_exception(env, text));
  put(env, object, "throw", fake_throw(env, text));
  fake_add_env_cleanup_hook(env, no_hook, argument);
  put(env, object, "secondHook", fake_add_env_cleanup_hook(env, no_hook, argument));
  return object;
}

static void put_function(napi_env env, napi_value object, const char *name, napi_callback call) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function) == napi_ok)
    napi_set_named_property(env, object, name, function);
}

static napi_addon_register_func initialise_glue;

static napi_value initialise(napi_env env, napi_value exports) {
  napi_value fake, result = initialise_glue(env, exports);
  if (result == NULL || napi_create_object(env, &fake) != napi_ok)
    return result;
  put_function(env, fake, "counters", counters);
  put_function(env, fake, "set", set);
  put_function(env, fake, "quirks", quirks);
  napi_set_named_property(env, result, "fake", fake);
  return result;
}

void fake_module_register(napi_module *module) {
  initialise_glue = module->nm_register_func;
  module->nm_register_func = initialise;
  napi_module_register(module);
}
