/* Abort races completion: whatever wins, there is one completion, and it agrees with what abort
 * answered. */
#include <sched.h>

#include "world.h"

static void abort_against_the_end(delivery how) {
  world *w = world_open(how);
  int won = 0;
  for (int round = 0; round < 200; round++) {
    task *t = task_get(w, url_on("http", "/hello"));
    for (int spin = 0; spin < round * 4; spin++)
      sched_yield(); /* spreads the aborts over the life of a request; no outcome depends on it */
    if (how == QUEUED && round % 3 == 0)
      pump(w);
    reqtask_status answer = reqtask_abort(t->id);
    reqtask_status end = await_complete(t);
    CHECK(answer == REQTASK_OK || answer == REQTASK_E_STATE);
    CHECK_STATUS(answer == REQTASK_OK ? REQTASK_E_ABORTED : REQTASK_OK, end);
    won += answer == REQTASK_OK;
    pump(w);
    CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
    task_release(t);
  }
  printf("# the abort won %d of 200\n", won);
  world_close(w);
}

static void release_against_the_end(delivery how) {
  world *w = world_open(how);
  for (int round = 0; round < 200; round++) {
    task *t = task_get(w, url_on("http", "/hello"));
    for (int spin = 0; spin < round * 4; spin++)
      sched_yield();
    task_release(t);
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_abort(t->id));
  }
  world_close(w); /* checks that each listener was destroyed once */
}

static const test_case cases[] = {CASE(BOTH, abort_against_the_end),
                                  CASE(BOTH, release_against_the_end)};
MAIN(cases)
