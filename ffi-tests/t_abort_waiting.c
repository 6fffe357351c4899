/* Abort while waiting for the headers of the answer, over http and https. */
#include "world.h"

static void abort_while_waiting(delivery how) {
  static const char *const ports[] = {"http", "https"};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(ports); i++) {
    const char *tag = unique();
    task *t = task_get(w, url_on(ports[i], script_path(tag, "stall", NULL)));
    server_wait("stall", tag);
    task_abort(t);
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
    /* The server has the request, but the worker may not have come to its next line yet. */
    uint32_t phase = recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).phase;
    CHECK(phase == REQTASK_PHASE_HEADERS || phase == REQTASK_PHASE_SEND);
    CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
    CHECK(!t->rec->had_response);
    server_wait("gone", tag);
  }
  world_close(w);
}

static void abort_inside_a_head(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  const char *path = script_path(tag, "status 200 OK", "raw x-half: ", text("gate %s", tag), NULL);
  task *t = task_get(w, url_on("http", path));
  server_wait("gate", tag);
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  server_wait("gone", tag);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_while_waiting), CASE(BOTH, abort_inside_a_head)};
MAIN(cases)
