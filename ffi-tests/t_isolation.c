/* Two clients share nothing: cookies, connections, TLS sessions, trust, proxies, names, limits,
 * credentials. */
#include <stdlib.h>

#include "world.h"

static const char *get(world *w, const char *url) { return task_text(task_get(w, url), 200); }

static int number_after(const char *text_, const char *word) {
  const char *at = strstr(text_, word);
  return at ? atoi(at + strlen(word)) : -1;
}

static void cookies(delivery how) {
  world *a = world_new(how), *b = world_new(how);
  world_u64(a, REQTASK_OPT_COOKIES, 1);
  world_u64(b, REQTASK_OPT_COOKIES, 1);
  world_start(a);
  world_start(b);
  get(a, url_on("http", "/cookies/set?a%3D1%3B%20Path%3D%2F"));
  get(b, url_on("http", "/cookies/set?b%3D1%3B%20Path%3D%2F"));
  CHECK_STR("a=1", get(a, url_on("http", "/cookies")));
  CHECK_STR("b=1", get(b, url_on("http", "/cookies")));
  world_close(a);
  CHECK_STR("b=1", get(b, url_on("http", "/cookies")));
  world *c = world_new(how);
  world_u64(c, REQTASK_OPT_COOKIES, 1);
  world_start(c);
  CHECK_STR("", get(c, url_on("http", "/cookies"))); /* nor does a later one inherit */
  world_close(c);
  world_close(b);
}

/* The same config makes two clients; even these have connections and jars of their own. */
static void clients_of_one_config(delivery how) {
  world *a = world_new(how), *b = world_new(how);
  world_u64(a, REQTASK_OPT_COOKIES, 1);
  NEED_OK(reqtask_client_new(a->config, &b->client));
  reqtask_config_free(b->config);
  b->config = NULL;
  world_start(a);
  b->how = DIRECT; /* its wakeup is a's, which nobody waits for */
  if (how == DIRECT) {
    get(a, url_on("http", "/cookies/set?a%3D1%3B%20Path%3D%2F"));
    CHECK_STR("", get(b, url_on("http", "/cookies")));
  }
  world_close(b);
  world_close(a);
}

static void connections(delivery how) {
  static const char *const ports[] = {"http", "https"};
  world *a = world_open(how), *b = world_open(how);
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    int of_a = number_after(get(a, url_on(ports[i], "/keepalive")), "conn=");
    int of_b = number_after(get(b, url_on(ports[i], "/keepalive")), "conn=");
    CHECK(of_a != of_b);
    CHECK_INT(of_a, number_after(get(a, url_on(ports[i], "/keepalive")), "conn="));
    CHECK_INT(of_b, number_after(get(b, url_on(ports[i], "/keepalive")), "conn="));
  }
  world_close(a); /* b's stay open */
  CHECK_INT(3, number_after(get(b, url_on("http", "/keepalive")), "request="));
  world_close(b);
}

/* How many handshakes of this port were shortened by an earlier session. */
static int resumed(unsigned port) {
  int n = 0;
  const char *log = control("/_log?event=tls&port=%u&detail=resumed", port);
  for (; (log = strstr(log, "resumed")); log += 7)
    n++;
  return n;
}

static void tls_sessions(delivery how) {
  unsigned port = server_listen("https");
  const char *url = text("https://localhost:%u/hello", port);
  world *a = world_new(how), *b = world_new(how);
  world_u64(a, REQTASK_OPT_IDLE_CONNECTIONS, 0);
  world_u64(b, REQTASK_OPT_IDLE_CONNECTIONS, 0);
  world_start(a);
  world_start(b);
  get(a, url);
  CHECK_INT(0, resumed(port));
  get(b, url);
  CHECK_INT(0, resumed(port)); /* a's ticket is not b's */
  get(a, url);
  CHECK_INT(1, resumed(port)); /* but a's own: the test can tell */
  get(b, url);
  CHECK_INT(2, resumed(port));
  world_close(a);
  world_close(b);
}

