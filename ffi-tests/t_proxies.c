/* Proxies: absolute form for http, CONNECT for https, credentials, SOCKS5, no-proxy list, failures.
 */
#include <stdlib.h>

#include "world.h"

enum { PROXY_TUNNEL = 35 }; /* REQTASK_OPT_PROXY_TUNNEL */

static task *through(world *w, const char *proxy, const char *url) {
  reqtask_request *request = request_new("GET", url);
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxy, REQTASK_NTS));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

/* Names under .test are known to the proxy only. */
static const char *origin(const char *scheme, const char *path) {
  return text("%s://origin.test:%u%s", scheme, server_port(scheme), path);
}

static void absolute_form_for_http(delivery how) {
  world *w = world_open(how);
  unsigned port = server_listen("proxy");
  task *t = through(w, text("http://127.0.0.1:%u", port), origin("http", "/echo?x=y"));
  const char *echo = task_text(t, 200);
  CHECK(strncmp(echo, "GET /echo?x=y HTTP/1.1\r\n", 24) == 0);
  CHECK(strstr(echo, "via: 1.1 scripted") != NULL);
  const char *log = control("/_log?event=proxy&port=%u", port);
  CHECK(strstr(log, text("GET %s HTTP/1.1", origin("http", "/echo?x=y"))) != NULL);
  CHECK(strstr(log, text("host: origin.test:%u", server_port("http"))) != NULL);
  world_close(w);
}

static void connect_for_https_and_where_asked(delivery how) {
  world *w = world_open(how);
  unsigned port = server_listen("proxy");
  const char *proxy = text("http://127.0.0.1:%u", port);
  CHECK_STR("Hello, world!\n", task_text(through(w, proxy, origin("https", "/hello")), 200));
  const char *log = control("/_log?event=proxy&port=%u", port);
  CHECK(strstr(log, text("CONNECT origin.test:%u HTTP/1.1", server_port("https"))) != NULL);
  reqtask_request *request = request_new("GET", origin("http", "/hello"));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxy, REQTASK_NTS));
  CHECK_OK(reqtask_request_set_u64(request, PROXY_TUNNEL, 1));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  log = control("/_log?event=proxy&port=%u", port);
  CHECK(strstr(log, text("CONNECT origin.test:%u HTTP/1.1", server_port("http"))) != NULL);
  world_close(w);
}

static void credentials(delivery how) {
  world *w = world_open(how);
  static const char *const schemes[] = {"http", "https"};
  for (size_t i = 0; i < COUNT_OF(schemes); i++) {
    unsigned port = server_listen("proxy&user=us%20er&password=p%40ss%3Aword");
    task *t = through(w, text("http://us%%20er:p%%40ss%%3Aword@127.0.0.1:%u", port),
                      origin(schemes[i], "/echo"));
    const char *echo = task_text(t, 200);
    CHECK(strstr(echo, "roxy-authorization") == NULL); /* the origin never sees them */
  }
  /* A wrong password: over CONNECT the proxy's answer is not the origin's. */
  unsigned port = server_listen("proxy&user=a&password=b");
  task *t = through(w, text("http://a:wrong@127.0.0.1:%u", port), origin("https", "/hello"));
  CHECK_STATUS(REQTASK_E_PROXY, await_complete(t));
  CHECK(strstr(t->rec->message, "wrong") == NULL); /* no secrets in messages */
  CHECK(!t->rec->had_response);
  world_close(w);
}

static void socks(delivery how) {
  world *w = world_open(how);
  static const char *const schemes[] = {"http", "https"};
  for (size_t i = 0; i < COUNT_OF(schemes); i++) {
    unsigned port = server_listen("socks");
    const char *proxy = text("socks5h://127.0.0.1:%u", port);
    CHECK_STR("Hello, world!\n", task_text(through(w, proxy, origin(schemes[i], "/hello")), 200));
    const char *log = control("/_log?event=socks&port=%u", port);
    CHECK(strstr(log, text("origin.test:%u", server_port(schemes[i]))) != NULL); /* by name */
    port = server_listen("socks&user=u&password=pass%20word");
    proxy = text("socks5h://u:pass%%20word@127.0.0.1:%u", port);
    CHECK_STR("Hello, world!\n", task_text(through(w, proxy, origin(schemes[i], "/hello")), 200));
    proxy = text("socks5h://u:wrong@127.0.0.1:%u", port);
    CHECK_STATUS(REQTASK_E_PROXY, await_complete(through(w, proxy, origin(schemes[i], "/hello"))));
  }
  unsigned port = server_listen("socks");
  const char *url = url_on("http", "/hello");
  task *t = through(w, text("socks5://127.0.0.1:%u", port), url);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  world_close(w);
}

