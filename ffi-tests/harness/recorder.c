/*
 * recorder.c - see recorder.h. The listeners copy everything that they need: event structs live
 * only during the call.
 */
#include "recorder.h"

#include <inttypes.h>
#include <stdlib.h>

/* One registered listener: which recorder, which kind. */
typedef struct tap {
  recorder *rec;
  uint32_t kind;
} tap;

recorder *recorder_new(void) {
  recorder *rec = calloc(1, sizeof *rec);
  NEED(rec != NULL);
  pthread_mutex_init(&rec->lock, NULL);
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&rec->changed, &attr);
  pthread_condattr_destroy(&attr);
  return rec;
}

static void destroy_tap(void *user) {
  tap *t = user;
  pthread_mutex_lock(&t->rec->lock);
  t->rec->destroyed[t->kind]++;
  pthread_cond_broadcast(&t->rec->changed);
  pthread_mutex_unlock(&t->rec->lock);
  free(t);
}

/* Starts a listener call: checks what holds for all, and makes a new entry. The lock is held after.
 */
static recorded *begin(recorder *rec, uint32_t kind, reqtask_id task) {
  pthread_mutex_lock(&rec->lock);
  CHECK(!rec->running); /* one task's listeners never overlap */
  rec->running = true;
  CHECK_INT(0, rec->counts[REQTASK_EVENT_COMPLETE]); /* nothing comes after the completion */
  if (rec->count == rec->room) {
    rec->room = rec->room ? rec->room * 2 : 64;
    rec->events = realloc(rec->events, rec->room * sizeof *rec->events);
    NEED(rec->events != NULL);
  }
  recorded *made = &rec->events[rec->count++];
  *made = (recorded){.kind = kind, .thread = pthread_self(), .t_us = now_us(), .task = task};
  rec->counts[kind]++;
  return made;
}

static void end(recorder *rec, uint32_t kind, const void *event) {
  recorder_hook hook = rec->hook;
  void *arg = rec->hook_arg;
  pthread_cond_broadcast(&rec->changed);
  pthread_mutex_unlock(&rec->lock);
  if (hook)
    hook(rec, kind, event, arg);
  pthread_mutex_lock(&rec->lock);
  rec->running = false;
  pthread_cond_broadcast(&rec->changed);
  pthread_mutex_unlock(&rec->lock);
}

static char *copy(reqtask_str s) {
  CHECK(s.ptr != NULL);
  CHECK_INT(0, s.ptr[s.len]);
  char *out = arena(s.len + 1);
  memcpy(out, s.ptr, s.len);
  return out;
}

static void on_headers(void *user, const reqtask_headers_event *ev) {
  recorder *rec = ((tap *)user)->rec;
  begin(rec, REQTASK_EVENT_HEADERS, ev->task);
  CHECK_INT(sizeof *ev, ev->struct_size);
  CHECK_INT(1, rec->counts[REQTASK_EVENT_HEADERS]);
  CHECK_INT(0, rec->counts[REQTASK_EVENT_CHUNK]);
  rec->http_status = ev->http_status;
  rec->header_count = ev->header_count;
  rec->names = arena((ev->header_count + 1) * sizeof *rec->names);
  rec->values = arena((ev->header_count + 1) * sizeof *rec->values);
  for (size_t i = 0; i < ev->header_count; i++) {
    rec->names[i] = copy(ev->headers[i].name);
    rec->values[i] = copy(ev->headers[i].value);
  }
  end(rec, REQTASK_EVENT_HEADERS, ev);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  recorder *rec = ((tap *)user)->rec;
  recorded *made = begin(rec, REQTASK_EVENT_CHUNK, ev->task);
  CHECK_INT(sizeof *ev, ev->struct_size);
  CHECK(ev->bytes.len > 0);
  CHECK(ev->bytes.buf != NULL);
  if (rec->counts[REQTASK_EVENT_CHUNK] == 1)
    rec->first_offset = ev->offset; /* not 0 for a listener that was added late */
  CHECK_INT(rec->first_offset + rec->body_len, ev->offset);
  made->chunk_len = ev->bytes.len;
  made->chunk_offset = ev->offset;
  if (rec->body_len + ev->bytes.len > rec->body_room) {
    rec->body_room = (rec->body_len + ev->bytes.len) * 2;
    rec->body = realloc(rec->body, rec->body_room);
    NEED(rec->body != NULL);
  }
  memcpy(rec->body + rec->body_len, ev->bytes.data, ev->bytes.len);
  rec->body_len += ev->bytes.len;
  end(rec, REQTASK_EVENT_CHUNK, ev);
}

static void on_progress(void *user, const reqtask_progress_event *ev) {
  recorder *rec = ((tap *)user)->rec;
  recorded *made = begin(rec, REQTASK_EVENT_PROGRESS, ev->task);
  CHECK_INT(sizeof *ev, ev->struct_size);
  made->sent = ev->sent;
  made->send_total = ev->send_total;
  made->received = ev->received;
  made->receive_total = ev->receive_total;
  end(rec, REQTASK_EVENT_PROGRESS, ev);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  recorder *rec = ((tap *)user)->rec;
  recorded *made = begin(rec, REQTASK_EVENT_COMPLETE, ev->task);
  CHECK_INT(sizeof *ev, ev->struct_size);
  made->status = ev->status;
  made->phase = ev->phase;
  made->os_error = ev->os_error;
  rec->had_response = ev->response != NULL;
  CHECK(ev->message.ptr != NULL);
  CHECK((ev->message.len == 0) == (ev->status == REQTASK_OK));
  snprintf(rec->message, sizeof rec->message, "%s", ev->message.ptr);
  end(rec, REQTASK_EVENT_COMPLETE, ev);
}

