/* Abort before start: REQTASK_E_STATE, nothing is lost, and the task can still be started. */
#include "world.h"

static void abort_of_an_unstarted_task_changes_nothing(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = task_make(w, request_new("GET", url_on("http", script_path(tag, "ok fine", NULL))));
  CHECK_STATUS(REQTASK_E_STATE, reqtask_abort(t->id));
  CHECK_INT(0, server_count("request", tag));
  task_start(t);
  CHECK_STR("fine", task_text(t, 200));
  world_close(w);
}

static void start_then_abort_at_once(delivery how) {
  world *w = world_open(how);
  for (int i = 0; i < 20; i++) {
    task *t = task_make(w, request_new("GET", url_on("http", "/script/same-tick?stall")));
    task_start(t);
    task_abort(t);
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
    CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_of_an_unstarted_task_changes_nothing),
                                  CASE(BOTH, start_then_abort_at_once)};
MAIN(cases)
