/* Every option key: valid, out of range, wrong kind, wrong scope, unknown; and the text options. */
#include <stdlib.h>

#include "world.h"

enum { PROXY_TUNNEL = 35 }; /* REQTASK_OPT_PROXY_TUNNEL */

typedef struct row {
  uint32_t key;
  bool config, request;
  uint64_t largest; /* that is accepted */
  uint64_t bad;     /* that is refused; 0: none is */
} row;

static const uint64_t ms = UINT32_MAX;

static const row *numbers(size_t *count) {
  static row rows[] = {
      {REQTASK_OPT_WORKERS_MAX, true, false, 1024, 1025},
      {REQTASK_OPT_WORKER_IDLE_MS, true, false, 0, 0},
      {REQTASK_OPT_QUEUE_MAX, true, false, 0, 0},
      {REQTASK_OPT_PER_HOST_MAX, true, false, 0, 0},
      {REQTASK_OPT_TIMEOUT_MS, true, true, 0, 0},
      {REQTASK_OPT_RESOLVE_MS, true, true, 0, 0},
      {REQTASK_OPT_CONNECT_MS, true, true, 0, 0},
      {REQTASK_OPT_HEADERS_MS, true, true, 0, 0},
      {REQTASK_OPT_READ_IDLE_MS, true, true, 0, 0},
      {REQTASK_OPT_REDIRECTS_MAX, true, true, 1000, 1001},
      {REQTASK_OPT_HEADER_MAX_BYTES, true, true, 1 << 20, (1 << 20) + 1},
      {REQTASK_OPT_BODY_MAX_BYTES, true, true, INT64_MAX, UINT64_MAX},
      {REQTASK_OPT_CHUNK_MAX_BYTES, true, true, 1 << 20, (1 << 20) + 1},
      {REQTASK_OPT_WINDOW_BYTES, true, true, 1 << 30, (1 << 30) + 1},
      {REQTASK_OPT_KEEP_BODY, true, true, 1, 2},
      {REQTASK_OPT_DECODE, true, true, 1, 2},
      {REQTASK_OPT_HTTPS_ONLY, true, true, 1, 2},
      {REQTASK_OPT_IP_FAMILY, true, true, 6, 5},
      {REQTASK_OPT_COOKIES, true, false, 1, 2},
      {REQTASK_OPT_ENV_PROXY, true, false, 1, 2},
      {REQTASK_OPT_SYSTEM_ROOTS, true, false, 1, 2},
      {REQTASK_OPT_IDLE_CONNECTIONS, true, false, 65536, 65537},
      {REQTASK_OPT_IDLE_CONNECTION_MS, true, false, 0, 0},
      {REQTASK_OPT_REDIRECT_TO_HTTP, true, true, 1, 2},
      {PROXY_TUNNEL, true, true, 1, 2},
      {REQTASK_OPT_AUTO_RELEASE, false, true, 1, 2},
  };
  for (size_t i = 0; i < COUNT_OF(rows); i++)
    if (rows[i].bad == 0) { /* times and counts: 32 bits of them */
      rows[i].largest = ms;
      rows[i].bad = ms + 1;
    }
  *count = COUNT_OF(rows);
  return rows;
}

static const row texts[] = {
    {REQTASK_OPT_USER_AGENT, true, true, 0, 0},    {REQTASK_OPT_PROXY, true, true, 0, 0},
    {REQTASK_OPT_NO_PROXY, true, false, 0, 0},     {REQTASK_OPT_ROOTS_PEM, true, false, 0, 0},
    {REQTASK_OPT_DNS_OVERRIDE, true, false, 0, 0}, {REQTASK_OPT_CLIENT_CERT_PEM, true, true, 0, 0},
    {REQTASK_OPT_PINNED_KEYS, true, true, 0, 0},
};

static void expect(uint32_t key, reqtask_status expected, reqtask_status actual) {
  if (!CHECK_STATUS(expected, actual))
    printf("#   option %u\n", key);
}

static void every_number(delivery how) {
  (void)how;
  size_t count = 0;
  const row *rows = numbers(&count);
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  reqtask_request *request = request_new("GET", "http://localhost/");
  const reqtask_status no = REQTASK_E_INVALID_ARG;
  for (size_t i = 0; i < count; i++) {
    const row *r = &rows[i];
    const reqtask_status c = r->config ? REQTASK_OK : no;
    const reqtask_status q = r->request ? REQTASK_OK : no;
    expect(r->key, c, reqtask_config_set_u64(config, r->key, 0));
    expect(r->key, c, reqtask_config_set_u64(config, r->key, r->largest));
    expect(r->key, q, reqtask_request_set_u64(request, r->key, 0));
    expect(r->key, q, reqtask_request_set_u64(request, r->key, r->largest));
    expect(r->key, no, reqtask_config_set_u64(config, r->key, r->bad));
    expect(r->key, no, reqtask_config_set_u64(config, r->key, UINT64_MAX));
    expect(r->key, no, reqtask_request_set_u64(request, r->key, r->bad));
    expect(r->key, no, reqtask_config_set_str(config, r->key, "1", 1)); /* the wrong kind */
    expect(r->key, no, reqtask_request_set_str(request, r->key, "1", 1));
  }
  reqtask_request_free(request);
  reqtask_config_free(config);
}

