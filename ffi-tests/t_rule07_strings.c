/* Rule 7: strings go in as pointer and length and are copied; they come out with a NUL behind them.
 */
#include <stdlib.h>

#include "world.h"

static void lengths_are_obeyed_and_text_is_copied(delivery how) {
  world *w = world_open(how);
  const char *url = url_on("http", "/echo");
  /* Buffers without a NUL, of exactly the given size, so that a sanitizer sees one byte too many.
   */
  char *u = malloc(strlen(url));
  char *m = malloc(4);
  char *name = malloc(6);
  char *value = malloc(5);
  NEED(u && m && name && value);
  memcpy(u, url, strlen(url));
  memcpy(m, "POST", 4);
  memcpy(name, "x-name", 6);
  memcpy(value, "value", 5);
  reqtask_request *request = NULL;
  NEED_OK(reqtask_request_new(m, 4, u, strlen(url), &request));
  CHECK_OK(reqtask_request_add_header(request, name, 6, value, 5));
  CHECK_OK(reqtask_request_add_header(request, "x-name", REQTASK_NTS, "two", REQTASK_NTS));
  CHECK_OK(reqtask_request_add_header(request, "x-empty", REQTASK_NTS, "", 0));
  CHECK_OK(reqtask_request_add_header(request, "x-bytes", REQTASK_NTS, "\xff\x80", 2));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, "agent+rest", 5));
  CHECK_OK(reqtask_request_set_body(request, "a\0b+rest", 3, NULL, NULL));
  memset(u, 'u', strlen(url));
  memset(m, 'm', 4);
  memset(name, 'n', 6);
  memset(value, 'v', 5);
  free(u);
  free(m);
  free(name);
  free(value);
  task *t = task_make(w, request);
  task_start(t);
  const char *echo = task_text(t, 200);
  CHECK(strncmp(echo, "POST /echo HTTP/1.1\r\n", 21) == 0);
  const char *first = strstr(echo, "\r\nx-name: value\r\n");
  CHECK(first != NULL);
  CHECK(first && strstr(first, "\r\nx-name: two\r\n") != NULL); /* a second line, and after it */
  CHECK(strstr(echo, "\r\nx-empty:") != NULL);
  CHECK(strstr(echo, "\xff\x80\r\n") != NULL);
  CHECK(strstr(echo, "agent\r\n") != NULL);
  const char *end = strstr(echo, "\r\n\r\n");
  CHECK(end && memcmp(end + 4, "a\0b", 4) == 0);
  world_close(w);
}

static void text_that_is_not_acceptable(delivery how) {
  (void)how;
  static const struct {
    const char *method, *url;
    size_t url_len;
  } bad[] = {
      {"GET", "http://localhost/\xff", REQTASK_NTS},
      {"GET", "http://local\0host/", 18},
      {"GET", "", 0},
      {"GET", "/relative", REQTASK_NTS},
      {"GET", "ftp://localhost/", REQTASK_NTS},
      {"GET", "http://", REQTASK_NTS},
      {"GET", "http://localhost:99999/", REQTASK_NTS},
      {"GET", "javascript:1", REQTASK_NTS},
      {"G T", "http://localhost/", REQTASK_NTS},
      {"", "http://localhost/", REQTASK_NTS},
      {"GET\r\nX: y", "http://localhost/", REQTASK_NTS},
      {"CONNECT", "http://localhost/", REQTASK_NTS},
  };
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    reqtask_request *request = NULL;
    reqtask_status status =
        reqtask_request_new(bad[i].method, REQTASK_NTS, bad[i].url, bad[i].url_len, &request);
    if (!CHECK_STATUS(REQTASK_E_INVALID_ARG, status))
      printf("#   with \"%s\" \"%s\"\n", bad[i].method, bad[i].url);
    CHECK(request == NULL);
    reqtask_request_free(request);
  }
}

static void header_lines_that_are_not_http(delivery how) {
  (void)how;
  static const struct {
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
  } bad[] = {
      {"", 0, "v", 1},     {"a b", 3, "v", 1},      {"a:", 2, "v", 1},        {"a\r\n", 3, "v", 1},
      {"a\0", 2, "v", 1},  {"\xc3\xa9", 2, "v", 1}, {"a", 1, "v\r\nb: c", 7}, {"a", 1, "v\n", 2},
      {"a", 1, "v\0w", 3}, {"a", 1, "\r", 1},
  };
  reqtask_request *request = request_new("GET", "http://localhost/");
  for (size_t i = 0; i < COUNT_OF(bad); i++)
    if (!CHECK_STATUS(REQTASK_E_INVALID_ARG,
                      reqtask_request_add_header(request, bad[i].name, bad[i].name_len,
                                                 bad[i].value, bad[i].value_len)))
      printf("#   case %zu\n", i);
  reqtask_request_free(request);
}

static void text_that_comes_out(delivery how) {
  world *w = world_open(how);
  const char *path = script_path(unique(), "status 200 OK", "field X-Upper: a\\xff\\x80b",
                                 "field empty:", "length 0", "head-end", NULL);
  task *t = task_get(w, url_on("http", path));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_STR("a\xff\x80"
            "b",
            recorder_header(t->rec, "x-upper", 0)); /* names are lower-case */
  CHECK_STR("", recorder_header(t->rec, "empty", 0));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  reqtask_response_info info = {.struct_size = sizeof info};
  NEED_OK(reqtask_response_read(response, &info));
  CHECK(str_is(info.url, url_on("http", path)));
  CHECK(str_is(info.peer, text("127.0.0.1:%u", server_port("http"))));
  for (size_t i = 0; i < info.header_count; i++) {
    CHECK_INT(0, info.headers[i].name.ptr[info.headers[i].name.len]);
    CHECK_INT(0, info.headers[i].value.ptr[info.headers[i].value.len]);
  }
  reqtask_response_free(response);
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, lengths_are_obeyed_and_text_is_copied), CASE(DIRECT, text_that_is_not_acceptable),
    CASE(DIRECT, header_lines_that_are_not_http), CASE(BOTH, text_that_comes_out)};
MAIN(cases)
