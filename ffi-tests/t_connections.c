/* Connections: kept and reused, dropped after an abort, and one retry when a kept one was stale. */
#include <stdlib.h>
#include <time.h>

#include "world.h"

static int connection_of(const char *keepalive) { return atoi(strchr(keepalive, '=') + 1); }

static const char *get(world *w, const char *port, const char *path) {
  return task_text(task_get(w, url_on(port, path)), 200);
}

static void kept_and_reused(delivery how) {
  static const char *const ports[] = {"http", "https"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    int first = connection_of(get(w, ports[i], "/keepalive"));
    for (int k = 0; k < 5; k++)
      CHECK_INT(first, connection_of(get(w, ports[i], "/keepalive")));
  }
  world_close(w);
}

static void none_kept(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_IDLE_CONNECTIONS, 0);
  world_start(w);
  CHECK(connection_of(get(w, "http", "/keepalive")) != connection_of(get(w, "http", "/keepalive")));
  world_close(w);
}

static void not_after_an_abort_or_a_close(delivery how) {
  world *w = world_open(how);
  int first = connection_of(get(w, "http", "/keepalive"));
  task *t = task_get(w, url_on("http", "/stream?n=1&then=stall"));
  await_body(t, 1);
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  int second = connection_of(get(w, "http", "/keepalive"));
  CHECK(second != first);
  const char *close =
      script_path("c", "status 200 OK", "field connection: close", "length 0", "head-end", NULL);
  task_text(task_get(w, url_on("http", close)), 200);
  CHECK(connection_of(get(w, "http", "/keepalive")) != second);
  world_close(w);
}

static void one_retry_on_a_stale_connection(delivery how) {
  world *w = world_open(how);
  /* The server closes when the second request comes: too late for a look before sending. */
  unsigned port = server_listen_script(
      "read-head\nraw HTTP/1.1 200 OK\\r\\ncontent-length: 5\\r\\n\\r\\nfirst\nread-head\nclose");
  for (int i = 0; i < 3; i++)
    CHECK_STR("first", task_text(task_get(w, url_at(port, "/")), 200));
  /* A POST that may have been acted on is not sent twice. */
  reqtask_request *request = request_new("POST", url_at(port, "/"));
  CHECK_OK(reqtask_request_set_body(request, "x", 1, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  reqtask_status status = await_complete(t);
  CHECK(status == REQTASK_E_IO || status == REQTASK_OK); /* OK: it went on a fresh connection */
  world_close(w);
}

static void no_retry_on_a_fresh_connection(delivery how) {
  world *w = world_open(how);
  unsigned port = server_listen_script("read-head\nclose");
  task *t = task_get(w, url_at(port, "/"));
  CHECK_STATUS(REQTASK_E_IO, await_complete(t));
  const char *log = control("/_log?event=accepted&port=%u", port);
  CHECK(strchr(log, '\n') == strrchr(log, '\n')); /* one line */
  world_close(w);
}

static void idle_ones_are_closed_in_time(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_IDLE_CONNECTION_MS, 50);
  world_start(w);
  unsigned port = server_listen("http");
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_at(port, "/hello")), 200));
  struct timespec past = {.tv_sec = 0, .tv_nsec = 120 * 1000 * 1000};
  nanosleep(&past, NULL); /* the time limit itself is under test */
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_at(port, "/hello")), 200));
  const char *log = control("/_log?event=accepted&port=%u", port);
  CHECK(strchr(log, '\n') != strrchr(log, '\n')); /* two */
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, kept_and_reused),
                                  CASE(DIRECT, none_kept),
                                  CASE(BOTH, not_after_an_abort_or_a_close),
                                  CASE(BOTH, one_retry_on_a_stale_connection),
                                  CASE(BOTH, no_retry_on_a_fresh_connection),
                                  CASE(DIRECT, idle_ones_are_closed_in_time)};
MAIN(cases)
