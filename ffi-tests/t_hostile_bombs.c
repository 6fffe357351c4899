/* Decompression bombs, also stacked: with a limit a clear error, without one memory that does not
 * grow, whether the consumer sleeps or the bytes go nowhere. */
#include "hostile.h"

/* Behind a zstd frame's head with a window of 8 MiB: a block of 128 KiB zeros in four bytes. */
#define ZSTD_HEAD "raw \\x28\\xb5\\x2f\\xfd\\0\\x68"
#define ZSTD_BLOCK "\\x02\\0\\x10\\0"
#define ZSTD_END "raw \\x01\\0\\0"

enum { BOMBS = 6, WINDOW = 200000, CHUNK = 50000 };
static const char *const names[BOMBS] = {"gzip", "deflate",    "br",
                                         "zstd", "gzip, gzip", "deflate, br"};

/* The bomb's URL: so many MiB of zeros. */
static const char *bomb(size_t which, const char *tag, unsigned mib) {
  const char *field = text("field content-encoding: %s", names[which]);
  const char *zeros = text("zeros %u", mib * MIB);
  if (strcmp(names[which], "zstd") == 0)
    return url_on("http",
                  script_path(tag, "status 200 OK", field, "head-end", ZSTD_HEAD,
                              text("repeat %u " ZSTD_BLOCK, mib * 8), ZSTD_END, "close", NULL));
  const char *comma = strchr(names[which], ',');
  int first = comma ? (int)(comma - names[which]) : 20;
  return url_on("http", script_path(tag, "status 200 OK", field, "chunked", "head-end",
                                    text("encode %.*s", first, names[which]),
                                    comma ? text("encode-over %s", comma + 2) : "body ", zeros,
                                    "end", NULL));
}

static bool known(size_t which) {
  return strcmp(names[which], "zstd") != 0 || reqtask_has_feature("zstd");
}

static void with_a_limit(delivery how) {
  world *w = world_open(how);
  for (size_t i = 0; i < BOMBS; i++) {
    if (!known(i))
      continue;
    memory_begin();
    task *t = quiet_get(w, bomb(i, unique(), 1000), REQTASK_OPT_BODY_MAX_BYTES, 3000000);
    task_start(t);
    CHECK_ENDS(REQTASK_E_TOO_LARGE, REQTASK_PHASE_BODY, t);
    if (!CHECK(strstr(t->rec->message, "3000000 bytes") != NULL))
      printf("#   %s\n", t->rec->message);
    /* What was kept up to the limit, and growing it; brotli's and zstd's windows. */
    CHECK_MEMORY(48);
  }
  world_close(w);
}

/* A listener whose turn never comes: the window holds, whatever the bytes were before decoding. */
static void with_a_sleeping_consumer(delivery how) {
  world *w = world_open(how);
  for (size_t i = 0; i < BOMBS; i++) {
    if (!known(i))
      continue;
    memory_begin();
    const char *tag = unique();
    reqtask_request *request = request_new("GET", bomb(i, tag, 1000));
    CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_WINDOW_BYTES, WINDOW));
    CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CHUNK_MAX_BYTES, CHUNK));
    CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
    task *t = task_make(w, request);
    CHECK_OK(reqtask_pause(t->id));
    task_start(t);
    const reqtask_response *response = NULL;
    waiting_for("the headers");
    while (reqtask_response_get(t->id, &response) != REQTASK_OK)
      CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 1));
    reqtask_response_free(response);
    CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 200)); /* time enough to explode */
    CHECK_MEMORY(32);
    CHECK_INT(0, recorder_body_len(t->rec));
    CHECK_OK(reqtask_resume(t->id));
    await_body(t, 2000000); /* what comes then is right */
    pthread_mutex_lock(&t->rec->lock);
    for (size_t b = 0; b < 2000000; b += 997)
      if (t->rec->body[b] != 0 && !CHECK_INT(0, t->rec->body[b]))
        break;
    pthread_mutex_unlock(&t->rec->lock);
    task_abort(t);
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
    task_release(t);
  }
  world_close(w);
}

static void into_nothing(delivery how) {
  world *w = world_open(how);
  unsigned mib = patience() > 1 ? 4 : 100;
  for (size_t i = 0; i < BOMBS; i++) {
    if (!known(i))
      continue;
    memory_begin();
    task *t = quiet_get(w, bomb(i, unique(), mib), REQTASK_OPT_KEEP_BODY, 0);
    task_start(t);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK_MEMORY(32);
  }
  world_close(w);
}