static void every_text(delivery how) {
  (void)how;
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  reqtask_request *request = request_new("GET", "http://localhost/");
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    expect(texts[i].key, REQTASK_E_INVALID_ARG, reqtask_config_set_u64(config, texts[i].key, 1));
    expect(texts[i].key, REQTASK_E_INVALID_ARG, reqtask_request_set_u64(request, texts[i].key, 1));
    if (!texts[i].request)
      expect(texts[i].key, REQTASK_E_INVALID_ARG,
             reqtask_request_set_str(request, texts[i].key, "a:1=127.0.0.1", REQTASK_NTS));
  }
  static const struct {
    uint32_t key;
    const char *good;
  } good[] = {
      {REQTASK_OPT_USER_AGENT, ""},
      {REQTASK_OPT_USER_AGENT, "me/1.0 (it)"},
      {REQTASK_OPT_PROXY, ""},
      {REQTASK_OPT_PROXY, "http://localhost:3128"},
      {REQTASK_OPT_PROXY, "http://us%20er:p%40ss@localhost:3128"},
      {REQTASK_OPT_PROXY, "socks5://localhost:1080"},
      {REQTASK_OPT_NO_PROXY, "localhost,.internal,10.0.0.0/8"},
      {REQTASK_OPT_NO_PROXY, "*"},
      {REQTASK_OPT_DNS_OVERRIDE, "host:443=10.0.0.1,[fd00::1]"},
      {REQTASK_OPT_DNS_OVERRIDE, "other:80=127.0.0.1"},
      {REQTASK_OPT_CLIENT_CERT_PEM, ""},
      {REQTASK_OPT_PINNED_KEYS, ""},
      {REQTASK_OPT_PINNED_KEYS, "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
  };
  for (size_t i = 0; i < COUNT_OF(good); i++)
    expect(good[i].key, REQTASK_OK,
           reqtask_config_set_str(config, good[i].key, good[i].good, REQTASK_NTS));
  static const struct {
    uint32_t key;
    const char *bad;
  } bad[] = {
      {REQTASK_OPT_USER_AGENT, "a\r\nb: c"},
      {REQTASK_OPT_PROXY, "no sense"},
      {REQTASK_OPT_PROXY, "ftp://localhost:21"},
      {REQTASK_OPT_PROXY, "http://localhost:99999"},
      {REQTASK_OPT_PROXY, "http://"},
      {REQTASK_OPT_ROOTS_PEM, "nonsense"},
      {REQTASK_OPT_ROOTS_PEM, ""},
      {REQTASK_OPT_ROOTS_PEM, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
      {REQTASK_OPT_DNS_OVERRIDE, "host=10.0.0.1"},
      {REQTASK_OPT_DNS_OVERRIDE, "host:443="},
      {REQTASK_OPT_DNS_OVERRIDE, "host:443=10.0.0.256"},
      {REQTASK_OPT_DNS_OVERRIDE, "host:99999=10.0.0.1"},
      {REQTASK_OPT_DNS_OVERRIDE, ""},
      {REQTASK_OPT_CLIENT_CERT_PEM, "nonsense"},
      {REQTASK_OPT_CLIENT_CERT_PEM,
       "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
      {REQTASK_OPT_PINNED_KEYS, "nonsense"},
      {REQTASK_OPT_PINNED_KEYS, "sha256//AAAA"},
      {REQTASK_OPT_PINNED_KEYS, "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=;"},
      {REQTASK_OPT_USER_AGENT, "\xff\xfe"},
  };
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    reqtask_status status = reqtask_config_set_str(config, bad[i].key, bad[i].bad, REQTASK_NTS);
    if (!CHECK_STATUS(REQTASK_E_INVALID_ARG, status))
      printf("#   option %u with \"%s\"\n", bad[i].key, bad[i].bad);
    char sentence[256] = "";
    reqtask_last_error(sentence, sizeof sentence);
    CHECK(strlen(sentence) > 0);
  }
  reqtask_request_free(request);
  reqtask_config_free(config);
}

static void unknown_keys(delivery how) {
  (void)how;
  static const uint32_t keys[] = {0, 5, 9, 36, 41, 999, 1000, 1008, UINT32_MAX};
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  reqtask_request *request = request_new("GET", "http://localhost/");
  for (size_t i = 0; i < COUNT_OF(keys); i++) {
    expect(keys[i], REQTASK_E_UNSUPPORTED, reqtask_config_set_u64(config, keys[i], 0));
    expect(keys[i], REQTASK_E_UNSUPPORTED, reqtask_config_set_str(config, keys[i], "", 0));
    expect(keys[i], REQTASK_E_UNSUPPORTED, reqtask_request_set_u64(request, keys[i], 0));
    expect(keys[i], REQTASK_E_UNSUPPORTED, reqtask_request_set_str(request, keys[i], "", 0));
  }
  reqtask_request_free(request);
  reqtask_config_free(config);
}

static const char *field_of(const char *echo, const char *name) {
  const char *at = strstr(echo, text("\r\n%s: ", name));
  return at ? text("%.*s", (int)strcspn(at + strlen(name) + 4, "\r"), at + strlen(name) + 4) : NULL;
}

static void user_agent_of_client_and_request(delivery how) {
  world *w = world_open(how);
  const char *echo = task_text(task_get(w, url_on("http", "/echo")), 200);
  CHECK_STR(text("reqtask/%s", reqtask_version()), field_of(echo, "user-agent"));
  world_close(w);
  w = world_new(how);
  world_str(w, REQTASK_OPT_USER_AGENT, "first");
  world_str(w, REQTASK_OPT_USER_AGENT, "client"); /* replaces */
  world_start(w);
  CHECK_STR("client", field_of(task_text(task_get(w, url_on("http", "/echo")), 200), "user-agent"));
  reqtask_request *request = request_new("GET", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, "request", REQTASK_NTS));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("request", field_of(task_text(t, 200), "user-agent"));
  request = request_new("GET", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, "", 0));
  t = task_make(w, request);
  task_start(t);
  CHECK(field_of(task_text(t, 200), "user-agent") == NULL);
  world_close(w);
}

