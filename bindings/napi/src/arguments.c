/*
 * Reading what JavaScript passes. Each function either reads or throws a TypeError that names the
 * argument; none crashes on any value. Types are asked for first, because OpenHarmony answers
 * napi_object_expected where Node would coerce (arkui_napi native_engine/native_api_internal.h,
 * CHECK_AND_CONVERT_TO_OBJECT).
 */
#include "glue.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool glue_call_begin(napi_env env, napi_callback_info info, size_t count, glue_call *call) {
  size_t given = count;
  void *data = NULL;
  if (napi_get_cb_info(env, info, &given, call->args, NULL, &data) != napi_ok || data == NULL)
    return false;
  call->e = data;
  if (call->e->dead)
    return false;
  glue_wake_retry(call->e->wake);
  if (given < count) {
    glue_throw_type(env, "reqtask: %zu arguments expected, %zu given", count, given);
    return false;
  }
  return true;
}

static bool is(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == wanted;
}

bool glue_number(napi_env env, napi_value value, const char *what, double max, double *out) {
  if (is(env, value, napi_number) && napi_get_value_double(env, value, out) == napi_ok &&
      *out >= 0 && *out <= max && floor(*out) == *out)
    return true;
  glue_throw_type(env, "reqtask: %s must be a whole number from 0 to %.0f", what, max);
  return false;
}

bool glue_id(napi_env env, napi_value value, const char *what, uint64_t *out) {
  double number;
  if (!is(env, value, napi_number) || napi_get_value_double(env, value, &number) != napi_ok) {
    glue_throw_type(env, "reqtask: %s must be a number", what);
    return false;
  }
  bool names = number >= 1 && number < 9007199254740992.0 && floor(number) == number;
  *out = names ? (uint64_t)number : 0;
  return true;
}

/* The length in UTF-8, or throws. */
static bool text_length(napi_env env, napi_value value, const char *what, size_t *len) {
  if (is(env, value, napi_string) &&
      napi_get_value_string_utf8(env, value, NULL, 0, len) == napi_ok)
    return true;
  glue_throw_type(env, "reqtask: %s must be a string", what);
  return false;
}

static bool text_into(napi_env env, napi_value value, const char *what, char *room, size_t *len) {
  if (room == NULL) {
    napi_throw_error(env, NULL, "reqtask: out of memory");
    return false;
  }
  if (napi_get_value_string_utf8(env, value, room, *len + 1, len) == napi_ok)
    return true;
  glue_throw_type(env, "reqtask: %s cannot be read", what);
  return false;
}

bool glue_text(napi_env env, napi_value value, const char *what, char **out, size_t *len) {
  if (!text_length(env, value, what, len))
    return false;
  *out = malloc(*len + 1);
  if (text_into(env, value, what, *out, len))
    return true;
  free(*out);
  *out = NULL; /* Callers free what they have, in either case. */
  return false;
}

bool glue_short_text(glue_env *e, napi_value value, const char *what, const char **out,
                     size_t *len) {
  if (!text_length(e->env, value, what, len))
    return false;
  char *room = glue_scratch(e, *len + 1);
  *out = room;
  return text_into(e->env, value, what, room, len);
}

bool glue_array(napi_env env, napi_value value, const char *what, uint32_t *count) {
  bool array = false;
  if (napi_is_array(env, value, &array) == napi_ok && array &&
      napi_get_array_length(env, value, count) == napi_ok)
    return true;
  glue_throw_type(env, "reqtask: %s must be an array", what);
  return false;
}

static bool set_option(glue_env *e, napi_value options, const char *what, uint32_t at, void *target,
                       glue_set_number set_number, glue_set_text set_text) {
  napi_value key_value, value;
  double key, number;
  char name[64];
  if (napi_get_element(e->env, options, at, &key_value) != napi_ok ||
      napi_get_element(e->env, options, at + 1, &value) != napi_ok)
    return false; /* A getter threw. */
  snprintf(name, sizeof name, "%s[%u]", what, (unsigned)at);
  if (!glue_number(e->env, key_value, name, UINT32_MAX, &key))
    return false;
  snprintf(name, sizeof name, "%s[%u] (option %.0f)", what, (unsigned)at + 1, key);
  reqtask_status status;
  if (is(e->env, value, napi_string)) {
    const char *text;
    size_t len;
    if (!glue_short_text(e, value, name, &text, &len))
      return false;
    status = set_text(target, (uint32_t)key, text, len);
  } else {
    if (!glue_number(e->env, value, name, 9007199254740991.0, &number))
      return false;
    status = set_number(target, (uint32_t)key, (uint64_t)number);
  }
  if (status != REQTASK_OK)
    glue_throw_status(e->env, status, "option");
  return status == REQTASK_OK;
}

bool glue_options(glue_env *e, napi_value options, const char *what, void *target,
                  glue_set_number set_number, glue_set_text set_text) {
  uint32_t count;
  if (!glue_array(e->env, options, what, &count))
    return false;
  if (count % 2 != 0) {
    glue_throw_type(e->env, "reqtask: %s must hold a value for each key", what);
    return false;
  }
  bool ok = true;
  for (uint32_t at = 0; ok && at < count; at += 2) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(e->env, &scope) != napi_ok)
      return false;
    ok = set_option(e, options, what, at, target, set_number, set_text);
    napi_close_handle_scope(e->env, scope);
  }
  return ok;
}
