/* Canaries: every secret of a request and of an answer is marked, the request succeeds or fails in
 * every way there is, and no mark is ever seen in a log line of any level, in the sentence of a
 * completion, or in the last error.
 * Secrets are: user information of URLs and proxies, the query and the fragment, values of fields
 * and cookies, both bodies, and key material. Paths, field names and host names are none. */
#include <stdlib.h>

#include "world.h"

#define HUSH "hush"

static struct {
  pthread_mutex_t lock;
  int lines, sentences;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void quiet(const char *where, const char *shown, size_t len) {
  char *low = malloc(len + 1);
  NEED(low != NULL);
  for (size_t i = 0; i < len; i++)
    low[i] = (char)(shown[i] >= 'A' && shown[i] <= 'Z' ? shown[i] + 32 : shown[i]);
  low[len] = 0;
  if (strstr(low, HUSH) || strstr(low, "am9lomh1c2" /* Base64 of it */)) {
    printf("# %s shows a secret: %.*s\n", where, (int)len, shown);
    FAIL("no secret is shown");
  }
  free(low);
}

static void on_line(void *user, uint32_t level, reqtask_str line) {
  (void)user, (void)level;
  quiet("a log line", line.ptr, line.len);
  pthread_mutex_lock(&seen.lock);
  seen.lines++;
  pthread_mutex_unlock(&seen.lock);
}

static void on_event(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)arg;
  if (kind != REQTASK_EVENT_COMPLETE)
    return;
  const reqtask_complete_event *end = event;
  quiet("a completion", end->message.ptr, end->message.len);
  pthread_mutex_lock(&seen.lock);
  seen.sentences += end->status != REQTASK_OK;
  pthread_mutex_unlock(&seen.lock);
}

/* The last error must be about the call that has just failed, and quiet. */
static void refused(reqtask_status status, const char *what) {
  char sentence[4096] = "";
  if (!CHECK(status < 0))
    printf("#   %s was accepted\n", what);
  seen.sentences++;
  size_t len = reqtask_last_error(sentence, sizeof sentence);
  quiet("the last error", sentence, len < sizeof sentence ? len : sizeof sentence - 1);
  CHECK(len > 10);
}

static world *watched(delivery how) {
  world *w = world_new(how);
  CHECK_OK(reqtask_set_log(REQTASK_LOG_DEBUG, on_line, NULL, NULL));
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("b.test:%u=127.0.0.1", server_port("http")));
  world_start(w);
  return w;
}

static void close_watched(world *w) {
  world_close(w);
  CHECK_OK(reqtask_set_log(REQTASK_LOG_OFF, NULL, NULL, NULL));
}

/* The URL with a user, and with more behind it. */
static const char *with_secrets(const char *url) {
  const char *host = strstr(url, "://") + 3;
  return text("%.*sjoe:hush-word@%s?token=hush-query#hush-fragment", (int)(host - url), url, host);
}

/* A script in the query goes into its field, so that the query is ours. */
static task *secret_request(world *w, const char *url, const char *proxy, bool more) {
  const char *script = strchr(url, '?');
  if (script)
    url = text("%.*s", (int)(script - url), url);
  reqtask_request *request = request_new("POST", with_secrets(url));
  if (script)
    CHECK_OK(reqtask_request_add_header(request, "x-script", REQTASK_NTS, script + 1, REQTASK_NTS));
  static const char *const fields[][2] = {{"authorization", "Bearer hush-a"},
                                          {"cookie", "c=hush-c"},
                                          {"x-api-key", "hush-x"},
                                          {"proxy-authorization", "Basic hush-pa"}};
  for (size_t i = more ? 0 : 1; i < COUNT_OF(fields); i++)
    CHECK_OK(
        reqtask_request_add_header(request, fields[i][0], REQTASK_NTS, fields[i][1], REQTASK_NTS));
  CHECK_OK(reqtask_request_set_body(request, "hush-body", 9, NULL, NULL));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, "hush-agent", REQTASK_NTS));
  if (proxy)
    CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxy, REQTASK_NTS));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_REDIRECTS_MAX, 3));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_BODY_MAX_BYTES, 100));
  task *t = task_make(w, request);
  t->rec->hook = on_event;
  return t;
}

static void ends_with(world *w, reqtask_status expected, const char *url, const char *proxy) {
  for (int more = 0; more <= 1; more++) {
    task *t = secret_request(w, url, proxy, more == 1);
    task_start(t);
    reqtask_status status = await_complete(t);
    if (!CHECK_STATUS(expected, status))
      printf("#   for %s: %s\n", url, t->rec->message);
    task_release(t);
  }
}