static void trust(delivery how) {
  world *a = world_open(how);
  const char *url = url_on("https", "/hello");
  get(a, url);
  world *b = world_new(how);
  reqtask_config_free(b->config); /* one without the authority */
  NEED_OK(reqtask_config_new(&b->config));
  b->how = DIRECT;
  world_start(b);
  CHECK_STATUS(REQTASK_E_CERTIFICATE, await_complete(task_get(b, url)));
  get(a, url);
  world_close(a);
  world_close(b);
}

static void proxies_and_names(delivery how) {
  unsigned port = server_listen("proxy");
  world *a = world_new(how), *b = world_new(how);
  world_str(a, REQTASK_OPT_PROXY, text("http://user:secret@127.0.0.1:%u", port));
  world_str(b, REQTASK_OPT_DNS_OVERRIDE, text("names.test:%u=127.0.0.1", server_port("http")));
  world_start(a);
  world_start(b);
  const char *named = text("http://names.test:%u/echo", server_port("http"));
  CHECK(strstr(get(a, named), "via: 1.1 scripted") != NULL); /* the proxy knows all of .test */
  const char *direct = get(b, named);
  CHECK(strstr(direct, "via:") == NULL);
  CHECK(strstr(direct, "uthorization") == NULL);
  world *c = world_open(how);
  CHECK_STATUS(REQTASK_E_RESOLVE, await_complete(task_get(c, named)));
  world_close(a);
  world_close(b);
  world_close(c);
}

static void limits_and_options(delivery how) {
  world *a = world_new(how), *b = world_open(how);
  world_u64(a, REQTASK_OPT_WORKERS_MAX, 1);
  world_u64(a, REQTASK_OPT_PER_HOST_MAX, 1);
  world_u64(a, REQTASK_OPT_QUEUE_MAX, 1);
  world_u64(a, REQTASK_OPT_BODY_MAX_BYTES, 3);
  world_u64(a, REQTASK_OPT_HTTPS_ONLY, 1);
  world_u64(a, REQTASK_OPT_REDIRECTS_MAX, 0);
  world_str(a, REQTASK_OPT_USER_AGENT, "a/1");
  world_start(a);
  const char *stall = script_path(unique(), "stall", NULL);
  task *held = task_get(a, url_on("https", stall));
  CHECK_STR("Hello, world!\n", get(b, url_on("http", "/hello")));
  CHECK_STR("Hello, world!\n", get(b, url_on("http", "/redirect-to?url=%2Fhello")));
  CHECK(strstr(get(b, url_on("http", "/echo")), "a/1") == NULL);
  task_abort(held);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(held));
  CHECK_STATUS(REQTASK_E_TOO_LARGE, await_complete(task_get(a, url_on("https", "/hello"))));
  world_close(a);
  world_close(b);
}

/* Closing one client ends its tasks only. */
static void ends(delivery how) {
  world *a = world_open(how), *b = world_open(how);
  const char *tag = unique(), *gate = unique();
  const char *path = script_path(tag, text("gate %s", gate), "ok fine", NULL);
  task *of_a = task_get(a, url_on("http", path)), *of_b = task_get(b, url_on("http", path));
  control("/_wait?event=gate&path=/script/%s&count=2", tag);
  task_abort(of_a);
  await_complete(of_a);
  world_close(a);
  server_open(gate);
  CHECK_STR("fine", task_text(of_b, 200));
  world_close(b);
}

/* ------------------------------------------ requests of one client, with credentials of their own
 */

static task *ask(world *w, const char *url, const char *proxy, const char *name,
                 const char *value) {
  reqtask_request *request = request_new("GET", url);
  if (proxy)
    CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxy, REQTASK_NTS));
  if (name)
    CHECK_OK(reqtask_request_add_header(request, name, REQTASK_NTS, value, REQTASK_NTS));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

static void credentials_of_requests(delivery how) {
  world *w = world_open(how);
  unsigned port = server_listen("http");
  const char *with = text("http://user:word@127.0.0.1:%u/echo", port);
  const char *without = text("http://127.0.0.1:%u/echo", port);
  for (int i = 0; i < 3; i++) {
    CHECK(strstr(get(w, with), "authorization: Basic dXNlcjp3b3Jk") != NULL);
    CHECK(strstr(get(w, without), "authorization") == NULL);
    const char *echo = task_text(ask(w, without, NULL, "cookie", "mine=1"), 200);
    CHECK(strstr(echo, "cookie: mine=1") != NULL && strstr(echo, "authorization") == NULL);
    CHECK(strstr(get(w, without), "mine=1") == NULL);
  }
  CHECK_INT(12, number_after(get(w, text("http://127.0.0.1:%u/keepalive", port)), "request=") - 1);
  world_close(w);
}

