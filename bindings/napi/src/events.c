/*
 * The listeners: what the core tells becomes a NativeEvent of native.ts, a small array, at the end
 * of the batch that turn.c delivers. They run inside reqtask_client_dispatch on the JavaScript
 * thread.
 */
#include "glue.h"

#include <string.h>

/* An array that fills itself; after the first failure it does nothing more. */
typedef struct list {
  napi_env env;
  napi_value array;
  uint32_t count;
  bool ok;
} list;

static list list_of(napi_env env, size_t len) {
  list l = {.env = env};
  l.ok = napi_create_array_with_length(env, len, &l.array) == napi_ok;
  return l;
}

static void add(list *l, napi_status made, napi_value value) {
  l->ok =
      l->ok && made == napi_ok && napi_set_element(l->env, l->array, l->count, value) == napi_ok;
  l->count++;
}

static void add_number(list *l, double number) {
  napi_value value = NULL;
  napi_status made = napi_create_double(l->env, number, &value);
  add(l, made, value);
}

static void add_text(list *l, reqtask_str text) {
  napi_value value = NULL;
  napi_status made = napi_create_string_utf8(l->env, text.ptr, text.len, &value);
  add(l, made, value);
}

static void add_null(list *l) {
  napi_value value = NULL;
  napi_status made = napi_get_null(l->env, &value);
  add(l, made, value);
}

/* The end of an event: into the batch. */
static void append(glue_env *e, list *l) {
  glue_batch *batch = e->batch;
  if (l->ok && napi_set_element(e->env, batch->array, batch->count, l->array) == napi_ok)
    batch->count++;
  else
    batch->broken = true;
}

/* "name\nvalue\nname\nvalue" as one string; neither can hold a line feed. */
static void add_head(glue_env *e, list *l, const reqtask_header *headers, size_t count) {
  size_t len = 0;
  for (size_t i = 0; i < count; i++)
    len += headers[i].name.len + headers[i].value.len + 2;
  size_t wide_at = (len + 1) & ~(size_t)1;
  char *text = glue_scratch(e, wide_at + (len + 1) * COMPAT_LATIN1_UNIT + 1);
  if (text == NULL) {
    l->ok = false;
    return;
  }
  char *at = text;
  for (size_t i = 0; i < count; i++) {
    memcpy(at, headers[i].name.ptr, headers[i].name.len);
    at += headers[i].name.len;
    *at++ = '\n';
    memcpy(at, headers[i].value.ptr, headers[i].value.len);
    at += headers[i].value.len;
    *at++ = '\n';
  }
  napi_value value = NULL;
  napi_status made =
      compat_create_latin1(e->env, text, len > 0 ? len - 1 : 0, text + wide_at, &value);
  add(l, made, value);
}

/* Two scopes: the event's own values live no longer than its listener. */
#define WITHIN_SCOPE(e, call)                                                                      \
  do {                                                                                             \
    napi_handle_scope scope;                                                                       \
    if (napi_open_handle_scope((e)->env, &scope) != napi_ok) {                                     \
      (e)->batch->broken = true;                                                                   \
      break;                                                                                       \
    }                                                                                              \
    call;                                                                                          \
    napi_close_handle_scope((e)->env, scope);                                                      \
  } while (0)

/* Where the answer came from, and after how many redirects: known to the response alone. It is
 * there from the headers on; if it is not, the URL is "". */
static void add_origin(list *l, reqtask_id task) {
  reqtask_response_info info = {.struct_size = sizeof info, .url = {.ptr = ""}};
  const reqtask_response *response = NULL;
  if (reqtask_response_get(task, &response) == REQTASK_OK)
    (void)reqtask_response_read(response, &info);
  add_text(l, info.url);
  add_number(l, info.redirects);
  reqtask_response_free(response);
}

static void headers(glue_env *e, const reqtask_headers_event *ev) {
  list l = list_of(e->env, 6);
  add_number(&l, REQTASK_EVENT_HEADERS);
  add_number(&l, (double)ev->task);
  add_number(&l, ev->http_status);
  add_head(e, &l, ev->headers, ev->header_count);
  add_origin(&l, ev->task);
  append(e, &l);
}

void glue_on_headers(void *ear, const reqtask_headers_event *ev) {
  glue_env *e = ((glue_ear *)ear)->client->env;
  WITHIN_SCOPE(e, headers(e, ev));
}

static void chunk(glue_env *e, const reqtask_chunk_event *ev) {
  napi_value data;
  if (!glue_bytes(e, ev->bytes, &data)) {
    glue_starve(e, ev->task);
    return;
  }
  list l = list_of(e->env, 3);
  add_number(&l, REQTASK_EVENT_CHUNK);
  add_number(&l, (double)ev->task);
  add(&l, napi_ok, data);
  append(e, &l);
  e->batch->bytes += ev->bytes.len;
}

