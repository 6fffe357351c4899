/* Abort while the body flows: no headers or chunk listener starts after abort has returned, and the
 * peer sees the end. */
#include "world.h"

static void abort_in_a_flood(delivery how) {
  static const char *const ports[] = {"http", "https"};
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_KEEP_BODY, 0);
  world_start(w);
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    const char *tag = unique();
    const char *path =
        script_path(tag, "status 200 OK", "chunked", "head-end", "bytes 1000000000", "end", NULL);
    task *t = task_get(w, url_on(ports[i], path));
    await_body(t, 1);
    task_abort(t);
    size_t chunks = recorder_seen(t->rec, REQTASK_EVENT_CHUNK);
    CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_BODY, t);
    /* With direct delivery a call that had begun when abort returned may be counted later. */
    size_t more = recorder_seen(t->rec, REQTASK_EVENT_CHUNK) - chunks;
    CHECK(more <= (how == DIRECT ? 1u : 0u));
    CHECK(t->rec->had_response);
    size_t len = recorder_body_len(t->rec);
    CHECK_INT(len, pattern_length(t->rec->body, len, 0));
    server_wait("gone", tag);
  }
  world_close(w);
}

static void undelivered_events_are_dropped(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  const char *path = script_path(tag, "ok all of it", NULL);
  task *t = task_get(w, url_on("http", path));
  CHECK_OK(reqtask_wait(t->id, (uint32_t)(20000 * patience()))); /* all is in the queue */
  task_abort(t);                                                 /* and the abort still wins */
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_CHUNK));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_in_a_flood),
                                  CASE(QUEUED, undelivered_events_are_dropped)};
MAIN(cases)
