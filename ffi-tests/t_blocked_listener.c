/* With direct delivery a listener may block its worker without a word. Everything else goes on:
 * other requests, open streams, time limits, and what the listener itself has started. */
#include "world.h"

#include <semaphore.h>
#include <unistd.h>

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

/* One worker has sent its request and finds another at work, which is held up: somebody must wait
 * for the answer all the same. */
static void an_answer_is_awaited_beside_it(delivery how) {
  world *w = world_open(how);
  sem_t inside, open;
  sem_init(&inside, 0, 0);
  sem_init(&open, 0, 0);
  errand e = {.w = w, .inside = &inside, .open = &open};
  const char *tags[] = {unique(), unique()};
  const char *answers[] = {"status 417 No", "continue"};
  task *both[2];
  for (int i = 0; i < 2; i++) {
    const char *path = i == 0 ? script_path(tags[i], "no-read", text("gate %s", tags[i]),
                                            answers[i], "length 0", "head-end", NULL)
                              : script_path(tags[i], "no-read", text("gate %s", tags[i]),
                                            answers[i], "read-body", "sleep 100", "ok good", NULL);
    reqtask_request *request = request_new("PUT", url_on("http", path));
    CHECK_OK(
        reqtask_request_add_header(request, "expect", REQTASK_NTS, "100-continue", REQTASK_NTS));
    CHECK_OK(reqtask_request_set_body(request, "the body", 8, NULL, NULL));
    both[i] = task_make(w, request);
    if (i == 0) {
      both[i]->rec->hook = at_the_gate;
      both[i]->rec->hook_arg = &e;
    }
    task_start(both[i]);
    control("/_wait?event=gate&path=/script/%s", tags[i]);
  }
  /* Not awaited, only made likely: nobody watches over the two any more. */
  usleep(50000);
  server_open(tags[0]);
  sem_wait(&inside);
  server_open(tags[1]);
  CHECK_STR("good", task_text(both[1], 200));
  sem_post(&open);
  CHECK_INT(REQTASK_OK, await_complete(both[0]));
  world_close(w);
}

static const test_case cases[] = {
    CASE(DIRECT, an_open_stream_goes_on), CASE(DIRECT, time_limits_go_on),
    CASE(DIRECT, what_it_started_goes_on), CASE(DIRECT, many_may_block),
    CASE(DIRECT, an_answer_is_awaited_beside_it)};
MAIN(cases)
