/* A second abort, and abort after the end, do no harm: one completion, and it keeps its result. */
#include "world.h"

static void twice_in_a_row(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = task_get(w, url_on("http", script_path(tag, "stall", NULL)));
  server_wait("stall", tag);
  task_abort(t);
  reqtask_status again = reqtask_abort(t->id);
  CHECK(again == REQTASK_OK || again == REQTASK_E_STATE);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  CHECK_STATUS(REQTASK_E_STATE, reqtask_abort(t->id));
  pump(w);
  CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
  world_close(w);
}

static void after_success(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/hello"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_STATUS(REQTASK_E_STATE, reqtask_abort(t->id));
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, twice_in_a_row), CASE(BOTH, after_success)};
MAIN(cases)
