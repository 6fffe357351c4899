/* reqtask_timing: what happened is in order, what did not is unknown, and bytes are counted. */
#include <time.h>

#include "world.h"

static reqtask_timing timing_of(task *t) {
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  reqtask_timing timing = {.struct_size = sizeof timing};
  CHECK_OK(reqtask_response_timing(response, &timing));
  reqtask_response_free(response);
  return timing;
}

static void in_order(const int64_t *marks, size_t count) {
  for (size_t i = 0; i < count; i++) {
    CHECK(marks[i] >= 0);
    if (i > 0 && !CHECK(marks[i] >= marks[i - 1]))
      printf("#   mark %zu: %lld after %lld\n", i, (long long)marks[i], (long long)marks[i - 1]);
  }
}

static void a_first_request(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  const char *path = script_path(gate, "status 200 OK", "length 4", "head-end", "body ab",
                                 text("gate %s", gate), "body cd", NULL);
  int64_t wall = (int64_t)time(NULL) * 1000000;
  int64_t start = now_us();
  task *t = task_get(w, text("https://localhost:%u%s", server_port("https"), path));
  await_body(t, 2);
  int64_t half_way = now_us() - start;
  server_open(gate);
  CHECK_STR("abcd", task_text(t, 200));
  int64_t took = now_us() - start;
  reqtask_timing m = timing_of(t);
  const int64_t marks[] = {m.dequeued,    m.resolve_start,  m.resolve_end, m.connect_start,
                           m.connect_end, m.tls_start,      m.tls_end,     m.request_start,
                           m.request_end, m.response_start, m.response_end};
  in_order(marks, COUNT_OF(marks));
  CHECK(m.response_end <= took);
  CHECK(m.response_start <= half_way); /* the server waited in the body */
  CHECK_INT(0, m.connection_reused);
  CHECK_INT(REQTASK_UNKNOWN, m.redirect_start);
  CHECK_INT(REQTASK_UNKNOWN, m.redirect_end);
  CHECK(m.start_unix_us >= wall - 1000000 && m.start_unix_us < wall + 60000000);
  CHECK(m.bytes_sent > 500 && m.bytes_received > 500); /* TLS records and handshake */
  world_close(w);
}

static void a_reused_connection(delivery how) {
  world *w = world_open(how);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  task *t = task_get(w, url_on("http", "/hello"));
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  reqtask_timing m = timing_of(t);
  CHECK_INT(1, m.connection_reused);
  const int64_t none[] = {m.resolve_start, m.resolve_end, m.connect_start,
                          m.connect_end,   m.tls_start,   m.tls_end};
  for (size_t i = 0; i < COUNT_OF(none); i++)
    CHECK_INT(REQTASK_UNKNOWN, none[i]);
  const int64_t marks[] = {m.dequeued, m.request_start, m.request_end, m.response_start,
                           m.response_end};
  in_order(marks, COUNT_OF(marks));
  world_close(w);
}

static void redirects_have_their_own_marks(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/redirect/2"));
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  reqtask_timing m = timing_of(t);
  const int64_t marks[] = {m.dequeued,    m.redirect_start, m.redirect_end, m.request_start,
                           m.request_end, m.response_start, m.response_end};
  in_order(marks, COUNT_OF(marks));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  reqtask_response_info info = {.struct_size = sizeof info};
  CHECK_OK(reqtask_response_read(response, &info));
  CHECK_INT(2, info.redirects);
  CHECK(str_is(info.url, url_on("http", "/hello")));
  reqtask_response_free(response);
  world_close(w);
}

static void bytes_on_the_wire(delivery how) {
  world *w = world_open(how);
  reqtask_request *request = request_new("POST", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_set_body(request, "0123456789", 10, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  const char *echo = task_text(t, 200);
  reqtask_timing m = timing_of(t);
  CHECK_INT(strlen(echo), m.bytes_sent); /* the echo is what was sent, to the byte */
  int head = (int)strlen(text("HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
                              "content-length: %zu\r\n\r\n",
                              strlen(echo)));
  CHECK_INT((size_t)head + strlen(echo), m.bytes_received);
  world_close(w);
}

static void queue_time_counts_apart(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  const char *gate = unique();
  task *first = task_get(w, url_on("http", script_path(gate, text("gate %s", gate), "ok", NULL)));
  server_wait("gate", gate);
  reqtask_request *request = request_new("GET", url_on("http", "/hello"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 150));
  task *second = task_make(w, request);
  task_start(second);
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(second->id, 200)); /* queued for longer than that */
  server_open(gate);
  CHECK_STATUS(REQTASK_OK, await_complete(first));
  CHECK_STR("Hello, world!\n", task_text(second, 200)); /* H-8: the queue is not on the clock */
  CHECK(timing_of(second).dequeued >= 190000);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, a_first_request), CASE(BOTH, a_reused_connection),
                                  CASE(BOTH, redirects_have_their_own_marks),
                                  CASE(BOTH, bytes_on_the_wire),
                                  CASE(BOTH, queue_time_counts_apart)};
MAIN(cases)