/* Work without end that makes no byte: the total limit holds, and an abort is obeyed. */
static void that_make_nothing(delivery how) {
  const char *const steps[][4] = {
      /* Empty stored blocks of deflate (RFC 1951 3.2.4). */
      {"gzip", "raw \\x1f\\x8b\\x08\\0\\0\\0\\0\\0\\0\\xff",
       "repeat " FOREVER " \\0\\0\\0\\xff\\xff"},
      {"deflate", "raw \\x78\\x9c", "repeat " FOREVER " \\0\\0\\0\\xff\\xff"},
      /* A gzip name and an extra field without end; members that are empty. */
      {"gzip", "raw \\x1f\\x8b\\x08\\x08\\0\\0\\0\\0\\0\\xff", "repeat " FOREVER " name"},
      {"gzip", "body ",
       "repeat " FOREVER " \\x1f\\x8b\\x08\\0\\0\\0\\0\\0\\0\\xff\\x03\\0\\0\\0\\0\\0\\0\\0\\0\\0"},
      /* Bytes behind the data. */
      {"gzip", "raw \\x1f\\x8b\\x08\\0\\0\\0\\0\\0\\0\\xff\\x03\\0\\0\\0\\0\\0\\0\\0\\0\\0",
       "repeat " FOREVER " x"},
      /* Empty blocks and skippable frames of zstd. */
      {"zstd", ZSTD_HEAD, "repeat " FOREVER " \\0\\0\\0"},
      {"zstd", "body ", "repeat " FOREVER " \\x50\\x2a\\x4d\\x18\\x04\\0\\0\\0abcd"},
      /* Empty metadata blocks of brotli (RFC 7932 9.2). */
      {"br", "raw \\x0c", "repeat " FOREVER " \\x06"},
  };
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(steps); i++) {
    if (strcmp(steps[i][0], "zstd") == 0 && !reqtask_has_feature("zstd"))
      continue;
    const char *field = text("field content-encoding: %s", steps[i][0]);
    const char *path =
        script_path("nothing", "status 200 OK", field, "head-end", steps[i][1], steps[i][2], NULL);
    for (int by_abort = 0; by_abort < 2; by_abort++) {
      memory_begin();
      uint64_t limit = by_abort ? 60000 : 300;
      task *t = quiet_get(w, url_on("http", path), REQTASK_OPT_TIMEOUT_MS, limit);
      task_start(t);
      if (by_abort) {
        CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 50));
        task_abort(t);
      }
      reqtask_status want = by_abort ? REQTASK_E_ABORTED : REQTASK_E_TIMEOUT;
      if (!CHECK_STATUS(want, await_complete(t)))
        printf("#   %s: %s: %s\n", steps[i][0], steps[i][2], t->rec->message);
      CHECK_MEMORY(24);
    }
  }
  world_close(w);
}

static void windows_and_stacks_that_are_too_large(delivery how) {
  world *w = world_open(how);
  /* A zstd window of 128 MiB; brotli's large windows; six codings. */
  if (reqtask_has_feature("zstd"))
    CHECK_REFUSED(w,
                  url_on("http", script_path("w", "status 200 OK", "field content-encoding: zstd",
                                             "head-end", "raw \\x28\\xb5\\x2f\\xfd\\0\\x88",
                                             "repeat 100 " ZSTD_BLOCK, "stall", NULL)),
                  REQTASK_E_DECODE, REQTASK_PHASE_BODY, "zstd");
  CHECK_REFUSED(
      w,
      url_on("http", script_path("w", "status 200 OK", "field content-encoding: br", "head-end",
                                 "raw \\x11\\x1e\\0\\0\\0\\0\\0\\0", "stall", NULL)),
      REQTASK_E_DECODE, REQTASK_PHASE_BODY, "brotli");
  CHECK_REFUSED(
      w,
      url_on("http",
             script_path("w", "status 200 OK", "field content-encoding: gzip, gzip, gzip, br",
                         "field content-encoding: gzip, gzip", "head-end", "stall", NULL)),
      REQTASK_E_DECODE, REQTASK_PHASE_BODY, "more than 5 content codings");
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, with_a_limit), CASE(BOTH, with_a_sleeping_consumer),
                                  CASE(BOTH, into_nothing), CASE(DIRECT, that_make_nothing),
                                  CASE(DIRECT, windows_and_stacks_that_are_too_large)};
MAIN(cases)
