/* Hostile heads: endless ones, other protocols, lying lengths, two framings, control bytes. Each is
 * refused at once with a sentence that names what is wrong. */
#include "hostile.h"

#define HEAD "HTTP/1.1 200 OK\\r\\n"

static void endless(delivery how) {
  static const char *const rows[][3] = {
      /* What is sent before, what without end, and a word of the sentence. */
      {"raw " HEAD "a: ", "x", "larger than 65536 bytes"},
      {"raw " HEAD "a: b", "\\r\\n c", "larger than 65536 bytes"},
      {"raw HTTP/1.1 200 ", "x", "larger than 65536 bytes"},
      {"raw " HEAD, "x", "larger than 65536 bytes"},
      {"raw " HEAD, "a: 0123456789012345678901234567890123456789\\r\\n", "than"},
      {"raw \\r\\n", "\\r\\n", "larger than 65536 bytes"},
      {"continue", "HTTP/1.1 100 Continue\\r\\n\\r\\n", "larger than 65536 bytes"},
      {"early-hints", "HTTP/1.1 103 Early Hints\\r\\nlink: <a>\\r\\n\\r\\n", "larger than 65536"},
  };
  static const char *const ports[] = {"http", "https"};
  world *w = world_open(how);
  for (size_t p = 0; p < ports_to_try(); p++)
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
      const char *flood = text("repeat " FOREVER " %s", rows[i][1]);
      const char *path = script_path("endless", rows[i][0], flood, NULL);
      CHECK_REFUSED(w, url_on(ports[p], path), REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS,
                    rows[i][2]);
    }
  /* Many short fields in one complete head. */
  const char *path =
      script_path("many", "raw " HEAD, "repeat 10000 a:\\r\\n", "raw \\r\\n", "stall", NULL);
  CHECK_REFUSED(w, url_on("http", path), REQTASK_E_TOO_LARGE, REQTASK_PHASE_HEADERS,
                "128 header fields");
  world_close(w);
}

/* Servers of something else that now wait for their client: it must not wait too. */
static void other_protocols(delivery how) {
  static const char *const raws[] = {
      "SSH-2.0-OpenSSH_9.6\\r\\n",
      "220 mail.example ESMTP\\r\\n",
      "<html><body>HTTP/0.9</body></html>",
      "hello\\n",
      "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n",
      /* An HTTP/2 SETTINGS frame, a TLS alert, a TLS ServerHello's beginning. */
      "\\0\\0\\x06\\x04\\0\\0\\0\\0\\0\\0\\x03\\0\\0\\0\\x64",
      "\\x15\\x03\\x01\\0\\x02\\x02\\x46",
      "\\x16\\x03\\x03\\0\\x7a\\x02",
      "HTTP/2 200 OK\\r\\n\\r\\n",
      "HTTP/1.2 200 OK\\r\\n\\r\\n",
      "http/1.1 200 OK\\r\\n\\r\\n",
      "RTSP/1.0 200 OK\\r\\n\\r\\n",
      "ICY 200 OK\\r\\n\\r\\n",
      "\\0",
      "\\xff\\xfe",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(raws); i++) {
    const char *path = script_path("other", text("raw %s", raws[i]), "stall", NULL);
    CHECK_REFUSED(w, url_on("http", path), REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS,
                  "not HTTP/1.0 or HTTP/1.1");
  }
  world_close(w);
}

static void garbage_for_tls(delivery how) {
  static const char *const rows[][2] = {
      {"raw HTTP/1.1 400 Bad Request\\r\\n\\r\\n\nstall", "TLS"},
      {"raw SSH-2.0-OpenSSH_9.6\\r\\n\nstall", "TLS"},
      {"repeat " FOREVER " \\0", "TLS"},
      {"repeat " FOREVER " \\x16\\x03\\x03\\x40\\0\\xff\\xff\\xff\\xff", "TLS"},
      {"raw \\x16\\x03\\x03\\xff\\xff\nrepeat " FOREVER " x", "TLS"},
      {"raw \\x15\\x03\\x03\\0\\x02\\x02\\x28\nstall", "cipher suites"},
      {"raw \\x17\\x03\\x03\\0\\x05hello\nstall", "TLS"},
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    const char *url = text("https://127.0.0.1:%u/", server_listen_script(rows[i][0]));
    CHECK_REFUSED(w, url, REQTASK_E_TLS, REQTASK_PHASE_TLS, rows[i][1]);
  }
  world_close(w);
}

static void statuses(delivery how) {
  static const char *const bad[] = {"000", "001", "099",  "1000", "20",
                                    "2x0", "-20", "+200", " 200"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    const char *path =
        script_path("status", text("raw HTTP/1.1 %s OK\\r\\n\\r\\n", bad[i]), "stall", NULL);
    CHECK_REFUSED(w, url_on("http", path), REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS, "the status");
  }
  const char *path =
      script_path("101", "raw HTTP/1.1 101 X\\r\\nUpgrade: x\\r\\n\\r\\n", "stall", NULL);
  CHECK_REFUSED(w, url_on("http", path), REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS, "unasked");
  for (int status = 600; status <= 999; status += 133) {
    path = script_path("status", text("status %d Odd", status), "length 2", "head-end", "raw ok",
                       NULL);
    CHECK_STR("ok", task_text(task_get(w, url_on("http", path)), (uint32_t)status));
  }
  world_close(w);
}

