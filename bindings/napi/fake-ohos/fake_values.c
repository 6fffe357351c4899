/*
 * Values as OpenHarmony makes, reads and refuses them. See fake.h.
 */
#include "fake.h"

#include <stdbool.h>
#include <string.h>
#include <uchar.h>

#define COUNT(name) atomic_fetch_add(&fake_count.name, 1)

/* native_engine/native_api.cpp, napi_create_external_arraybuffer: neither may be NULL. An empty one
 * has no data. */
napi_status fake_create_external_arraybuffer(napi_env env, void *data, size_t len,
                                             napi_finalize finalize, void *hint, napi_value *out) {
  if (data == NULL || finalize == NULL || len == 0) {
    COUNT(externalRefused);
    return napi_invalid_arg;
  }
  if (atomic_load(&fake_refuse_external)) {
    COUNT(external22);
    return (napi_status)22; /* There: too many Ark runtimes. */
  }
  COUNT(externalMade);
  return napi_create_external_arraybuffer(env, data, len, finalize, hint, out);
}

/* Same file, napi_create_arraybuffer: a failed allocation is only logged. */
napi_status fake_create_arraybuffer(napi_env env, size_t len, void **data, napi_value *out) {
  if (len == 0 || !atomic_load(&fake_starve))
    return napi_create_arraybuffer(env, len, data, out);
  COUNT(starved);
  napi_status status = napi_create_arraybuffer(env, 0, data, out);
  *data = NULL;
  return status;
}

/* Same file: the bytes are taken for UTF-8. */
napi_status fake_create_string_latin1(napi_env env, const char *text, size_t len, napi_value *out) {
  COUNT(latin1);
  return napi_create_string_utf8(env, text, len, out);
}

/* Same file: looks for the NUL also when a length is given. */
napi_status fake_create_string_utf16(napi_env env, const char16_t *text, size_t len,
                                     napi_value *out) {
  COUNT(utf16);
  if (len != NAPI_AUTO_LENGTH && text[len] != 0)
    COUNT(utf16Unterminated);
  return napi_create_string_utf16(env, text, len, out);
}

/* Any engine may fail to flatten a long text, after it has told its length. */
napi_status fake_get_value_string_utf8(napi_env env, napi_value value, char *room, size_t size,
                                       size_t *len) {
  if (room != NULL && atomic_load(&fake_refuse_text)) {
    COUNT(textsRefused);
    return napi_generic_failure;
  }
  return napi_get_value_string_utf8(env, value, room, size, len);
}

/* Same file: type and range errors made this way are plain ones. */
napi_status fake_create_type_error(napi_env env, napi_value code, napi_value message,
                                   napi_value *out) {
  COUNT(typeErrorsMade);
  return napi_create_error(env, code, message, out);
}

/* native_engine/native_api_internal.h, CHECK_AND_CONVERT_TO_OBJECT. */
static bool no_object(napi_env env, napi_value value) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) == napi_ok && (type == napi_object || type == napi_function))
    return false;
  COUNT(objectExpected);
  return true;
}

napi_status fake_get_element(napi_env env, napi_value object, uint32_t at, napi_value *out) {
  return no_object(env, object) ? napi_object_expected : napi_get_element(env, object, at, out);
}

napi_status fake_set_element(napi_env env, napi_value object, uint32_t at, napi_value value) {
  return no_object(env, object) ? napi_object_expected : napi_set_element(env, object, at, value);
}

napi_status fake_get_named_property(napi_env env, napi_value object, const char *name,
                                    napi_value *out) {
  return no_object(env, object) ? napi_object_expected
                                : napi_get_named_property(env, object, name, out);
}

napi_status fake_set_named_property(napi_env env, napi_value object, const char *name,
                                    napi_value value) {
  return no_object(env, object) ? napi_object_expected
                                : napi_set_named_property(env, object, name, value);
}

/* native_engine/native_node_api.cpp, napi_fatal_exception; native_api.cpp, napi_throw: Errors only.
 */
static bool is_error(napi_env env, napi_value value) {
  bool error = false;
  return napi_is_error(env, value, &error) == napi_ok && error;
}

napi_status fake_fatal_exception(napi_env env, napi_value thrown) {
  if (!is_error(env, thrown)) {
    COUNT(exceptionsRefused);
    return napi_invalid_arg;
  }
  COUNT(exceptionsReported);
  return napi_fatal_exception(env, thrown);
}

napi_status fake_throw(napi_env env, napi_value error) {
  if (!is_error(env, error)) {
    COUNT(throwsRefused);
    return napi_invalid_arg;
  }
  return napi_throw(env, error);
}

/* Same file: with nothing pending it says ok and writes nothing, where Node writes undefined. */
napi_status fake_get_and_clear_last_exception(napi_env env, napi_value *out) {
  bool pending = false;
  napi_status status = napi_is_exception_pending(env, &pending);
  return status == napi_ok && pending ? napi_get_and_clear_last_exception(env, out) : status;
}
