/* Bodies both ways: binary with NUL, every framing and coding, large, empty; and their progress. */
#include <stdlib.h>

#include "world.h"

static void every_framing(delivery how) {
  world *w = world_open(how);
  static const char *const paths[] = {"/bytes/200000", "/chunked/200000?size=777",
                                      "/close-delimited/200000"};
  for (size_t i = 0; i < COUNT_OF(paths); i++)
    for (int tls = 0; tls <= 1; tls++) {
      task *t = task_get(w, url_on(tls ? "https" : "http", paths[i]));
      CHECK_STATUS(REQTASK_OK, await_complete(t));
      CHECK_INT(200000, t->rec->body_len);
      CHECK_INT(200000, pattern_length(t->rec->body, t->rec->body_len, 0));
      const reqtask_response *response = NULL;
      NEED_OK(reqtask_response_get(t->id, &response));
      reqtask_response_info info = {.struct_size = sizeof info};
      CHECK_OK(reqtask_response_read(response, &info));
      CHECK_MEM(t->rec->body, t->rec->body_len, info.body.data, info.body.len);
      reqtask_response_free(response);
    }
  world_close(w);
}

static void every_coding(delivery how) {
  static const char *const rows[][2] = {{"gzip", "gzip"},           {"x-gzip", "gzip"},
                                        {"GZIP", "gzip"},           {"deflate", "deflate"},
                                        {"deflate", "raw-deflate"}, {"br", "br"}};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    const char *path = script_path(
        "coded", "status 200 OK", text("field content-encoding: %s", rows[i][0]), "chunked",
        "head-end", text("encode %s", rows[i][1]), "bytes 100", "bytes 150000", "end", NULL);
    task *t = task_get(w, url_on("http", path));
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK_INT(150100, t->rec->body_len);
    if (!CHECK_INT(150100, pattern_length(t->rec->body, t->rec->body_len, 0)))
      printf("#   %s\n", rows[i][0]);
    CHECK_STR(rows[i][0], recorder_header(t->rec, "content-encoding", 0)); /* as received */
    reqtask_request *request = request_new("GET", url_on("http", path));
    CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_DECODE, 0));
    t = task_make(w, request);
    task_start(t);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK(pattern_length(t->rec->body, t->rec->body_len, 0) < 100); /* left as it came */
  }
  world_close(w);
}

static void binary_upload(delivery how) {
  world *w = world_open(how);
  uint8_t *body = arena(300000);
  for (size_t i = 0; i < 300000; i++)
    body[i] = pattern_byte(i);
  CHECK(memchr(body, 0, 300000) != NULL);
  for (int tls = 0; tls <= 1; tls++) {
    reqtask_request *request = request_new("PUT", url_on(tls ? "https" : "http", "/echo"));
    CHECK_OK(reqtask_request_set_body(request, body, 300000, NULL, NULL));
    task *t = task_make(w, request);
    task_start(t);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK(t->rec->body_len > 300000);
    CHECK_MEM(body, 300000, t->rec->body + t->rec->body_len - 300000, 300000);
    CHECK(strstr((const char *)t->rec->body, "content-length: 300000\r\n") != NULL);
  }
  world_close(w);
}

static void requests_without_a_body(delivery how) {
  world *w = world_open(how);
  static const char *const methods[] = {"POST",    "PUT",   "GET",  "DELETE",
                                        "OPTIONS", "PATCH", "TRACE"};
  for (size_t i = 0; i < COUNT_OF(methods); i++) {
    task *t = task_make(w, request_new(methods[i], url_on("http", "/echo?a=b#fragment")));
    task_start(t);
    const char *echo = task_text(t, 200);
    CHECK(strncmp(echo, text("%s /echo?a=b HTTP/1.1\r\n", methods[i]), strlen(methods[i]) + 21) ==
          0);
    bool zero = strstr(echo, "content-length: 0\r\n") != NULL;
    if (i < 2)
      CHECK(zero); /* F-10; RFC 9110 8.6 */
    if (strcmp(methods[i], "GET") == 0)
      CHECK(!zero);
    CHECK(strstr(echo, "transfer-encoding") == NULL);
    CHECK(strstr(echo, text("host: 127.0.0.1:%u\r\n", server_port("http"))) != NULL);
  }
  world_close(w);
}

