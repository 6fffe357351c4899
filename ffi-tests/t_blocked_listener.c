/* With direct delivery a listener may block its worker without a word. Everything else goes on:
 * other requests, open streams, time limits, and what the listener itself has started. */
#include "world.h"

#include <semaphore.h>

typedef struct errand {
  world *w;
  task *other;
  const char *tag;
  sem_t *inside, *open;
} errand;

static task *blocked_by(world *w, recorder_hook hook, errand *e) {
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  t->rec->hook = hook;
  t->rec->hook_arg = e;
  task_start(t);
  return t;
}

static task *stream_make(world *w, const char *tag) {
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  return task_make(w, request_new("GET", url_on("http", path)));
}

static void until_the_stream_ends(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  errand *e = arg;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  server_open(e->tag);
  CHECK_STR("firstsecond", task_text(e->other, 200));
}

static void an_open_stream_goes_on(delivery how) {
  world *w = world_open(how);
  errand e = {.w = w, .tag = unique()};
  e.other = stream_make(w, e.tag);
  task_start(e.other);
  await_body(e.other, 5);
  CHECK_STR("Hello, world!\n", task_text(blocked_by(w, until_the_stream_ends, &e), 200));
  world_close(w);
}

static void until_it_times_out(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  errand *e = arg;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_BODY, e->other);
}

static void time_limits_go_on(delivery how) {
  world *w = world_open(how);
  errand e = {.w = w, .tag = unique()};
  const char *path =
      script_path(e.tag, "status 200 OK", "chunked", "head-end", "chunk x", "stall", NULL);
  reqtask_request *request = request_new("GET", url_on("http", path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, 200));
  e.other = task_make(w, request);
  task_start(e.other);
  await_body(e.other, 1);
  CHECK_STR("Hello, world!\n", task_text(blocked_by(w, until_it_times_out, &e), 200));
  world_close(w);
}

static void with_another(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  errand *e = arg;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  CHECK_STR("Hello, world!\n", task_text(task_get(e->w, url_on("https", "/hello")), 200));
}

static void what_it_started_goes_on(delivery how) {
  world *w = world_open(how);
  errand e = {.w = w};
  for (int i = 0; i < 20; i++)
    CHECK_STR("Hello, world!\n", task_text(blocked_by(w, with_another, &e), 200));
  world_close(w);
}

static void at_the_gate(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  errand *e = arg;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  sem_post(e->inside);
  sem_wait(e->open);
}

/* More of them than workers start without hesitation, and than processors. */
static void many_may_block(delivery how) {
  enum { N = 24 };
  world *w = world_open(how);
  sem_t inside, open;
  sem_init(&inside, 0, 0);
  sem_init(&open, 0, 0);
  errand e = {.w = w, .inside = &inside, .open = &open};
  task *blocked[N];
  for (int i = 0; i < N; i++)
    blocked[i] = blocked_by(w, at_the_gate, &e);
  for (int i = 0; i < N; i++)
    sem_wait(&inside);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  for (int i = 0; i < N; i++)
    sem_post(&open);
  for (int i = 0; i < N; i++)
    CHECK_STR("Hello, world!\n", task_text(blocked[i], 200));
  world_close(w);
}

static const test_case cases[] = {
    CASE(DIRECT, an_open_stream_goes_on), CASE(DIRECT, time_limits_go_on),
    CASE(DIRECT, what_it_started_goes_on), CASE(DIRECT, many_may_block)};
MAIN(cases)
