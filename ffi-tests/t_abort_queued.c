/* Abort while queued: completes at once, in phase QUEUE, and nothing of it is ever sent. */
#include "world.h"

static void queued_task_aborts_without_a_worker(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  const char *busy_tag = unique();
  const char *queued_tag = unique();
  const char *next_tag = unique();
  task *busy = task_get(w, url_on("http", script_path(busy_tag, "stall", NULL)));
  server_wait("stall", busy_tag); /* the only worker waits for headers now */
  task *queued = task_get(w, url_on("http", script_path(queued_tag, "ok no", NULL)));
  task *next = task_get(w, url_on("http", script_path(next_tag, "ok next", NULL)));
  task_abort(queued);
  CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_QUEUE, queued);
  CHECK(!queued->rec->had_response);
  CHECK_INT(0, recorder_seen(busy->rec, REQTASK_EVENT_COMPLETE));
  task_abort(busy);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(busy));
  CHECK_STR("next", task_text(next, 200)); /* the queue moved on over the aborted one */
  CHECK_INT(0, server_count("request", queued_tag));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, queued_task_aborts_without_a_worker)};
MAIN(cases)
