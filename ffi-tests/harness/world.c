/*
 * world.c - see world.h.
 */
#include "world.h"

#include <stdlib.h>
#include <time.h>

/* Guards the lists of tasks: cases may make tasks on several threads. */
static pthread_mutex_t tasks_lock = PTHREAD_MUTEX_INITIALIZER;

static void wakeup(void *user) { atomic_fetch_add(&((world *)user)->wakeups, 1); }

static void wakeup_destroyed(void *user) {
  atomic_fetch_add(&((world *)user)->wakeup_destroyed, 1);
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  NEED(file != NULL);
  char *out = arena(65536);
  size_t n = fread(out, 1, 65535, file);
  fclose(file);
  out[n] = 0;
  return out;
}

world *world_new(delivery how) {
  world *w = calloc(1, sizeof *w);
  NEED(w != NULL);
  w->how = how;
  NEED_OK(reqtask_config_new(&w->config));
  world_str(w, REQTASK_OPT_ROOTS_PEM, read_file(server_ca()));
  if (how == QUEUED)
    NEED_OK(reqtask_config_set_wakeup(w->config, wakeup, w, wakeup_destroyed));
  return w;
}

void world_start(world *w) {
  NEED_OK(reqtask_client_new(w->config, &w->client));
  reqtask_config_free(w->config);
  w->config = NULL;
}

world *world_open(delivery how) {
  world *w = world_new(how);
  world_start(w);
  return w;
}

void world_u64(world *w, uint32_t key, uint64_t value) {
  NEED_OK(reqtask_config_set_u64(w->config, key, value));
}

void world_str(world *w, uint32_t key, const char *value) {
  NEED_OK(reqtask_config_set_str(w->config, key, value, REQTASK_NTS));
}

void world_close(world *w) {
  for (task *t = w->tasks; t; t = t->next)
    if (!t->released)
      CHECK_OK(reqtask_release(t->id));
  reqtask_config_free(w->config);
  waiting_for("reqtask_client_close");
  if (w->client)
    CHECK_OK(reqtask_client_close(w->client, (uint32_t)(20000 * patience())));
  CHECK_INT(w->how == QUEUED, atomic_load(&w->wakeup_destroyed));
  while (w->tasks) {
    task *t = w->tasks;
    w->tasks = t->next;
    recorder_free(t->rec);
    free(t);
  }
  free(w);
}

reqtask_request *request_new(const char *method, const char *url) {
  reqtask_request *request = NULL;
  NEED_OK(reqtask_request_new(method, REQTASK_NTS, url, REQTASK_NTS, &request));
  return request;
}

task *task_make_bare(world *w, reqtask_request *request) {
  task *t = calloc(1, sizeof *t);
  NEED(t != NULL);
  t->in = w;
  t->rec = recorder_new();
  NEED_OK(reqtask_create(w->client, request, &t->id));
  reqtask_request_free(request);
  pthread_mutex_lock(&tasks_lock);
  t->next = w->tasks;
  w->tasks = t;
  pthread_mutex_unlock(&tasks_lock);
  return t;
}

task *task_make(world *w, reqtask_request *request) {
  task *t = task_make_bare(w, request);
  recorder_attach(t->rec, t->id);
  return t;
}

task *task_get(world *w, const char *url) {
  task *t = task_make(w, request_new("GET", url));
  task_start(t);
  return t;
}

void task_start(task *t) { NEED_OK(reqtask_start(t->id)); }

void task_abort(task *t) { CHECK_OK(reqtask_abort(t->id)); }

void task_release(task *t) {
  CHECK_OK(reqtask_release(t->id));
  t->released = true;
}

/* ------------------------------------------------------------------ waiting */

typedef bool (*condition)(task *t, uint32_t kind, int64_t value);

/* The recorder's lock is held while a condition is asked. */
static bool seen(task *t, uint32_t kind, int64_t value) {
  /* A completion is awaited until its listener has returned, its hook included. */
  bool busy = kind == REQTASK_EVENT_COMPLETE && t->rec->running;
  return (int64_t)t->rec->counts[kind] >= value && !busy;
}

static bool body_is_there(task *t, uint32_t kind, int64_t value) {
  (void)kind;
  return (int64_t)t->rec->body_len >= value;
}

static bool destroyed(task *t, uint32_t kind, int64_t value) {
  (void)kind;
  int n = 0;
  for (int k = 1; k < 5; k++)
    n += t->rec->destroyed[k];
  return n >= value;
}

/* The watchdog ends a wait that is in vain. A completion that comes instead of what is awaited ends
 * it too: nothing can come after that. */
static void await(task *t, condition is_there, uint32_t kind, int64_t value, const char *what) {
  waiting_for(what);
  recorder *rec = t->rec;
  pthread_mutex_lock(&rec->lock);
  while (!is_there(t, kind, value)) {
    if (is_there != destroyed && rec->counts[REQTASK_EVENT_COMPLETE] > 0 && !rec->running) {
      pthread_mutex_unlock(&rec->lock);
      printf("# the task was complete before there was: %s\n", what);
      FAIL("the awaited event came");
      return;
    }
    if (t->in->how == DIRECT) {
      pthread_cond_wait(&rec->changed, &rec->lock);
    } else {
      pthread_mutex_unlock(&rec->lock);
      CHECK_OK(reqtask_client_dispatch(t->in->client, 0, 50, NULL));
      pthread_mutex_lock(&rec->lock);
    }
  }
  pthread_mutex_unlock(&rec->lock);
  waiting_for("nothing");
}

void await_events(task *t, uint32_t kind, size_t count) {
  static const char *const names[] = {"?", "headers", "chunk", "progress", "complete"};
  await(t, seen, kind, (int64_t)count, text("%zu %s event(s)", count, names[kind]));
}

void await_body(task *t, size_t len) {
  await(t, body_is_there, 0, (int64_t)len, text("%zu bytes of the body", len));
}

void await_destroyed(task *t, int count) {
  await(t, destroyed, 0, count, text("%d destroy calls", count));
}

reqtask_status await_complete(task *t) {
  await_events(t, REQTASK_EVENT_COMPLETE, 1);
  return recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).status;
}

void check_ends(reqtask_status status, uint32_t phase, task *t, const char *file, int line) {
  reqtask_status got = await_complete(t);
  recorded end = recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0);
  if (got != status || end.phase != phase) {
    printf("# %s:%d: ended with %s in phase %u, not %s in phase %u: %s\n", file, line,
           status_name(got), end.phase, status_name(status), phase, t->rec->message);
    check_int(status, got, "the status of the completion", file, line);
    check_int(phase, end.phase, "the phase of the completion", file, line);
  }
}

void pump(world *w) {
  if (w->how == QUEUED)
    CHECK_OK(reqtask_client_dispatch(w->client, 0, 0, NULL));
}

const char *task_text(task *t, uint32_t http_status) {
  reqtask_status status = await_complete(t);
  CHECK_STATUS(REQTASK_OK, status);
  const reqtask_response *response = NULL;
  if (status != REQTASK_OK || reqtask_response_get(t->id, &response) != REQTASK_OK) {
    recorder_dump(t->rec);
    FAIL("there is a response");
    return "";
  }
  reqtask_response_info info = {.struct_size = sizeof info};
  CHECK_OK(reqtask_response_read(response, &info));
  CHECK_INT(http_status, info.http_status);
  char *out = arena(info.body.len + 1);
  if (info.body.len > 0)
    memcpy(out, info.body.data, info.body.len);
  reqtask_response_free(response);
  return out;
}