static void lengths(delivery how) {
  static const char *const bad[] = {
      "-1",
      "+1",
      "0x5",
      "5;",
      "5 5",
      "1e3",
      "5,",
      ",5",
      "",
      "5.0",
      "5\\x0c",
      "\\xd9\\xa5",
      "5, 6",
      "18446744073709551616",
      "99999999999999999999999999999999",
      "5\\r\\ncontent-length: 6",
      "5\\r\\ncontent-length: x",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    const char *field = text("raw " HEAD "content-length: %s\\r\\n\\r\\nhello", bad[i]);
    const char *path = script_path("length", field, "stall", NULL);
    const char *word =
        strchr(bad[i], '\f') || strstr(bad[i], "\\x0c") ? "control character" : "content-length";
    CHECK_REFUSED(w, url_on("http", path), REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS, word);
  }
  /* Lengths that are numbers but lies: nothing is set aside for them. */
  static const char *const lies[] = {"18446744073709551615", "9223372036854775808",
                                     "9223372036854775807", "4294967296", "1000000"};
  for (size_t i = 0; i < COUNT_OF(lies); i++) {
    const char *path = script_path(
        "lie", text("raw " HEAD "content-length: %s\\r\\n\\r\\nhello", lies[i]), "close", NULL);
    CHECK_REFUSED(w, url_on("http", path), REQTASK_E_IO, REQTASK_PHASE_BODY,
                  text("5 of %s", lies[i]));
    task *t = task_get(w, url_on("http", path));
    await_complete(t);
    for (size_t e = 0; e < recorder_seen(t->rec, REQTASK_EVENT_PROGRESS); e++) {
      int64_t total = recorder_event(t->rec, REQTASK_EVENT_PROGRESS, e).receive_total;
      CHECK(total == REQTASK_UNKNOWN || total >= 5);
    }
  }
  world_close(w);
}

static void two_framings(delivery how) {
  static const char *const bad[] = {
      "transfer-encoding: identity",
      "transfer-encoding: xchunked",
      "transfer-encoding: chunked, identity",
      "transfer-encoding: identity, chunked",
      "transfer-encoding: gzip, chunked",
      "transfer-encoding: chunked, chunked",
      "transfer-encoding: chunked\\r\\ntransfer-encoding: chunked",
      "transfer-encoding: chunked\\r\\ntransfer-encoding: x",
      "transfer-encoding: \\\"chunked\\\"",
      "transfer-encoding: chunked;q=1",
      "transfer-encoding:",
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    const char *raw = text(
        "raw " HEAD "%s\\r\\ncontent-length: 5\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\n\\r\\n", bad[i]);
    CHECK_REFUSED(w, url_on("http", script_path("te", raw, "stall", NULL)), REQTASK_E_PROTOCOL,
                  REQTASK_PHASE_HEADERS, "transfer-encoding");
  }
  const char *old = "raw HTTP/1.0 200 OK\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n";
  CHECK_REFUSED(w, url_on("http", script_path("te", old, "stall", NULL)), REQTASK_E_PROTOCOL,
                REQTASK_PHASE_HEADERS, "HTTP/1.0");
  /* Both framings at once: the chunks count, and the connection is not trusted again. */
  static const char *const both[] = {
      "content-length: 3\\r\\ntransfer-encoding: chunked",
      "transfer-encoding: CHUNKED\\r\\ncontent-length: 30",
      "transfer-encoding : chunked\\r\\ncontent-length: x",
      "transfer-encoding:\\r\\n chunked\\r\\ncontent-length: 3",
  };
  for (size_t i = 0; i < COUNT_OF(both); i++) {
    const char *raw = text("raw " HEAD "%s\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\n\\r\\n", both[i]);
    CHECK_STR("hello", task_text(task_get(w, url_on("http", script_path("both", raw, NULL))), 200));
    const char *next = task_text(task_get(w, url_on("http", "/keepalive")), 200);
    if (!CHECK(strstr(next, "request=1") != NULL))
      printf("#   %s behind %s\n", next, both[i]);
    /* That one is kept; it must not serve for the next row. */
    world_close(w);
    w = world_open(how);
  }
  world_close(w);
}

static void control_bytes(delivery how) {
  world *w = world_open(how);
  for (int byte = 0; byte < 256; byte++) {
    bool value_may = byte == '\t' || byte == '\n' || (byte >= 32 && byte != 127);
    /* LF ends the line, and what follows it is no field. */
    const char *raw = text("raw " HEAD "a: b\\x%02xc\\r\\ncontent-length: 0\\r\\n\\r\\n", byte);
    const char *url = url_on("http", script_path("byte", raw, NULL));
    if (byte == '\n' || !value_may) {
      const char *word = byte == '\n' ? "no colon" : "control character";
      CHECK_REFUSED(w, url, REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS, word);
    } else {
      task *t = task_get(w, url);
      CHECK_STATUS(REQTASK_OK, await_complete(t));
      CHECK_INT(3, strlen(recorder_header(t->rec, "a", 0)));
    }
    bool name_may = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                    (byte >= 'A' && byte <= 'Z') || (byte != 0 && strchr("!#$%&'*+-.^_`|~:", byte));
    if (!name_may && byte != '\n' && byte % 3 == 0) {
      raw = text("raw " HEAD "a\\x%02xb: c\\r\\n\\r\\n", byte);
      url = url_on("http", script_path("byte", raw, "stall", NULL));
      CHECK_REFUSED(w, url, REQTASK_E_PROTOCOL, REQTASK_PHASE_HEADERS, "header line");
    }
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, endless),           CASE(DIRECT, other_protocols),
                                  CASE(DIRECT, garbage_for_tls), CASE(DIRECT, statuses),
                                  CASE(BOTH, lengths),           CASE(DIRECT, two_framings),
                                  CASE(DIRECT, control_bytes)};
MAIN(cases)