reqtask_status recorder_attach_one(recorder *rec, reqtask_id task, uint32_t kind,
                                   reqtask_listener *out) {
  tap *t = malloc(sizeof *t);
  NEED(t != NULL);
  *t = (tap){.rec = rec, .kind = kind};
  pthread_mutex_lock(&rec->lock);
  rec->attached[kind]++;
  pthread_mutex_unlock(&rec->lock);
  switch (kind) {
  case REQTASK_EVENT_HEADERS:
    return reqtask_on_headers(task, on_headers, t, destroy_tap, out);
  case REQTASK_EVENT_CHUNK:
    return reqtask_on_chunk(task, on_chunk, t, destroy_tap, out);
  case REQTASK_EVENT_PROGRESS:
    return reqtask_on_progress(task, on_progress, t, destroy_tap, out);
  default:
    return reqtask_on_complete(task, on_complete, t, destroy_tap, out);
  }
}

void recorder_attach(recorder *rec, reqtask_id task) {
  static const uint32_t kinds[] = {REQTASK_EVENT_HEADERS, REQTASK_EVENT_CHUNK,
                                   REQTASK_EVENT_PROGRESS, REQTASK_EVENT_COMPLETE};
  for (size_t i = 0; i < COUNT_OF(kinds); i++)
    CHECK_OK(recorder_attach_one(rec, task, kinds[i], NULL));
}

void recorder_free(recorder *rec) {
  for (uint32_t kind = 1; kind < COUNT_OF(rec->destroyed); kind++)
    CHECK_INT(rec->attached[kind], rec->destroyed[kind]);
  if (failures_so_far() > 0)
    recorder_dump(rec);
  free(rec->events);
  free(rec->body);
  pthread_cond_destroy(&rec->changed);
  pthread_mutex_destroy(&rec->lock);
  free(rec);
}

size_t recorder_seen(recorder *rec, uint32_t kind) {
  pthread_mutex_lock(&rec->lock);
  size_t n = rec->counts[kind];
  pthread_mutex_unlock(&rec->lock);
  return n;
}

size_t recorder_body_len(recorder *rec) {
  pthread_mutex_lock(&rec->lock);
  size_t n = rec->body_len;
  pthread_mutex_unlock(&rec->lock);
  return n;
}

static int sum(recorder *rec, const int *counts) {
  int n = 0;
  pthread_mutex_lock(&rec->lock);
  for (int kind = 1; kind < 5; kind++)
    n += counts[kind];
  pthread_mutex_unlock(&rec->lock);
  return n;
}

int recorder_destroyed(recorder *rec) { return sum(rec, rec->destroyed); }

int recorder_attached(recorder *rec) { return sum(rec, rec->attached); }

recorded recorder_event(recorder *rec, uint32_t kind, size_t n) {
  recorded out = {0};
  bool found = false;
  pthread_mutex_lock(&rec->lock);
  for (size_t i = 0; i < rec->count && !found; i++)
    if (rec->events[i].kind == kind && n-- == 0) {
      out = rec->events[i];
      found = true;
    }
  pthread_mutex_unlock(&rec->lock);
  CHECK(found);
  return out;
}

const char *recorder_header(recorder *rec, const char *name, size_t n) {
  for (size_t i = 0; i < rec->header_count; i++)
    if (strcmp(rec->names[i], name) == 0 && n-- == 0)
      return rec->values[i];
  return NULL;
}

void recorder_dump(recorder *rec) {
  static const char *const names[] = {"?", "headers", "chunk", "progress", "complete"};
  pthread_mutex_lock(&rec->lock);
  for (size_t i = 0; i < rec->count && i < 40; i++) {
    const recorded *e = &rec->events[i];
    printf("#   %zu %s", i, names[e->kind]);
    if (e->kind == REQTASK_EVENT_HEADERS)
      printf(" http %" PRIu32, rec->http_status);
    if (e->kind == REQTASK_EVENT_CHUNK)
      printf(" %" PRIu64 "+%zu", e->chunk_offset, e->chunk_len);
    if (e->kind == REQTASK_EVENT_PROGRESS)
      printf(" sent %" PRId64 "/%" PRId64 " received %" PRId64 "/%" PRId64, e->sent, e->send_total,
             e->received, e->receive_total);
    if (e->kind == REQTASK_EVENT_COMPLETE)
      printf(" %s phase %" PRIu32 " os %" PRId32 " \"%s\"", status_name(e->status), e->phase,
             e->os_error, rec->message);
    printf("\n");
  }
  if (rec->count == 0)
    printf("#   no events\n");
  pthread_mutex_unlock(&rec->lock);
}
