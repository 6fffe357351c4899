/* Answers that are not valid HTTP or exceed a limit: one completion with the right status and
 * phase. */
#include <stdlib.h>

#include "world.h"

#define HEAD "HTTP/1.1 200 OK\\r\\n"

static void heads_that_are_not_http(delivery how) {
  static const char *const raws[] = {
      "raw nonsense\\r\\n\\r\\n",
      "raw \\0\\0\\0\\0\\r\\n\\r\\n",
      "raw HTTP/1.1 abc OK\\r\\n\\r\\n",
      "raw HTTP/1.1 20 OK\\r\\n\\r\\n",
      "raw FTP/1.1 200 OK\\r\\n\\r\\n",
      "raw HTTP/3.7 200 OK\\r\\n\\r\\n",
      "raw " HEAD "no colon\\r\\n\\r\\n",
      "raw " HEAD "sp ace: x\\r\\n\\r\\n",
      "raw " HEAD "a: b\\0c\\r\\n\\r\\n",
      "raw " HEAD "content-length: 5\\r\\ncontent-length: 6\\r\\n\\r\\nabcde",
      "raw " HEAD "content-length: -1\\r\\n\\r\\n",
      "raw " HEAD "content-length: x\\r\\n\\r\\n",
      "raw " HEAD "content-length: 99999999999999999999999\\r\\n\\r\\n",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(raws); i++) {
    task *t = task_get(w, url_on("http", script_path("bad", raws[i], "close", NULL)));
    reqtask_status status = await_complete(t);
    if (!CHECK_STATUS(REQTASK_E_PROTOCOL, status))
      printf("#   for %s\n", raws[i]);
    CHECK_INT(REQTASK_PHASE_HEADERS, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).phase);
    CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  }
  world_close(w);
}

static void chunks_that_are_not_chunks(delivery how) {
  static const char *const raws[] = {
      "raw zz\\r\\nabc\\r\\n",
      "raw \\r\\nabc",
      "raw -1\\r\\na\\r\\n",
      "raw 3\\r\\nabcXX2\\r\\nde\\r\\n0\\r\\n\\r\\n",
      "raw fffffffffffffffff\\r\\na\\r\\n",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(raws); i++) {
    const char *path = script_path("bad", "status 200 OK", "chunked", "head-end", "chunk ok",
                                   raws[i], "close", NULL);
    task *t = task_get(w, url_on("http", path));
    reqtask_status status = await_complete(t);
    if (!CHECK_STATUS(REQTASK_E_PROTOCOL, status))
      printf("#   for %s\n", raws[i]);
    CHECK_INT(REQTASK_PHASE_BODY, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).phase);
    CHECK(t->rec->had_response);
  }
  world_close(w);
}

static void oddities_that_are_valid(delivery how) {
  world *w = world_open(how);
  /* RFC 9112 7.1.1 chunk extensions, 5.2 obs-fold, 7.1.2 trailers; RFC 9110 15.2 fields of a 100;
   * two equal lengths (RFC 9112 6.3); no reason phrase. */
  const char *path =
      script_path("odd", "raw HTTP/1.1 100 Continue\\r\\nx: y\\r\\n\\r\\n", "status 200",
                  "field Folded: a\\r\\n  b", "chunked", "head-end",
                  "chunk-ext ;name=value;a-rather-long-name=\"a-rather-long-value\" one",
                  "chunk two", "raw 0\\r\\ntrailer: yes\\r\\n\\r\\n", NULL);
  task *t = task_get(w, url_on("http", path));
  CHECK_STR("onetwo", task_text(t, 200));
  CHECK_STR("a b", recorder_header(t->rec, "folded", 0));
  path = script_path("odd", "status 200 OK", "length 3", "length 3", "head-end", "raw abc", NULL);
  CHECK_STR("abc", task_text(task_get(w, url_on("http", path)), 200));
  path = script_path("odd", "raw HTTP/1.0 200 OK\\r\\n\\r\\nold", "close", NULL);
  t = task_get(w, url_on("http", path));
  CHECK_STR("old", task_text(t, 200));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  reqtask_response_info info = {.struct_size = sizeof info};
  CHECK_OK(reqtask_response_read(response, &info));
  CHECK_INT(10, info.http_version);
  reqtask_response_free(response);
  world_close(w);
}

