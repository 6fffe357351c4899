/* Hostile bodies: framing without end, drips, answers to nobody, 10,000 cookies, redirects in
 * circles and to a megabyte. */
#include "hostile.h"

#include <stdlib.h>

#define HEAD "HTTP/1.1 200 OK\\r\\n"

static void framing_without_end(delivery how) {
  static const char *const rows[][3] = {
      {"raw 5;", "x", "longer than 16 KB"},
      {"raw ", "0", "longer than 16 KB"},
      {"raw 5", " ", "longer than 16 KB"},
      {"raw f", "f", "too large"},
      {"raw 0\\r\\n", "x: y\\r\\n", "larger than 64 KB"},
      {"raw 0\\r\\nx: ", "y", "larger than 64 KB"},
      {"raw 0\\r\\n", "\\n", "larger than 64 KB"},
      {"raw 1\\r\\na\\r\\n", "\\r\\n", "missing"},
  };
  static const char *const ports[] = {"http", "https"};
  world *w = world_open(how);
  for (size_t p = 0; p < ports_to_try(); p++)
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
      const char *path = script_path("endless", "status 200 OK", "chunked", "head-end", rows[i][0],
                                     text("repeat " FOREVER " %s", rows[i][1]), NULL);
      CHECK_REFUSED(w, url_on(ports[p], path), REQTASK_E_PROTOCOL, REQTASK_PHASE_BODY, rows[i][2]);
    }
  world_close(w);
}

/* A chunk for every byte is allowed; it must not cost more than the bytes. */
static void a_chunk_for_every_byte(delivery how) {
  world *w = world_open(how);
  unsigned count = patience() > 1 ? 20000 : 1000000;
  const char *path = script_path("bytes", "status 200 OK", "chunked", "head-end",
                                 text("repeat %u 1;a=b\\r\\nx\\r\\n", count), "last-chunk", NULL);
  memory_begin();
  task *t = quiet_get(w, url_on("http", path), 0, 0);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_MEMORY(16);
  CHECK_INT(count, strlen(task_text(t, 200)));
  world_close(w);
}

/* One byte at a time never outlasts the total limit, wherever it drips. */
static void drips(delivery how) {
  static const char *const rows[][2] = {
      {"raw H", "TTP/1.1 200 OK and so on"},
      {"raw " HEAD "a: ", "0123456789012345678901234567890123456789"},
      {"raw HTTP/1.1 100 Continue\\r\\n\\r\\n", "HTTP/1.1 103 X\\r\\n\\r\\nHTTP/1.1 103 X"},
      {"raw " HEAD "content-length: 100\\r\\n\\r\\n", "0123456789012345678901234567890123456789"},
      {"raw " HEAD "transfer-encoding: chunked\\r\\n\\r\\n5;",
       "0123456789012345678901234567890123456"},
      {"raw " HEAD "transfer-encoding: chunked\\r\\n\\r\\n0\\r\\n",
       "trailer: 567890123456789012345"},
      {"raw " HEAD "content-encoding: gzip\\r\\n\\r\\n\\x1f\\x8b\\x08\\x08\\0\\0\\0\\0\\0\\0",
       "namenamenamename"},
      {"raw HTTP/1.1 302 Found\\r\\nlocation: ", "/0123456789012345678901234567890123456789"},
  };
  static const char *const ports[] = {"http", "https"};
  world *w = world_open(how);
  task *tasks[2 * COUNT_OF(rows)];
  int64_t begin = now_us();
  for (size_t i = 0; i < COUNT_OF(tasks); i++) {
    const char *path =
        script_path("drip", rows[i / 2][0], text("trickle 50 %s", rows[i / 2][1]), "stall", NULL);
    tasks[i] = quiet_get(w, url_on(ports[i % 2], path), REQTASK_OPT_TIMEOUT_MS,
                         (uint64_t)(600 * patience()));
    task_start(tasks[i]);
  }
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    CHECK_ENDS(REQTASK_E_TIMEOUT,
               i / 2 < 3 || i / 2 == 7 ? REQTASK_PHASE_HEADERS : REQTASK_PHASE_BODY, tasks[i]);
  CHECK(now_us() - begin >= 600000 * patience());
  /* Without a limit that is shorter, what drips arrives. */
  const char *path =
      script_path("drip", "trickle 1 " HEAD "content-length: 5\\r\\n\\r\\nhello", NULL);
  CHECK_STR("hello", task_text(task_get(w, url_on("http", path)), 200));
  world_close(w);
}

/* What stands behind an answer, at once or later, is nobody's answer. */
static void answers_to_nobody(delivery how) {
  static const char *const steps[][3] = {
      {"ok mine", "raw HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nevil", "stall"},
      {"ok mine", "raw x", "stall"},
      {"raw " HEAD
       "transfer-encoding: chunked\\r\\n\\r\\n4\\r\\nmine\\r\\n0\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n",
       "stall"},
      {"ok mine", "sleep 20", "raw HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nevil"},
      {"raw HTTP/1.1 204 No\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nevil",
       "stall"},
      {"raw HTTP/1.1 304 No\\r\\ncontent-length: 4\\r\\n\\r\\nevil", "stall"},
  };
  static const char *const ports[] = {"http", "https"};
  for (size_t p = 0; p < COUNT_OF(ports); p++)
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
      world *w = world_open(how);
      const char *tag = unique();
      const char *path = script_path(tag, steps[i][0], steps[i][1], steps[i][2], NULL);
      task *t = task_get(w, url_on(ports[p], path));
      CHECK_STATUS(REQTASK_OK, await_complete(t));
      /* It has written all. What comes only after the next request was sent is that one's answer.
       */
      server_wait(strcmp(steps[i][1], "sleep 20") == 0 ? "done" : "stall", tag);
      for (int again = 0; again < 2; again++) {
        const char *next = task_text(task_get(w, url_on(ports[p], "/hello")), 200);
        if (!CHECK_STR("Hello, world!\n", next))
          printf("#   behind %s & %s on %s\n", steps[i][0], steps[i][1], ports[p]);
      }
      world_close(w);
    }
}

