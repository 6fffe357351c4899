/*
 * Exceptions. What the core refuses becomes NativeError of native.ts: an Error with a number
 * `code`, a `step`, and the core's sentence, which names the option or header at fault. A wrong
 * type of argument is a mistake of the caller: TypeError.
 */
#include "glue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void glue_throw_type(napi_env env, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  napi_throw_type_error(env, NULL, text);
}

static bool set_text(napi_env env, napi_value object, const char *name, const char *text) {
  napi_value value;
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static void throw_native(napi_env env, reqtask_status status, const char *step,
                         const char *sentence) {
  napi_value message, error, code;
  /* No `code` here: Node takes nothing but text for it, and OpenHarmony's type errors made this way
   * are plain Errors. */
  if (napi_create_string_utf8(env, sentence, NAPI_AUTO_LENGTH, &message) == napi_ok &&
      napi_create_error(env, NULL, message, &error) == napi_ok &&
      napi_create_int32(env, status, &code) == napi_ok &&
      napi_set_named_property(env, error, "code", code) == napi_ok &&
      set_text(env, error, "step", step))
    napi_throw(env, error);
}

void glue_throw_status(napi_env env, reqtask_status status, const char *step) {
  size_t len = reqtask_last_error(NULL, 0);
  char *sentence = len > 0 ? malloc(len + 1) : NULL;
  if (sentence != NULL)
    reqtask_last_error(sentence, len + 1);
  throw_native(env, status, step, sentence != NULL ? sentence : reqtask_status_text(status));
  free(sentence);
}

void glue_throw_closed(napi_env env) {
  throw_native(env, REQTASK_E_CLOSED, "create", "this client is closed, or never was");
}
