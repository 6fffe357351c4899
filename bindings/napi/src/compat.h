/*
 * Every difference between Node's Node-API and OpenHarmony's that this glue meets, each with its
 * source. No other file asks which host it is built for.
 *
 * "arkui_napi" is OpenHarmony's implementation (repository openharmony/arkui_napi, read at d23b64fd
 * of August 2026); the paths are in there. "node" is Node 20's src/. What was only read and never
 * ran is said in README.md.
 */
#ifndef REQTASK_NAPI_COMPAT_H
#define REQTASK_NAPI_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef REQTASK_OHOS
/* interfaces/kits/napi/native_api.h includes common.h and node_api.h, and sets NAPI_VERSION 8. */
#include "napi/native_api.h"
#else
#define NAPI_VERSION 8
#include <node_api.h>
#endif

/* What `platform` of the exports says. */
#ifdef REQTASK_OHOS
#define COMPAT_PLATFORM "harmony"
#else
#define COMPAT_PLATFORM "node"
#endif

/*
 * Registration. Node calls an exported symbol, once for each environment (worker threads included),
 * and reads the version that finalizers and exceptions follow from another (node_api.h,
 * NAPI_MODULE_INIT). OpenHarmony takes the structure that a constructor registers; its nm_modname
 * must be the library's stem, so libreqtask.so gives "reqtask" (OpenHarmony's documentation,
 * reference/native-lib/napi.md). A library for OpenHarmony therefore exports no symbol at all.
 */
#ifdef REQTASK_OHOS
#define COMPAT_REGISTER(init)                                                                      \
  static napi_module compat_module = {                                                             \
      .nm_version = 1,                                                                             \
      .nm_filename = __FILE__,                                                                     \
      .nm_register_func = (init),                                                                  \
      .nm_modname = "reqtask",                                                                     \
  };                                                                                               \
  __attribute__((constructor)) static void compat_register(void) {                                 \
    napi_module_register(&compat_module);                                                          \
  }                                                                                                \
  _Static_assert(true, "so that the macro ends with a semicolon")
#else
#define COMPAT_REGISTER(init)                                                                      \
  NAPI_MODULE_INIT() { return (init)(env, exports); }                                              \
  _Static_assert(true, "so that the macro ends with a semicolon")
#endif

/*
 * Whether a refusal of napi_create_external_arraybuffer holds for all later ones too. Node built
 * with V8's sandbox answers napi_no_external_buffers_allowed, 22. On OpenHarmony 22 is
 * napi_create_ark_runtime_too_many_envs (interfaces/inner_api/napi/../js_native_api_types.h: 22 to
 * 24), so the number says nothing there.
 */
static inline bool compat_external_refused_for_good(napi_status status) {
#ifdef REQTASK_OHOS
  (void)status;
  return false;
#else
  return status == napi_no_external_buffers_allowed;
#endif
}

/*
 * From how many bytes on an ArrayBuffer is made over the core's memory rather than copied. Figures
 * in README.md. On Node an external buffer costs as much as copying 64 KiB, and cannot be
 * transferred to another thread (node_buffer.cc marks it untransferable), so only large bodies are
 * worth it. OpenHarmony refuses empty ones (arkui_napi native_engine/ native_api.cpp,
 * napi_create_external_arraybuffer: data must not be NULL) and has no such mark.
 */
#ifdef REQTASK_OHOS
#define COMPAT_EXTERNAL_FROM_BYTES ((size_t)16 * 1024)
#else
#define COMPAT_EXTERNAL_FROM_BYTES ((size_t)1024 * 1024)
#endif

/*
 * Text whose bytes are its characters (Latin-1). OpenHarmony's napi_create_string_latin1 reads the
 * bytes as UTF-8 (native_api.cpp: StringRef::NewFromUtf8), so they are widened; its
 * napi_create_string_utf16 looks for a NUL behind the text even when a length is given. `wide` has
 * room for len + 1 units and may hold anything; Node does not need it.
 */
#ifdef REQTASK_OHOS
#define COMPAT_LATIN1_UNIT sizeof(char16_t)
#else
#define COMPAT_LATIN1_UNIT ((size_t)0)
#endif

static inline napi_status compat_create_latin1(napi_env env, const char *text, size_t len,
                                               void *wide, napi_value *out) {
#ifdef REQTASK_OHOS
  char16_t *units = wide;
  for (size_t i = 0; i < len; i++)
    units[i] = (unsigned char)text[i];
  units[len] = 0;
  return napi_create_string_utf16(env, units, len, out);
#else
  (void)wide;
  return napi_create_string_latin1(env, text, len, out);
#endif
}

/*
 * Hands an exception of JavaScript to the host's handler of uncaught ones. Node:
 * 'uncaughtException'. OpenHarmony takes nothing but Error objects there (native_node_api.cpp,
 * napi_fatal_exception), and for any other value its queue of threadsafe functions would have
 * called the same handler (native_safe_async_work.cpp, ProcessAsyncHandle).
 */
static inline void compat_report_exception(napi_env env, napi_value thrown) {
#ifdef REQTASK_OHOS
  bool is_error = false;
  if (napi_is_error(env, thrown, &is_error) != napi_ok)
    return;
  if (!is_error) {
    napi_value text, error;
    if (napi_coerce_to_string(env, thrown, &text) != napi_ok ||
        napi_create_error(env, NULL, text, &error) != napi_ok) {
      napi_get_and_clear_last_exception(env, &error);
      return;
    }
    thrown = error;
  }
#endif
  napi_fatal_exception(env, thrown);
}

/*
 * Whether a function that runs something in the next turn of the event loop is needed, and its
 * global name. Node calls a threadsafe function up to 1000 times within one turn while new calls
 * come in (node_api.cc, ThreadSafeFunction::Dispatch), so a fast download would starve timers and
 * sockets. OpenHarmony serves what was queued when it began and leaves the rest to the next turn
 * (native_safe_async_work.cpp, ProcessAsyncHandle), and has no setImmediate.
 */
#ifdef REQTASK_OHOS
#define COMPAT_NEXT_TURN ((const char *)NULL)
#else
#define COMPAT_NEXT_TURN "setImmediate"
#endif

#endif