static void name_override_and_ip_family(delivery how) {
  world *w = world_new(how);
  unsigned port = server_port("http");
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("four.test:%u=127.0.0.1", port));
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("both.test:%u=127.0.0.1,[::1]", port)); /* adds */
  world_start(w);
  task *t = task_get(w, text("http://four.test:%u/echo", port));
  CHECK_STR(text("four.test:%u", port), field_of(task_text(t, 200), "host"));
  if (server_port("http6") != 0) {
    static const struct {
      uint64_t family;
      const char *peer;
    } rows[] = {{4, "127.0.0.1"}, {6, "[::1]"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
      reqtask_request *request = request_new("GET", text("http://both.test:%u/hello", port));
      CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_IP_FAMILY, rows[i].family));
      t = task_make(w, request);
      task_start(t);
      CHECK_STR("Hello, world!\n", task_text(t, 200));
      const reqtask_response *response = NULL;
      NEED_OK(reqtask_response_get(t->id, &response));
      reqtask_response_info info = {.struct_size = sizeof info};
      CHECK_OK(reqtask_response_read(response, &info));
      CHECK_STR(text("%s:%u", rows[i].peer, port), info.peer.ptr);
      reqtask_response_free(response);
    }
  }
  /* An address of the wrong family is no address. */
  reqtask_request *request = request_new("GET", text("http://four.test:%u/hello", port));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_IP_FAMILY, 6));
  t = task_make(w, request);
  task_start(t);
  CHECK_ENDS(REQTASK_E_RESOLVE, REQTASK_PHASE_RESOLVE, t);
  world_close(w);
}

static void https_only(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_HTTPS_ONLY, 1);
  world_u64(w, REQTASK_OPT_REDIRECT_TO_HTTP, 1);
  world_start(w);
  task *t = task_get(w, url_on("https", "/hello"));
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  const char *tag = unique();
  reqtask_request *request = request_new("GET", url_on("http", script_path(tag, "ok", NULL)));
  reqtask_id id = 0;
  reqtask_status status = reqtask_create(w->client, request, &id);
  if (status == REQTASK_OK) { /* refused when it starts or when it runs: never sent */
    task *plain = task_make(w, request);
    CHECK_OK(reqtask_release(id));
    status = reqtask_start(plain->id);
    if (status == REQTASK_OK)
      status = await_complete(plain);
  } else {
    reqtask_request_free(request);
  }
  CHECK(status != REQTASK_OK);
  CHECK_INT(0, server_count("request", tag));
  t = task_get(w, url_on("https", text("/redirect-to?url=%s", url_on("http", "/hello"))));
  CHECK_STATUS(REQTASK_E_REDIRECT, await_complete(t));
  world_close(w);
}

static void an_option_of_a_request_is_of_that_request(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_REDIRECTS_MAX, 0);
  world_start(w);
  CHECK_STR("", task_text(task_get(w, url_on("http", "/redirect/1")), 302));
  reqtask_request *request = request_new("GET", url_on("http", "/redirect/1"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_REDIRECTS_MAX, 3));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  CHECK_STR("", task_text(task_get(w, url_on("http", "/redirect/1")), 302));
  world_close(w);
}

static const test_case cases[] = {CASE(DIRECT, every_number),
                                  CASE(DIRECT, every_text),
                                  CASE(DIRECT, unknown_keys),
                                  CASE(DIRECT, user_agent_of_client_and_request),
                                  CASE(BOTH, name_override_and_ip_family),
                                  CASE(BOTH, https_only),
                                  CASE(DIRECT, an_option_of_a_request_is_of_that_request)};
MAIN(cases)