/* A tunnel or a SOCKS connection belongs to who has logged in there. */
static void connections_through_proxies(delivery how) {
  static const char *const kinds[] = {"proxy", "socks"}, *const schemes[] = {"http", "socks5h"};
  world *w = world_open(how);
  const char *url = text("https://origin.test:%u/keepalive", server_port("https"));
  for (size_t i = 0; i < COUNT_OF(kinds); i++) {
    unsigned port = server_listen(text("%s&user=joe&password=word", kinds[i]));
    const char *good = text("%s://joe:word@127.0.0.1:%u", schemes[i], port);
    const char *const bad[] = {text("%s://127.0.0.1:%u", schemes[i], port),
                               text("%s://joe:wrong@127.0.0.1:%u", schemes[i], port),
                               text("%s://Joe:word@127.0.0.1:%u", schemes[i], port),
                               text("%s://joe:word%%20@127.0.0.1:%u", schemes[i], port)};
    int conn = number_after(task_text(ask(w, url, good, NULL, NULL), 200), "conn=");
    for (size_t k = 0; k < COUNT_OF(bad); k++)
      CHECK_STATUS(REQTASK_E_PROXY, await_complete(ask(w, url, bad[k], NULL, NULL)));
    /* The app's own field opens no tunnel either, and the good one still uses its tunnel. */
    CHECK_STATUS(REQTASK_E_PROXY,
                 await_complete(ask(w, url, bad[0], "proxy-authorization", "Basic am9lOndvcmQ=")));
    CHECK_INT(conn, number_after(task_text(ask(w, url, good, NULL, NULL), 200), "conn="));
    /* Nor does a request without a proxy, which would not even find the host. */
    CHECK_STATUS(REQTASK_E_RESOLVE, await_complete(ask(w, url, "", NULL, NULL)));
  }
  world_close(w);
}

/* Two proxies, two users of one proxy, a tunnel and absolute form: none uses the other's
 * connection. */
static void ways_are_not_mixed(delivery how) {
  world *w = world_open(how);
  unsigned one = server_listen("proxy"), two = server_listen("proxy");
  const char *url = text("http://origin.test:%u/keepalive", server_port("http"));
  const char *const ways[] = {
      text("http://127.0.0.1:%u", one), text("http://a:1@127.0.0.1:%u", one),
      text("http://a:2@127.0.0.1:%u", one), text("http://127.0.0.1:%u", two)};
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < COUNT_OF(ways); i++)
      for (uint64_t tunnel = 0; tunnel <= 1; tunnel++) {
        reqtask_request *request = request_new("GET", url);
        CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, ways[i], REQTASK_NTS));
        CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_PROXY_TUNNEL, tunnel));
        task *t = task_make(w, request);
        task_start(t);
        task_text(t, 200);
      }
  /* Each tunnel is used again in the second round; after an absolute form this proxy closes. */
  const struct {
    unsigned port;
    int connections;
  } expected[] = {{one, 3 + 2 * 3}, {two, 1 + 2}};
  for (size_t i = 0; i < COUNT_OF(expected); i++) {
    int n = 0;
    const char *log = control("/_log?event=accepted&port=%u", expected[i].port);
    for (; (log = strstr(log, "\"accepted\"")); log += 10)
      n++;
    CHECK_INT(expected[i].connections, n);
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, cookies),
                                  CASE(DIRECT, clients_of_one_config),
                                  CASE(BOTH, connections),
                                  CASE(BOTH, tls_sessions),
                                  CASE(DIRECT, trust),
                                  CASE(BOTH, proxies_and_names),
                                  CASE(BOTH, limits_and_options),
                                  CASE(BOTH, ends),
                                  CASE(BOTH, credentials_of_requests),
                                  CASE(DIRECT, connections_through_proxies),
                                  CASE(DIRECT, ways_are_not_mixed)};
MAIN(cases)
