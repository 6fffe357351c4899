/* Redirects: what is followed, what is not, what is sent along, and strange hosts. */
#include "world.h"

static void chains_and_limits(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/redirect/10"));
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_HEADERS)); /* only the final answer */
  CHECK_ENDS(REQTASK_E_REDIRECT, REQTASK_PHASE_HEADERS,
             task_get(w, url_on("http", "/redirect/11")));
  const char *tag = unique();
  const char *loop = script_path(tag, text("redirect 302 /s/%s", tag), NULL);
  control_with(text("redirect 302 /s/%s\n", tag), "/_scripts/%s", tag);
  CHECK_ENDS(REQTASK_E_REDIRECT, REQTASK_PHASE_HEADERS, task_get(w, url_on("http", loop)));
  reqtask_request *request = request_new("GET", url_on("http", "/redirect/3"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_REDIRECTS_MAX, 0));
  t = task_make(w, request);
  task_start(t);
  CHECK_STR("", task_text(t, 302)); /* handed back */
  CHECK_STR("/redirect/2?code=302", recorder_header(t->rec, "location", 0));
  world_close(w);
}

static void places_that_cannot_be_followed(delivery how) {
  static const char *const places[] = {
      "http://foo.1.2.3.4.5/", "http://[::1/",    "ftp://localhost/",   "http://",
      "javascript:alert(1)",   "http://a:99999/", "file:///etc/passwd", "http://exa mple/",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(places); i++) {
    const char *path = script_path("to", text("redirect 302 %s", places[i]), NULL);
    task *t = task_get(w, url_on("http", path));
    reqtask_status status = await_complete(t);
    if (!CHECK_STATUS(REQTASK_E_REDIRECT, status))
      printf("#   to %s\n", places[i]);
  }
  world_close(w);
}

static void relative_places(delivery how) {
  world *w = world_open(how);
  const char *const places[][2] = {
      {"/echo", "GET /echo "},
      {"../echo?a=b", "GET /echo?a=b "},
      {"/x/../echo", "GET /echo "},
      {"/echo?sp ace", "GET /echo?sp%20ace "},
      {"/echo#fragment", "GET /echo "},
      {"/echo?\xc3\xa4", "GET /echo?%C3%A4 "},
      {text("//127.0.0.1:%u/echo", server_port("http")), "GET /echo "},
  };
  for (size_t i = 0; i < COUNT_OF(places); i++) {
    const char *path = script_path("to", text("redirect 302 %s", places[i][0]), NULL);
    const char *echo = task_text(task_get(w, url_on("http", path)), 200);
    if (!CHECK(strncmp(echo, places[i][1], strlen(places[i][1])) == 0))
      printf("#   to %s: %.40s\n", places[i][0], echo);
  }
  world_close(w);
}

static void methods_and_bodies(delivery how) {
  static const struct {
    const char *method;
    int code;
    const char *after;
    bool body;
  } rows[] = {
      {"POST", 301, "GET", false}, {"POST", 302, "GET", false},  {"POST", 303, "GET", false},
      {"PUT", 303, "GET", false},  {"HEAD", 303, "HEAD", false}, {"POST", 307, "POST", true},
      {"PUT", 308, "PUT", true},   {"PUT", 302, "PUT", true},    {"DELETE", 307, "DELETE", true},
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    const char *tag = unique();
    const char *path = script_path("from", text("redirect %d /echo/%s", rows[i].code, tag), NULL);
    reqtask_request *request = request_new(rows[i].method, url_on("http", path));
    CHECK_OK(
        reqtask_request_add_header(request, "content-type", REQTASK_NTS, "text/x", REQTASK_NTS));
    if (strcmp(rows[i].method, "HEAD") != 0)
      CHECK_OK(reqtask_request_set_body(request, "the body", 8, NULL, NULL));
    task *t = task_make(w, request);
    task_start(t);
    const char *echo = task_text(t, 200);
    const char *line = control("/_log?event=request&path=/echo/%s", tag);
    if (!CHECK(strstr(line, text("\"%s /echo/%s\"", rows[i].after, tag)) != NULL))
      printf("#   %s by %d: %s\n", rows[i].method, rows[i].code, line);
    if (strcmp(rows[i].method, "HEAD") != 0) {
      CHECK_INT(rows[i].body, strstr(echo, "the body") != NULL);
      CHECK_INT(rows[i].body, strstr(echo, "content-type: text/x") != NULL);
    }
  }
  world_close(w);
}

static const char *with_secrets(world *w, const char *url) {
  reqtask_request *request = request_new("GET", url);
  CHECK_OK(
      reqtask_request_add_header(request, "authorization", REQTASK_NTS, "secret-a", REQTASK_NTS));
  CHECK_OK(reqtask_request_add_header(request, "cookie", REQTASK_NTS, "c=secret-c", REQTASK_NTS));
  CHECK_OK(reqtask_request_add_header(request, "x-mine", REQTASK_NTS, "kept", REQTASK_NTS));
  task *t = task_make(w, request);
  task_start(t);
  return task_text(t, 200);
}

static void credentials_do_not_leak(delivery how) {
  world *w = world_open(how);
  const char *same = with_secrets(w, url_on("http", "/redirect-to?url=/echo"));
  CHECK(strstr(same, "secret-a") && strstr(same, "secret-c") && strstr(same, "kept"));
  unsigned other = server_listen("http"); /* another port is another origin */
  const char *away =
      with_secrets(w, url_on("http", text("/redirect-to?url=%s", url_at(other, "/echo"))));
  CHECK(strstr(away, "secret") == NULL && strstr(away, "kept") != NULL);
  world_close(w);
}

static void https_to_http(delivery how) {
  world *w = world_open(how);
  const char *url = url_on("https", text("/redirect-to?url=%s", url_on("http", "/hello")));
  CHECK_ENDS(REQTASK_E_REDIRECT, REQTASK_PHASE_HEADERS, task_get(w, url));
  reqtask_request *request = request_new("GET", url);
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_REDIRECT_TO_HTTP, 1));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  url = url_on("http", text("/redirect-to?url=%s", url_on("https", "/hello")));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url), 200)); /* up is fine */
  world_close(w);
}

static void redirects_without_framing(delivery how) {
  world *w = world_open(how);
  /* No length and no close: waiting for the end of its body would hang. */
  const char *path =
      script_path("to", "status 302 Found", "field location: /hello", "head-end", "stall", NULL);
  reqtask_request *request = request_new("GET", url_on("http", path));
  CHECK_OK(
      reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, (uint64_t)(10000 * patience())));
  task *t = task_make(w, request);
  int64_t start = now_us();
  task_start(t);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  CHECK(now_us() - start < 5000000 * patience());
  CHECK_STR("", task_text(task_get(w, url_on("http", "/script?status%20302&length%200&head-end")),
                          302)); /* without a location it is just an answer */
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, chains_and_limits),        CASE(BOTH, places_that_cannot_be_followed),
    CASE(DIRECT, relative_places),        CASE(DIRECT, methods_and_bodies),
    CASE(BOTH, credentials_do_not_leak),  CASE(BOTH, https_to_http),
    CASE(BOTH, redirects_without_framing)};
MAIN(cases)