static void set_cookie_lines_stay_apart(delivery how) {
  world *w = world_open(how);
  const char *path =
      script_path("cookies", "status 200 OK", "field Set-Cookie: a=1; Path=/", "field x: y",
                  "field set-cookie: b=2, c=3; Expires=Wed, 01 Jan 2031",
                  "field SET-COOKIE: a=1; Path=/", "length 0", "head-end", NULL);
  task *t = task_get(w, url_on("http", path));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_STR("a=1; Path=/", recorder_header(t->rec, "set-cookie", 0));
  CHECK_STR("b=2, c=3; Expires=Wed, 01 Jan 2031", recorder_header(t->rec, "set-cookie", 1));
  CHECK_STR("a=1; Path=/", recorder_header(t->rec, "set-cookie", 2));
  CHECK(recorder_header(t->rec, "set-cookie", 3) == NULL);
  CHECK_STR("set-cookie", t->rec->names[0]);
  CHECK_STR("x", t->rec->names[1]); /* in the order received */
  world_close(w);
}

static void progress_adds_up(delivery how) {
  world *w = world_open(how);
  enum { UP = 3000000, DOWN = 2000000 };
  char *body = calloc(1, UP);
  NEED(body != NULL);
  const char *path = script_path(unique(), "read-body", "status 200 OK", text("length %d", DOWN),
                                 "head-end", text("bytes %d", DOWN), NULL);
  reqtask_request *request = request_new("POST", url_on("http", path));
  CHECK_OK(reqtask_request_set_body(request, body, UP, body, free));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK(recorder_seen(t->rec, REQTASK_EVENT_PROGRESS) > 0);
  recorded last = {0};
  for (size_t i = 0; i < t->rec->count; i++) {
    const recorded *e = &t->rec->events[i];
    if (e->kind != REQTASK_EVENT_PROGRESS)
      continue;
    CHECK(e->sent >= last.sent && e->received >= last.received);
    CHECK_INT(UP, e->send_total);
    CHECK(e->receive_total == DOWN || (e->receive_total == REQTASK_UNKNOWN && e->received == 0));
    last = *e;
  }
  CHECK_INT(UP, last.sent);
  CHECK_INT(DOWN, last.received);
  /* Chunked: the total is not known; coded: as on the wire. */
  t = task_get(w, url_on("http", "/chunked/5000"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  size_t n = recorder_seen(t->rec, REQTASK_EVENT_PROGRESS);
  CHECK(n > 0);
  if (n > 0)
    CHECK_INT(REQTASK_UNKNOWN, recorder_event(t->rec, REQTASK_EVENT_PROGRESS, n - 1).receive_total);
  const char *zeros = script_path("z", "status 200 OK", "field content-encoding: gzip", "chunked",
                                  "head-end", "encode gzip", "zeros 1000000", "end", NULL);
  t = task_get(w, url_on("http", zeros));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(1000000, t->rec->body_len);
  n = recorder_seen(t->rec, REQTASK_EVENT_PROGRESS);
  CHECK(n > 0);
  if (n > 0)
    CHECK(recorder_event(t->rec, REQTASK_EVENT_PROGRESS, n - 1).received < 100000);
  world_close(w);
}

static void an_answer_before_the_body_was_read(delivery how) {
  world *w = world_open(how);
  enum { LEN = 32 << 20 };
  char *body = calloc(1, LEN);
  NEED(body != NULL);
  /* 413 while we are still sending; then the server ends. It must be read, not lost to the reset.
   */
  const char *path = script_path(unique(), "no-read", "status 413 Too Large", "length 3",
                                 "head-end", "body big", "close", NULL);
  reqtask_request *request = request_new("POST", url_on("http", path));
  CHECK_OK(reqtask_request_set_body(request, body, LEN, body, free));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("big", task_text(t, 413));
  world_close(w);
}

static void a_large_body(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_KEEP_BODY, 0);
  world_start(w);
  const size_t len = patience() > 1 ? 10000000 : 100000000; /* G-9 */
  task *t = task_get(w, url_on("http", text("/bytes/%zu", len)));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(len, pattern_length(t->rec->body, t->rec->body_len, 0));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, every_framing),
                                  CASE(BOTH, every_coding),
                                  CASE(BOTH, binary_upload),
                                  CASE(DIRECT, requests_without_a_body),
                                  CASE(BOTH, set_cookie_lines_stay_apart),
                                  CASE(BOTH, progress_adds_up),
                                  CASE(BOTH, an_answer_before_the_body_was_read),
                                  CASE(BOTH, a_large_body)};
MAIN(cases)
