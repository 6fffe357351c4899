/* Rule 10: an HTTP answer is a success whatever its status. */
#include "world.h"

static void every_final_status(delivery how) {
  static const unsigned codes[] = {200, 201, 204, 205, 226, 304, 400, 401, 402, 403,
                                   404, 407, 410, 418, 429, 500, 502, 503, 599, 999};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(codes); i++) {
    task *t = task_get(w, url_on("http", text("/status/%u", codes[i])));
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK_INT(codes[i], t->rec->http_status);
    CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
    bool empty = codes[i] == 204 || codes[i] == 304;
    CHECK_STR(empty ? "" : text("status %u\n", codes[i]), task_text(t, codes[i]));
    CHECK_INT(!empty, recorder_seen(t->rec, REQTASK_EVENT_CHUNK) > 0);
  }
  world_close(w);
}

static void head_requests(delivery how) {
  world *w = world_open(how);
  /* A HEAD answer may name a length and has no body. */
  const char *path = script_path(unique(), "status 200 OK", "length 12345", "head-end", NULL);
  task *t = task_make(w, request_new("HEAD", url_on("http", path)));
  task_start(t);
  CHECK_STR("", task_text(t, 200));
  CHECK_STR("12345", recorder_header(t->rec, "content-length", 0));
  world_close(w);
}

static void interim_answers_are_not_reported(delivery how) {
  world *w = world_open(how);
  const char *path =
      script_path(unique(), "continue", "early-hints", "early-hints", "ok final", NULL);
  task *t = task_get(w, url_on("http", path));
  CHECK_STR("final", task_text(t, 200));
  CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  CHECK(recorder_header(t->rec, "link", 0) == NULL);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, every_final_status), CASE(BOTH, head_requests),
                                  CASE(BOTH, interim_answers_are_not_reported)};
MAIN(cases)
