/* Silent streams hold no worker, go on when bytes come, and abort at once. */
#include "world.h"

static task *stream(world *w, const char *port, const char *tag) {
  return task_get(
      w, url_on(port, script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                  text("gate %s", tag), "chunk second", "end", NULL)));
}

static void one_worker_serves_many_streams(delivery how) {
  enum { N = 6 };
  static const char *const ports[] = {"http", "https"};
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  task *streams[N];
  const char *tags[N];
  for (size_t i = 0; i < N; i++) {
    tags[i] = unique();
    streams[i] = stream(w, ports[i % 2], tags[i]);
  }
  for (size_t i = 0; i < N; i++)
    await_body(streams[i], 5); /* all are open at once, by one worker */
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  for (size_t i = 0; i < 2; i++) {
    task_abort(streams[i]);
    CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_BODY, streams[i]);
    server_wait("gone", tags[i]);
  }
  for (size_t i = 2; i < N; i++)
    server_open(tags[i]);
  for (size_t i = 2; i < N; i++)
    CHECK_STR("firstsecond", task_text(streams[i], 200));
  world_close(w);
}

static void limits_of_a_parked_stream(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  const char *path =
      script_path(tag, "status 200 OK", "chunked", "head-end", "chunk x", "stall", NULL);
  reqtask_request *request = request_new("GET", url_on("http", path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, 100));
  task *idle = task_make(w, request);
  request = request_new("GET", url_on("http", path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 150));
  task *total = task_make(w, request);
  task_start(idle);
  task_start(total);
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_BODY, idle);
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_BODY, total);
  CHECK_INT(1, recorder_body_len(idle->rec));
  server_wait("gone", tag);
  world_close(w);
}

static void close_ends_parked_streams(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = stream(w, "http", tag);
  await_body(t, 5);
  world_close(w);
  server_wait("gone", tag);
}

static const test_case cases[] = {CASE(BOTH, one_worker_serves_many_streams),
                                  CASE(BOTH, limits_of_a_parked_stream),
                                  CASE(BOTH, close_ends_parked_streams)};
MAIN(cases)
