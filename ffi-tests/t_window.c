/* Undelivered bytes never exceed the window; reading goes on when the consumer catches up. */
#include <sched.h>

#include "world.h"

enum { WINDOW = 50000, CHUNK = 10000 };

static task *big(world *w, const char *port, const char *tag) {
  const char *path =
      script_path(tag, "status 200 OK", "length 30000000", "head-end", "bytes 30000000", NULL);
  reqtask_request *request = request_new("GET", url_on(port, path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_WINDOW_BYTES, WINDOW));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CHUNK_MAX_BYTES, CHUNK));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  return task_make(w, request);
}

static int64_t received(task *t) {
  const reqtask_response *response = NULL;
  if (reqtask_response_get(t->id, &response) != REQTASK_OK)
    return 0;
  reqtask_timing timing = {.struct_size = sizeof timing};
  CHECK_OK(reqtask_response_timing(response, &timing));
  reqtask_response_free(response);
  return (int64_t)timing.bytes_received;
}

static void a_consumer_that_does_not_dispatch(delivery how) {
  world *w = world_open(how);
  static const char *const ports[] = {"http", "https"};
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    const char *tag = unique();
    task *t = big(w, ports[i], tag);
    task_start(t);
    waiting_for("the window to fill");
    while (received(t) < WINDOW)
      sched_yield();
    CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 100)); /* time enough to overfill it */
    CHECK_INT(0, server_count("done", tag));                   /* the server is slowed down */
    CHECK_OK(reqtask_client_dispatch(w->client, 0, 0, NULL));  /* what waits now */
    size_t first = recorder_body_len(t->rec);
    CHECK(first >= WINDOW - CHUNK && first <= WINDOW + CHUNK);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK_INT(30000000, recorder_body_len(t->rec));
    CHECK_INT(30000000, pattern_length(t->rec->body, t->rec->body_len, 0));
    for (size_t e = 0; e < t->rec->count; e++)
      CHECK(t->rec->events[e].chunk_len <= CHUNK);
  }
  world_close(w);
}

static void a_paused_task(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = big(w, "http", tag);
  CHECK_OK(reqtask_pause(t->id));
  task_start(t);
  waiting_for("the window to fill");
  while (received(t) < WINDOW)
    sched_yield();
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 100));
  CHECK_INT(0, server_count("done", tag));
  CHECK(received(t) <= WINDOW + 300000); /* buffers of the transport are not the window */
  CHECK_INT(0, recorder_body_len(t->rec));
  CHECK_OK(reqtask_resume(t->id));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(30000000, pattern_length(t->rec->body, t->rec->body_len, 0));
  world_close(w);
}

static reqtask_buf *kept[4000];
static size_t kept_count;

static void keep(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)arg;
  if (kind != REQTASK_EVENT_CHUNK || kept_count == COUNT_OF(kept))
    return;
  const reqtask_chunk_event *chunk = event;
  reqtask_buf_retain(chunk->bytes.buf);
  kept[kept_count++] = chunk->bytes.buf;
}

static void retained_bytes_do_not_count(delivery how) {
  world *w = world_open(how);
  task *t = big(w, "http", unique());
  kept_count = 0;
  t->rec->hook = keep;
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t)); /* would hang if they did */
  CHECK_INT(30000000, recorder_body_len(t->rec));
  while (kept_count > 0)
    reqtask_buf_release(kept[--kept_count]);
  world_close(w);
}

static const test_case cases[] = {CASE(QUEUED, a_consumer_that_does_not_dispatch),
                                  CASE(BOTH, a_paused_task),
                                  CASE(BOTH, retained_bytes_do_not_count)};
MAIN(cases)
