/*
 * start: reads the arguments into a reqtask_request, makes the task, adds the listeners, starts it.
 * A refusal at any step throws and leaves nothing behind.
 */
#include "glue.h"

#include <stdio.h>
#include <stdlib.h>

static reqtask_status set_number(void *request, uint32_t key, uint64_t value) {
  return reqtask_request_set_u64(request, key, value);
}

static reqtask_status set_text(void *request, uint32_t key, const char *value, size_t len) {
  return reqtask_request_set_str(request, key, value, len);
}

/* Throws unless ok. */
static bool passed(glue_env *e, reqtask_status status, const char *step) {
  if (status != REQTASK_OK)
    glue_throw_status(e->env, status, step);
  return status == REQTASK_OK;
}

static bool make_request(glue_env *e, napi_value method, napi_value url, reqtask_request **out) {
  char *m = NULL, *u = NULL;
  size_t m_len, u_len;
  bool ok = glue_text(e->env, method, "method", &m, &m_len) &&
            glue_text(e->env, url, "url", &u, &u_len) &&
            passed(e, reqtask_request_new(m, m_len, u, u_len, out), "request");
  free(m);
  free(u);
  return ok;
}

static bool add_field(glue_env *e, reqtask_request *request, napi_value fields, uint32_t at) {
  napi_value name_value, value_value;
  char what[32];
  char *name = NULL;
  const char *value;
  size_t name_len, value_len;
  if (napi_get_element(e->env, fields, at, &name_value) != napi_ok ||
      napi_get_element(e->env, fields, at + 1, &value_value) != napi_ok)
    return false; /* A getter threw. */
  snprintf(what, sizeof what, "fields[%u]", (unsigned)at);
  if (!glue_text(e->env, name_value, what, &name, &name_len))
    return false;
  snprintf(what, sizeof what, "fields[%u]", (unsigned)at + 1);
  bool ok =
      glue_short_text(e, value_value, what, &value, &value_len) &&
      passed(e, reqtask_request_add_header(request, name, name_len, value, value_len), "field");
  free(name);
  return ok;
}

static bool add_fields(glue_env *e, reqtask_request *request, napi_value fields) {
  uint32_t count;
  if (!glue_array(e->env, fields, "fields", &count))
    return false;
  if (count % 2 != 0) {
    glue_throw_type(e->env, "reqtask: fields must hold a value for each name");
    return false;
  }
  bool ok = true;
  for (uint32_t at = 0; ok && at < count; at += 2) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(e->env, &scope) != napi_ok)
      return false;
    ok = add_field(e, request, fields, at);
    napi_close_handle_scope(e->env, scope);
  }
  return ok;
}

/* One copy in either case: of bytes by the core, since the engine may move or detach them; of text
   by its conversion to UTF-8. */
static bool set_body(glue_env *e, reqtask_request *request, napi_value body) {
  napi_valuetype type;
  bool buffer = false;
  size_t len = 0;
  if (napi_typeof(e->env, body, &type) != napi_ok)
    return false;
  if (type == napi_null)
    return true;
  if (type == napi_string) {
    char *text;
    return glue_text(e->env, body, "body", &text, &len) &&
           passed(e, reqtask_request_set_body(request, text, len, text, free), "body");
  }
  void *data = NULL;
  if (type == napi_object && napi_is_arraybuffer(e->env, body, &buffer) == napi_ok && buffer &&
      napi_get_arraybuffer_info(e->env, body, &data, &len) == napi_ok)
    return passed(e, reqtask_request_set_body(request, data, len, NULL, NULL), "body");
  glue_throw_type(e->env, "reqtask: body must be an ArrayBuffer, a string, or null");
  return false;
}

/* With chunk events the body is not kept as well, unless the options say so. */
static bool set_options(glue_env *e, reqtask_request *request, napi_value options, uint32_t flags) {
  return passed(e, reqtask_request_set_u64(request, REQTASK_OPT_AUTO_RELEASE, 1), "option") &&
         passed(e,
                reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, (flags & GLUE_CHUNKS) == 0),
                "option") &&
         glue_options(e, options, "options", request, set_number, set_text);
}

/* The task, started; 0 if it has thrown. */
static reqtask_id launch(glue_client *c, const reqtask_request *request, uint32_t flags) {
  glue_env *e = c->env;
  reqtask_id task = 0;
  glue_ear *ear = &c->ears[flags];
  if (!passed(e, reqtask_create(c->core, request, &task), "create"))
    return 0;
  reqtask_status status = reqtask_on_headers(task, glue_on_headers, ear, NULL, NULL);
  if (status == REQTASK_OK && (flags & GLUE_CHUNKS) != 0)
    status = reqtask_on_chunk(task, glue_on_chunk, ear, NULL, NULL);
  if (status == REQTASK_OK)
    status = reqtask_on_complete(task, glue_on_complete, ear, NULL, NULL);
  if (status == REQTASK_OK)
    status = reqtask_start(task);
  if (passed(e, status, "start"))
    return task;
  reqtask_release(task);
  return 0;
}

napi_value glue_start(napi_env env, napi_callback_info info) {
  glue_call call;
  uint64_t number;
  double flags;
  napi_value result = NULL;
  if (!glue_call_begin(env, info, 7, &call) || !glue_id(env, call.args[0], "client", &number) ||
      !glue_number(env, call.args[6], "flags", GLUE_FLAGS, &flags))
    return NULL;
  glue_env *e = call.e;
  reqtask_request *request = NULL;
  reqtask_id task = 0;
  if (make_request(e, call.args[1], call.args[2], &request) &&
      add_fields(e, request, call.args[3]) && set_body(e, request, call.args[4]) &&
      set_options(e, request, call.args[5], (uint32_t)flags)) {
    /* Only now, because reading the arguments may have run a getter that closed it. */
    glue_client *c = glue_client_find(e, (double)number);
    if (c == NULL) {
      glue_throw_closed(env);
    } else {
      task = launch(c, request, (uint32_t)flags);
      if (task != 0) {
        c->live++;
        e->live++;
        glue_env_hold(e);
      }
    }
  }
  reqtask_request_free(request);
  if (task != 0)
    napi_create_double(env, (double)task, &result);
  return result;
}