static void answers(delivery how) {
  static const struct {
    reqtask_status status;
    const char *steps[8];
  } rows[] = {
      {REQTASK_OK,
       {"status 200 OK", "field set-cookie: s=hush-s; Path=/", "length 6", "head-end",
        "body hush-b"}},
      {REQTASK_OK,
       {"status 407 hush", "field proxy-authenticate: Basic realm=hush", "length 0", "head-end"}},
      {REQTASK_E_PROTOCOL, {"raw hush hush\\r\\n\\r\\n", "close"}},
      {REQTASK_E_PROTOCOL, {"raw HTTP/1.1 hush hush\\r\\n\\r\\n", "close"}},
      {REQTASK_E_PROTOCOL, {"status 200 hush", "raw hush hush\\r\\n\\r\\n", "close"}},
      {REQTASK_E_PROTOCOL, {"status 200 OK", "field set-cookie: hush\\0", "head-end", "close"}},
      {REQTASK_E_PROTOCOL, {"status 200 OK", "field content-length: hush", "head-end", "close"}},
      {REQTASK_E_PROTOCOL, {"status 200 OK", "field transfer-encoding: hush", "head-end", "close"}},
      {REQTASK_E_PROTOCOL, {"status 200 OK", "chunked", "head-end", "raw hush\\r\\n", "close"}},
      {REQTASK_E_PROTOCOL,
       {"status 200 OK", "chunked", "head-end", "raw 4\\r\\nhushhush", "close"}},
      {REQTASK_E_IO, {"status 200 OK", "length 9", "head-end", "body hush", "close"}},
      {REQTASK_E_IO, {"status 200 OK", "length 9", "head-end", "body hush", "reset"}},
      {REQTASK_E_IO, {"raw HTTP/1.1 200 OK\\r\\nset-cookie: hush", "close"}},
      {REQTASK_E_DECODE,
       {"status 200 OK", "field content-encoding: gzip", "length 9", "head-end", "body hushhushh"}},
      {REQTASK_E_DECODE,
       {"status 200 OK", "field content-encoding: br", "length 9", "head-end", "body hushhushh"}},
      {REQTASK_E_TOO_LARGE, {"status 200 OK", "length 400", "head-end", "bytes 400"}},
      {REQTASK_E_REDIRECT, {"redirect 302 ftp://joe:hush@h/?hush#hush"}},
      {REQTASK_E_REDIRECT, {"redirect 302 http://joe:hush@h:0/?hush"}},
      {REQTASK_E_REDIRECT, {"redirect 302 http://joe:hush/hush@h/"}},
      {REQTASK_E_REDIRECT, {"redirect 302 http://joe:hush@[::1/"}},
      {REQTASK_E_REDIRECT, {"redirect 302 /?hush#hush"}},
  };
  world *w = watched(how);
  for (size_t i = 0; i < COUNT_OF(rows); i++)
    for (int tls = 0; tls <= 1; tls++) {
      const char *const *s = rows[i].steps;
      const char *path =
          strstr(script_path("quiet", s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], NULL), "?");
      ends_with(w, rows[i].status, url_on(tls ? "https" : "http", text("/open%s", path)), NULL);
    }
  close_watched(w);
}

static void connections(delivery how) {
  world *w = watched(how);
  ends_with(w, REQTASK_E_CONNECT, url_on("refused", "/"), NULL);
  ends_with(w, REQTASK_E_RESOLVE, "http://nowhere.invalid/", NULL);
  static const char *const certificates[] = {"expired", "wrong-host", "untrusted"};
  for (size_t i = 0; i < COUNT_OF(certificates); i++)
    ends_with(w, REQTASK_E_CERTIFICATE, url_on(certificates[i], "/"), NULL);
  unsigned port = server_listen_script("read-bytes 5\nraw hush hush\\r\\n\\r\\n\nclose");
  ends_with(w, REQTASK_E_TLS, text("https://127.0.0.1:%u/", port), NULL);
  static const char *const kinds[] = {"proxy", "socks"}, *const schemes[] = {"http", "socks5h"};
  for (size_t i = 0; i < COUNT_OF(kinds); i++) {
    port = server_listen(text("%s&user=joe&password=other", kinds[i]));
    const char *origin = text("https://origin.test:%u/hello", server_port("https"));
    ends_with(w, REQTASK_E_PROXY, origin, text("%s://joe:hush-p@127.0.0.1:%u", schemes[i], port));
    ends_with(w, REQTASK_E_PROXY, origin,
              text("%s://joe:hush-p@127.0.0.1:%u", schemes[i], server_port("refused")));
    ends_with(w, REQTASK_E_PROXY, origin, text("%s://joe:hush-p@nowhere.invalid", schemes[i]));
    port = server_listen(text("%s&user=joe&password=hush-p", kinds[i]));
    ends_with(w, REQTASK_OK, origin, text("%s://joe:hush-p@127.0.0.1:%u", schemes[i], port));
    ends_with(w, REQTASK_E_PROXY, "https://nowhere.invalid/",
              text("%s://joe:hush-p@127.0.0.1:%u", schemes[i], port));
  }
  port = server_listen_script("read-head\nraw hush hush\\r\\n\\r\\n\nclose");
  ends_with(w, REQTASK_E_PROXY, url_on("https", "/"), text("http://joe:hush@127.0.0.1:%u", port));
  close_watched(w);
}