void glue_on_chunk(void *ear, const reqtask_chunk_event *ev) {
  glue_env *e = ((glue_ear *)ear)->client->env;
  WITHIN_SCOPE(e, chunk(e, ev));
}

/* The numbers of reqtask_timing in their order. */
static napi_status timing_of(napi_env env, const reqtask_response *response, napi_value *out) {
  reqtask_timing t = {.struct_size = sizeof t};
  if (reqtask_response_timing(response, &t) != REQTASK_OK)
    return napi_get_null(env, out);
  const int64_t numbers[] = {
      t.connection_reused,
      t.start_unix_us,
      t.dequeued,
      t.redirect_start,
      t.redirect_end,
      t.resolve_start,
      t.resolve_end,
      t.connect_start,
      t.connect_end,
      t.tls_start,
      t.tls_end,
      t.request_start,
      t.request_end,
      t.response_start,
      t.response_end,
      (int64_t)t.bytes_sent,
      (int64_t)t.bytes_received,
  };
  const size_t count = sizeof numbers / sizeof *numbers;
  list l = list_of(env, count);
  for (size_t i = 0; i < count; i++)
    add_number(&l, (double)numbers[i]);
  *out = l.array;
  return l.ok ? napi_ok : napi_generic_failure;
}

static bool set(napi_env env, napi_value object, const char *name, napi_status made,
                napi_value value) {
  return made == napi_ok && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value = NULL;
  napi_status made = napi_create_double(env, number, &value);
  return set(env, object, name, made, value);
}

static bool set_text(napi_env env, napi_value object, const char *name, reqtask_str text) {
  napi_value value = NULL;
  napi_status made = napi_create_string_utf8(env, text.ptr, text.len, &value);
  return set(env, object, name, made, value);
}

/* The body, or null where there is no whole one. False: there is one, and no memory for it. */
static bool body_of(glue_env *e, const reqtask_complete_event *ev, reqtask_bytes bytes,
                    uint32_t flags, napi_value *out) {
  bool whole = ev->status == REQTASK_OK && (flags & GLUE_CHUNKS) == 0;
  bool made = whole && glue_bytes(e, bytes, out);
  if (!made)
    napi_get_null(e->env, out);
  return made || !whole;
}

/* NativeAnswer, or NULL. *lost: there was no memory for the body, which is null then. */
static napi_value answer_of(glue_env *e, const reqtask_complete_event *ev, uint32_t flags,
                            bool *lost) {
  napi_env env = e->env;
  napi_value object, body = NULL, timing = NULL;
  reqtask_response_info info = {.struct_size = sizeof info};
  if (reqtask_response_read(ev->response, &info) != REQTASK_OK ||
      napi_create_object(env, &object) != napi_ok)
    return NULL;
  *lost = !body_of(e, ev, info.body, flags, &body);
  e->batch->bytes += info.body.len;
  napi_status timed = (flags & GLUE_TIMING) != 0 ? timing_of(env, ev->response, &timing)
                                                 : napi_get_null(env, &timing);
  bool ok = set_number(env, object, "httpVersion", info.http_version) &&
            set_number(env, object, "redirects", info.redirects) &&
            set_text(env, object, "url", info.url) && set_text(env, object, "peer", info.peer) &&
            set(env, object, "body", napi_ok, body) && set(env, object, "timing", timed, timing);
  return ok ? object : NULL;
}

static void complete(glue_env *e, const reqtask_complete_event *ev, uint32_t flags) {
  napi_value answer = NULL;
  bool lost = false;
  reqtask_status status = ev->status;
  reqtask_str message = ev->message;
  if (ev->response != NULL)
    answer = answer_of(e, ev, flags, &lost);
  if (glue_starved(e, ev->task) || lost) {
    status = REQTASK_E_NO_MEMORY;
    message.ptr = reqtask_status_text(status);
    message.len = strlen(message.ptr);
  }
  list l = list_of(e->env, 7);
  add_number(&l, REQTASK_EVENT_COMPLETE);
  add_number(&l, (double)ev->task);
  add_number(&l, status);
  add_number(&l, ev->phase);
  add_number(&l, ev->os_error);
  add_text(&l, message);
  if (ev->response == NULL)
    add_null(&l);
  else
    add(&l, answer != NULL ? napi_ok : napi_generic_failure, answer);
  append(e, &l);
}

void glue_on_complete(void *ear, const reqtask_complete_event *ev) {
  glue_client *c = ((glue_ear *)ear)->client;
  WITHIN_SCOPE(c->env, complete(c->env, ev, ((glue_ear *)ear)->flags));
  glue_rouse(c->env, ev->task);
  c->live--;
  c->env->live--;
}