static size_t cookies_sent(world *w, const char *host) {
  const char *url = text("http://%s:%u/cookies", host, server_port("http"));
  const char *line = task_text(task_get(w, url), 200);
  size_t count = *line != 0;
  for (; *line; line++)
    count += *line == ';';
  return count;
}

/* 100 answers with 100 cookies each, on 20 hosts: 180 of a host are kept, 3,000 in all. Fewer where
 * everything is slow. */
static void ten_thousand_cookies(delivery how) {
  int answers = patience() > 1 ? 2 : 100, hosts = patience() > 1 ? 1 : 20;
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_u64(w, REQTASK_OPT_HEADER_MAX_BYTES, 1000000);
  for (int host = 0; host < hosts; host++)
    world_str(w, REQTASK_OPT_DNS_OVERRIDE,
              text("c%d.test:%u=127.0.0.1", host, server_port("http")));
  world_start(w);
  char *script = arena(400000);
  memory_begin();
  for (int answer = 0; answer < answers; answer++) {
    char *at = script + sprintf(script, "status 200 OK\nlength 0\n");
    for (int i = 0; i < 100; i++)
      at +=
          sprintf(at, "field set-cookie: n%d-%d=%0*d; Path=/; Max-Age=1000\n", answer, i, 1000, i);
    sprintf(at, "head-end\n");
    const char *name = unique();
    control_with(script, "/_scripts/%s", name);
    const char *url = text("http://c%d.test:%u/s/%s", answer % hosts, server_port("http"), name);
    task *t = quiet_get(w, url, 0, 0);
    task_start(t);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    task_release(t);
  }
  CHECK_MEMORY(24);
  size_t all = 0;
  for (int host = 0; host < hosts; host++) {
    size_t sent = cookies_sent(w, text("c%d.test", host));
    CHECK(sent <= 180);
    all += sent;
  }
  CHECK_INT(hosts > 1 ? 3000 : 180, all);
  world_close(w);
}

static void redirects_without_end(delivery how) {
  unsigned most = patience() > 1 ? 20 : 1000;
  size_t far = patience() > 1 ? 100000 : 1000000;
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_REDIRECTS_MAX, most);
  world_u64(w, REQTASK_OPT_HEADER_MAX_BYTES, 1048576);
  world_start(w);
  /* To itself, and to and fro. */
  const char *a = unique(), *b = unique();
  control_with(text("redirect 302 /s/%s?0123456789\n", b), "/_scripts/%s", a);
  control_with(text("redirect 307 /s/%s\n", a), "/_scripts/%s", b);
  CHECK_REFUSED(w, url_on("http", text("/s/%s", a)), REQTASK_E_REDIRECT, REQTASK_PHASE_HEADERS,
                text("more than %u redirects", most));
  /* A place that grows with every step: no longer a URL that is taken. */
  static const char *const floods[][2] = {
      {"/", "x"},       {"http://h/", "?"}, {"//", "a"},
      {"http://", "@"}, {"#", "%%"},        {"\\xff", "\\xe4"},
  };
  for (size_t i = 0; i < COUNT_OF(floods); i++) {
    const char *path =
        script_path("far", "status 302 Found", text("raw location: %s", floods[i][0]),
                    text("repeat %zu %s", far / strlen(floods[i][1]), floods[i][1]), "raw \\r\\n",
                    "length 0", "head-end", NULL);
    const char *url = url_on("http", path);
    memory_begin();
    int64_t begin = now_us();
    task *t = quiet_get(w, url, 0, 0);
    task_start(t);
    reqtask_status status = await_complete(t);
    if (!CHECK(status == REQTASK_E_REDIRECT || status == REQTASK_E_TOO_LARGE))
      printf("#   %s for row %zu: %s\n", status_name(status), i, t->rec->message);
    CHECK(now_us() - begin < 10000000 * patience());
    CHECK_MEMORY(32);
  }
  /* With the usual limit such a head is refused as a head. */
  const char *path = script_path("far", "status 302 Found", "raw location: /", "repeat 1000000 x",
                                 "raw \\r\\n", "length 0", "head-end", NULL);
  task *t = quiet_get(w, url_on("http", path), REQTASK_OPT_HEADER_MAX_BYTES, 65536);
  task_start(t);
  CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS, t);
  /* Two places, and none. */
  CHECK_REFUSED(w,
                url_on("http", script_path("two", "status 302 Found", "field location: /a",
                                           "field location: /b", "length 0", "head-end", NULL)),
                REQTASK_E_REDIRECT, REQTASK_PHASE_HEADERS, "several locations");
  CHECK_STR("", task_text(task_get(w, url_on("http", script_path("none", "status 302 Found",
                                                                 "length 0", "head-end", NULL))),
                          302));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, framing_without_end),
                                  CASE(DIRECT, a_chunk_for_every_byte),
                                  CASE(BOTH, drips),
                                  CASE(BOTH, answers_to_nobody),
                                  CASE(DIRECT, ten_thousand_cookies),
                                  CASE(DIRECT, redirects_without_end)};
MAIN(cases)
