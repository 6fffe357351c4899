/* How connections fail: each status with its phase and, where the system has one, its errno. */
#include <errno.h>

#include "world.h"

static void refused(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("refused", "/"));
  CHECK_ENDS(REQTASK_E_CONNECT, REQTASK_PHASE_CONNECT, t);
  CHECK_INT(ECONNREFUSED, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).os_error);
  CHECK(!t->rec->had_response);
  const reqtask_response *response = NULL;
  CHECK_STATUS(REQTASK_E_STATE, reqtask_response_get(t->id, &response));
  world_close(w);
}

static void reset_before_an_answer(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/script?reset"));
  CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_HEADERS, t);
  CHECK_INT(ECONNRESET, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).os_error);
  world_close(w);
}

static void closed_before_an_answer(delivery how) {
  world *w = world_open(how);
  CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_HEADERS, task_get(w, url_on("http", "/script?close")));
  const char *half = "/script?raw%20HTTP%2F1.1%20200%20OK%5Cr%5Cnx&close";
  CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_HEADERS, task_get(w, url_on("http", half)));
  world_close(w);
}

static void truncated_is_never_success(delivery how) {
  static const char *const ends[] = {"close", "reset"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(ends); i++) {
    const char *paths[] = {
        script_path("t", "status 200 OK", "length 10", "head-end", "body 12345", ends[i], NULL),
        script_path("t", "status 200 OK", "chunked", "head-end", "chunk 12345", ends[i], NULL),
        script_path("t", "status 200 OK", "chunked", "head-end", "raw 9\\r\\n12345", ends[i], NULL),
        script_path("t", "status 200 OK", "chunked", "head-end", "chunk 12345", "raw 0\\r\\n",
                    ends[i], NULL),
    };
    for (size_t k = 0; k < COUNT_OF(paths); k++)
      for (int tls = 0; tls <= 1; tls++) {
        task *t = task_get(w, url_on(tls ? "https" : "http", paths[k]));
        CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_BODY, t);
        /* A reset may overtake the bytes; a close may not. */
        if (i == 0)
          CHECK_MEM("12345", 5, t->rec->body, t->rec->body_len);
        CHECK(t->rec->had_response);
      }
  }
  world_close(w);
}

static void close_delimited_bodies(delivery how) {
  world *w = world_open(how);
  const char *whole = script_path("t", "status 200 OK", "head-end", "body all", "close", NULL);
  CHECK_STR("all", task_text(task_get(w, url_on("http", whole)), 200));
  CHECK_STR("all", task_text(task_get(w, url_on("https", whole)), 200));
  const char *reset = script_path("t", "status 200 OK", "head-end", "body all", "reset", NULL);
  CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_BODY, task_get(w, url_on("http", reset)));
  /* Over TLS an end without close_notify may be an attacker's: RFC 8446 6.1. */
  const char *cut =
      script_path("t", "status 200 OK", "head-end", "body all", "close-no-notify", NULL);
  CHECK_ENDS(REQTASK_E_IO, REQTASK_PHASE_BODY, task_get(w, url_on("https", cut)));
  world_close(w);
}

static void certificates(delivery how) {
  static const char *const ports[] = {"expired", "wrong-host", "untrusted"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    task *t = task_get(w, url_on(ports[i], "/hello"));
    CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS, t);
    CHECK(!t->rec->had_response);
  }
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("https", "/hello")), 200));
  world_close(w);
}

static void not_tls_at_all(delivery how) {
  world *w = world_open(how);
  unsigned plain = server_listen_script("read-bytes 5\nraw HTTP/1.1 400 Bad\\r\\n\\r\\n\nclose");
  task *t = task_get(w, text("https://localhost:%u/", plain));
  CHECK_ENDS(REQTASK_E_TLS, REQTASK_PHASE_TLS, t);
  unsigned hangup = server_listen_script("read-bytes 5\nclose");
  t = task_get(w, text("https://localhost:%u/", hangup));
  reqtask_status status = await_complete(t); /* a handshake that failed by an end of the stream */
  CHECK(status == REQTASK_E_TLS || status == REQTASK_E_IO);
  CHECK_INT(REQTASK_PHASE_TLS, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).phase);
  world_close(w);
}

static void limits_in_time(delivery how) {
  world *w = world_open(how);
  static const struct {
    uint32_t key;
    const char *steps;
    uint32_t phase;
  } rows[] = {
      {REQTASK_OPT_TIMEOUT_MS, "stall", REQTASK_PHASE_HEADERS},
      {REQTASK_OPT_HEADERS_MS, "stall", REQTASK_PHASE_HEADERS},
      {REQTASK_OPT_TIMEOUT_MS, "status%20200&length%205&head-end&body%20a&stall",
       REQTASK_PHASE_BODY},
      {REQTASK_OPT_READ_IDLE_MS, "status%20200&length%205&head-end&body%20a&stall",
       REQTASK_PHASE_BODY},
      /* A trickle resets the idle clock but not the total one. */
      {REQTASK_OPT_TIMEOUT_MS, "status%20200&head-end&drip%20100000%201%2010", REQTASK_PHASE_BODY},
  };
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    const char *tag = unique();
    reqtask_request *request =
        request_new("GET", url_on("http", text("/script/%s?%s", tag, rows[i].steps)));
    CHECK_OK(reqtask_request_set_u64(request, rows[i].key, 120));
    task *t = task_make(w, request);
    int64_t start = now_us();
    task_start(t);
    CHECK_ENDS(REQTASK_E_TIMEOUT, rows[i].phase, t);
    CHECK(now_us() - start >= 119000);
    CHECK(now_us() - start < 3000000 * patience());
    server_wait("gone", tag);
  }
  reqtask_request *request = request_new(
      "GET", url_on("http", "/script?status%20200&length%2012&head-end&drip%2012%201%2030"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, 250));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t)); /* 360 ms in all, never 250 of silence */
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, refused),
                                  CASE(BOTH, reset_before_an_answer),
                                  CASE(BOTH, closed_before_an_answer),
                                  CASE(BOTH, truncated_is_never_success),
                                  CASE(BOTH, close_delimited_bodies),
                                  CASE(BOTH, certificates),
                                  CASE(BOTH, not_tls_at_all),
                                  CASE(BOTH, limits_in_time)};
MAIN(cases)