static void aborts_and_limits(delivery how) {
  world *w = watched(how);
  const char *path = text("/open/%s", unique());
  task *t = secret_request(w, url_on("http", text("%s?stall", path)), NULL, true);
  task_start(t);
  server_wait("stall", path);
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  reqtask_request *request = request_new("GET", with_secrets(url_on("silent", "/")));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 20));
  t = task_make(w, request);
  t->rec->hook = on_event;
  task_start(t);
  CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(t));
  close_watched(w);
}

static void calls_that_are_refused(delivery how) {
  (void)how;
  static const char *const urls[] = {"ftp://joe:hush@h/?hush#hush",
                                     "http://joe:hush@h:0/",
                                     "http://joe:hush@/",
                                     "joe:hush@h",
                                     "http://joe:hush/hush@h/",
                                     "http://joe:hush?hush@h/",
                                     "http://joe:hush#hush@h/",
                                     "//joe:hush@h/",
                                     "http:joe:hush@h:x",
                                     "https://joe:hush@[::1",
                                     "http://joe:hush@h x/",
                                     "http://h:x/?hush",
                                     "/path?hush",
                                     "http://joe:h\\hush@h:0/"};
  reqtask_request *request = NULL;
  for (size_t i = 0; i < COUNT_OF(urls); i++)
    refused(reqtask_request_new("GET", REQTASK_NTS, urls[i], REQTASK_NTS, &request), urls[i]);
  request = request_new("GET", "http://joe:hush@h/?hush");
  static const char *const values[] = {"hush\r\nx: hush", "hush\n", "\rhush", "hush\x7f",
                                       "hush\x01"};
  static const char *const names[] = {"authorization", "cookie", "x-own", "host", "content-length"};
  for (size_t i = 0; i < COUNT_OF(values); i++)
    for (size_t k = 0; k < COUNT_OF(names); k++)
      refused(reqtask_request_add_header(request, names[k], REQTASK_NTS, values[i], REQTASK_NTS),
              names[k]);
  static const char *const proxies[] = {"http://joe:hush@",
                                        "https://joe:hush@p",
                                        "ftp://joe:hush@p",
                                        "joe:hush://p",
                                        "joe:hush",
                                        "http://joe:hush@p:0",
                                        "http://joe:hush@p:hush",
                                        "http://joe:hush@p/x",
                                        "http://joe:hush%00@p",
                                        "socks4://joe:hush@p",
                                        "http://joe:hush@p?hush",
                                        "http://p:hush",
                                        "http://joe:hush@a b"};
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  for (size_t i = 0; i < COUNT_OF(proxies); i++) {
    refused(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxies[i], REQTASK_NTS),
            proxies[i]);
    setenv("https_proxy", proxies[i], 1);
    refused(reqtask_config_set_u64(config, REQTASK_OPT_ENV_PROXY, 1), proxies[i]);
  }
  unsetenv("https_proxy");
  static const char *const pems[] = {
      "-----BEGIN PRIVATE KEY-----\nhushhushhush\n-----END PRIVATE KEY-----\n",
      "-----BEGIN CERTIFICATE-----\nhushhushhush\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\nhush", "hush"};
  for (size_t i = 0; i < COUNT_OF(pems); i++) {
    reqtask_status status =
        reqtask_config_set_str(config, REQTASK_OPT_ROOTS_PEM, pems[i], REQTASK_NTS);
    reqtask_client *client = NULL;
    if (status == REQTASK_OK) /* what is no certificate may show only when the client is made */
      status = reqtask_client_new(config, &client);
    refused(status, pems[i]);
  }
  const uint32_t key = REQTASK_OPT_CLIENT_CERT_PEM;
  for (size_t i = 0; i < COUNT_OF(pems); i++) {
    refused(reqtask_config_set_str(config, key, pems[i], REQTASK_NTS), pems[i]);
    refused(reqtask_request_set_str(request, key, pems[i], REQTASK_NTS), pems[i]);
  }
  reqtask_config_free(config);
  reqtask_request_free(request);
}

/* Or else all this would prove nothing. */
static void the_canaries_do_arrive(delivery how) {
  world *w = watched(how);
  reqtask_request *request = request_new("POST", with_secrets(url_on("http", "/echo")));
  CHECK_OK(reqtask_request_add_header(request, "cookie", REQTASK_NTS, "c=hush-c", REQTASK_NTS));
  CHECK_OK(reqtask_request_set_body(request, "hush-body", 9, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  const char *echo = task_text(t, 200);
  static const char *const sent[] = {"?token=hush-query", "authorization: Basic am9lOmh1c2",
                                     "c=hush-c", "hush-body"};
  for (size_t i = 0; i < COUNT_OF(sent); i++)
    CHECK(strstr(echo, sent[i]) != NULL);
  CHECK(strstr(echo, "hush-fragment") == NULL);
  CHECK(seen.sentences > 150);
  printf("# counted: failures without secrets\t%d\tfailed requests and calls, full of marks, whose "
         "sentences and log lines showed none\n",
         seen.sentences);
  close_watched(w);
}

static const test_case cases[] = {
    CASE(BOTH, answers), CASE(BOTH, connections), CASE(BOTH, aborts_and_limits),
    CASE(DIRECT, calls_that_are_refused), CASE(DIRECT, the_canaries_do_arrive)};
MAIN(cases)