static void proxies_that_fail(delivery how) {
  world *w = world_open(how);
  const char *gone = text("http://127.0.0.1:%u", server_port("refused"));
  task *t = through(w, gone, origin("http", "/"));
  reqtask_status status = await_complete(t);
  CHECK(status == REQTASK_E_PROXY || status == REQTASK_E_CONNECT);
  static const char *const answers[] = {
      "read-head\nraw HTTP/1.1 502 Bad Gateway\\r\\ncontent-length: 0\\r\\n\\r\\n\nclose",
      "read-head\nraw nonsense\\r\\n\\r\\n\nclose", "read-head\nclose", "read-head\nreset"};
  for (size_t i = 0; i < COUNT_OF(answers); i++) {
    unsigned port = server_listen_script(answers[i]);
    t = through(w, text("http://127.0.0.1:%u", port), origin("https", "/"));
    if (!CHECK_STATUS(REQTASK_E_PROXY, await_complete(t)))
      printf("#   answer %zu\n", i);
  }
  unsigned port = server_listen_script("read-bytes 3\nraw \\x05\\xff\nclose");
  t = through(w, text("socks5h://127.0.0.1:%u", port), origin("http", "/"));
  CHECK_STATUS(REQTASK_E_PROXY, await_complete(t));
  /* A name that only the proxy knows, and the proxy does not. */
  t = through(w, text("http://127.0.0.1:%u", server_port("proxy")), "https://nowhere.invalid/");
  CHECK_STATUS(REQTASK_E_PROXY, await_complete(t));
  world_close(w);
}

static void abort_and_limit_in_a_proxy(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  unsigned port = server_listen_script(text("read-head\ngate %s", gate));
  task *t = through(w, text("http://127.0.0.1:%u", port), origin("https", "/"));
  control("/_wait?event=gate&port=%u", port);
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  control("/_wait?event=gone&port=%u", port);
  reqtask_request *request = request_new("GET", origin("https", "/"));
  CHECK_OK(reqtask_request_set_str(
      request, REQTASK_OPT_PROXY, text("http://127.0.0.1:%u", server_port("silent")), REQTASK_NTS));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CONNECT_MS, 80));
  t = task_make(w, request);
  task_start(t);
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_CONNECT, t);
  world_close(w);
}

static void the_no_proxy_list(delivery how) {
  world *w = world_new(how);
  world_str(w, REQTASK_OPT_PROXY, text("http://127.0.0.1:%u", server_port("refused")));
  world_str(w, REQTASK_OPT_NO_PROXY, "localhost,.internal,127.0.0.0/8");
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("a.internal:%u=127.0.0.1", server_port("http")));
  world_start(w);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("https", "/hello")), 200));
  const char *url = text("http://a.internal:%u/hello", server_port("http"));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url), 200));
  CHECK(await_complete(task_get(w, origin("http", "/hello"))) != REQTASK_OK);
  reqtask_request *request = request_new("GET", origin("http", "/hello"));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, "", 0)); /* none at all */
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_E_RESOLVE, await_complete(t));
  world_close(w);
}

static void from_the_environment(delivery how) {
  unsigned port = server_listen("proxy");
  setenv("HTTP_PROXY", text("http://127.0.0.1:%u", port), 1);
  setenv("http_proxy", text("http://127.0.0.1:%u", port), 1);
  world *without = world_open(how);
  CHECK_STATUS(REQTASK_E_RESOLVE, await_complete(task_get(without, origin("http", "/hello"))));
  world_close(without); /* off unless asked */
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_ENV_PROXY, 1);
  world_start(w);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, origin("http", "/hello")), 200));
  world_close(w);
  unsetenv("HTTP_PROXY");
  unsetenv("http_proxy");
}

static const test_case cases[] = {CASE(BOTH, absolute_form_for_http),
                                  CASE(BOTH, connect_for_https_and_where_asked),
                                  CASE(BOTH, credentials),
                                  CASE(BOTH, socks),
                                  CASE(BOTH, proxies_that_fail),
                                  CASE(BOTH, abort_and_limit_in_a_proxy),
                                  CASE(DIRECT, the_no_proxy_list),
                                  CASE(DIRECT, from_the_environment)};
MAIN(cases)
