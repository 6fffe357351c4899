/* reqtask_wait: until the transfer is over and, with direct delivery, its completion listeners have
 * returned; a timeout; several waiters. */
#include "world.h"

static void until_the_listeners_have_returned(delivery how) {
  world *w = world_open(how);
  for (int i = 0; i < 50; i++) {
    task *t = task_get(w, url_on("http", "/hello"));
    waiting_for("reqtask_wait");
    CHECK_OK(reqtask_wait(t->id, (uint32_t)(20000 * patience())));
    pthread_mutex_lock(&t->rec->lock);
    CHECK_INT(how == DIRECT, t->rec->counts[REQTASK_EVENT_COMPLETE]);
    CHECK(!t->rec->running);
    pthread_mutex_unlock(&t->rec->lock);
    CHECK_OK(reqtask_wait(t->id, 0)); /* over is over */
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    task_release(t);
  }
  world_close(w);
}

static void *wait_for_it(void *arg) {
  reqtask_id *id = arg;
  CHECK_OK(reqtask_wait(*id, (uint32_t)(20000 * patience())));
  return NULL;
}

static void several_waiters_and_an_abort(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = task_get(w, url_on("http", script_path(tag, "stall", NULL)));
  server_wait("stall", tag);
  int64_t start = now_us();
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 50));
  CHECK(now_us() - start >= 49000);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++)
    NEED(pthread_create(&threads[i], NULL, wait_for_it, &t->id) == 0);
  task_abort(t);
  waiting_for("three waiters");
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  world_close(w);
}

static void a_task_that_was_not_started(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  reqtask_status status = reqtask_wait(t->id, 20);
  CHECK(status == REQTASK_E_TIMEOUT || status == REQTASK_E_STATE);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, until_the_listeners_have_returned),
                                  CASE(BOTH, several_waiters_and_an_abort),
                                  CASE(BOTH, a_task_that_was_not_started)};
MAIN(cases)