static void head_limits(delivery how) {
  world *w = world_open(how);
  char *fields = arena(200000);
  char *at = fields + sprintf(fields, "status 200 OK\n");
  for (int i = 0; i < 129; i++)
    at += sprintf(at, "field f-%d: v\n", i);
  sprintf(at, "head-end\nclose\n");
  const char *name = unique();
  control_with(fields, "/_scripts/%s", name);
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS,
             task_get(w, url_on("http", text("/s/%s", name))));

  at = fields + sprintf(fields, "status 200 OK\n");
  for (int i = 0; i < 127; i++)
    at += sprintf(at, "field f-%d: v\n", i);
  sprintf(at, "length 2\nhead-end\nbody ok\n"); /* 128 in all */
  name = unique();
  control_with(fields, "/_scripts/%s", name);
  CHECK_STR("ok", task_text(task_get(w, url_on("http", text("/s/%s", name))), 200));

  at = fields + sprintf(fields, "status 200 OK\nfield big: ");
  memset(at, 'x', 66000);
  sprintf(at + 66000, "\nlength 2\nhead-end\nbody ok\n");
  name = unique();
  control_with(fields, "/_scripts/%s", name);
  const char *url = url_on("http", text("/s/%s", name));
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS, task_get(w, url));
  reqtask_request *request = request_new("GET", url);
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_HEADER_MAX_BYTES, 100000));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("ok", task_text(t, 200));
  CHECK_INT(66000, strlen(recorder_header(t->rec, "big", 0)));
  request = request_new("GET", url_on("http", "/hello"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_HEADER_MAX_BYTES, 40));
  t = task_make(w, request);
  task_start(t);
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS, t);
  /* A head that never ends. */
  unsigned port = server_listen_script("read-head\nstatus 200 OK\nbytes 100000000");
  t = task_get(w, url_at(port, "/"));
  reqtask_status status = await_complete(t);
  CHECK(status == REQTASK_E_TOO_LARGE || status == REQTASK_E_PROTOCOL);
  world_close(w);
}

static task *limited(world *w, const char *path, uint64_t max) {
  reqtask_request *request = request_new("GET", url_on("http", path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_BODY_MAX_BYTES, max));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

static void body_limits(delivery how) {
  world *w = world_open(how);
  CHECK_STATUS(REQTASK_OK, await_complete(limited(w, "/bytes/1000", 1000)));
  CHECK_STATUS(REQTASK_OK, await_complete(limited(w, "/chunked/1000?size=300", 1000)));
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_BODY, limited(w, "/chunked/1001?size=300", 1000));
  task *t = limited(w, "/bytes/1001", 1000);
  CHECK_STATUS(REQTASK_E_TOO_LARGE, await_complete(t));
  CHECK(recorder_body_len(t->rec) <= 1000);
  /* A bomb: 50 MB of zeros in 50 KB of gzip. */
  const char *bomb = script_path("bomb", "status 200 OK", "field content-encoding: gzip", "chunked",
                                 "head-end", "encode gzip", "zeros 50000000", "end", NULL);
  t = limited(w, bomb, 100000);
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_BODY, t);
  CHECK(recorder_body_len(t->rec) <= 100000);
  world_close(w);
}

static void damaged_codings(delivery how) {
  static const char *const codings[] = {"gzip", "deflate", "br"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(codings); i++) {
    const char *field = text("field content-encoding: %s", codings[i]);
    const char *encode = text("encode %s", codings[i]);
    const char *paths[] = {
        /* Damaged in the middle. The framing must stay whole, so the length is by the close. */
        script_path("bad", "status 200 OK", field, "head-end", encode, "bytes 5000", "corrupt",
                    "bytes 5000", "close", NULL),
        /* Something else. */
        script_path("bad", "status 200 OK", field, "length 8", "head-end", "raw notcoded", NULL),
        /* The coded data ends too early, though the message is whole. */
        script_path("bad", "status 200 OK", field, "chunked", "head-end", encode, "bytes 5000",
                    "last-chunk", NULL),
    };
    for (size_t k = 0; k < COUNT_OF(paths); k++) {
      task *t = task_get(w, url_on("http", paths[k]));
      reqtask_status status = await_complete(t);
      if (!CHECK_STATUS(REQTASK_E_DECODE, status))
        printf("#   %s, case %zu\n", codings[i], k);
      CHECK_INT(REQTASK_PHASE_BODY, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).phase);
    }
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, heads_that_are_not_http),
                                  CASE(BOTH, chunks_that_are_not_chunks),
                                  CASE(BOTH, oddities_that_are_valid),
                                  CASE(BOTH, head_limits),
                                  CASE(BOTH, body_limits),
                                  CASE(BOTH, damaged_codings)};
MAIN(cases)
