/*
 * ArrayBuffers of the core's bytes: over the core's own memory where that is cheaper, else copied.
 *
 * JavaScript owns the result and may write to it: when it gets there, the core has given up its
 * references.
 */
#include "glue.h"

#include <string.h>

/* Any thread; touches no environment. */
static void release(napi_env env, void *data, void *buf) {
  (void)env;
  (void)data;
  reqtask_buf_release(buf);
}

static bool over(glue_env *e, reqtask_bytes bytes, napi_value *out) {
  reqtask_buf_retain(bytes.buf);
  napi_status status =
      napi_create_external_arraybuffer(e->env, bytes.data, bytes.len, release, bytes.buf, out);
  if (status == napi_ok)
    return true;
  e->no_external = compat_external_refused_for_good(status);
  /* Both engines check before they take the memory, and report that by other codes than this one.
     After it, nobody can tell whether the finalizer will still run: rather a leak than a use after
     free. */
  if (status != napi_generic_failure)
    reqtask_buf_release(bytes.buf);
  return false;
}

bool glue_bytes(glue_env *e, reqtask_bytes bytes, napi_value *out) {
  if (bytes.len >= COMPAT_EXTERNAL_FROM_BYTES && !e->no_external && over(e, bytes, out))
    return true;
  void *memory = NULL;
  /* OpenHarmony says ok and gives no memory when there is none (native_api.cpp,
   * napi_create_arraybuffer). */
  if (napi_create_arraybuffer(e->env, bytes.len, &memory, out) != napi_ok ||
      (memory == NULL && bytes.len > 0))
    return false;
  if (bytes.len > 0)
    memcpy(memory, bytes.data, bytes.len);
  return true;
}
