/* reqtask_wait: until the transfer is over and, with direct delivery, its completion listeners have
 * returned; a timeout; several waiters. */
#include <sched.h>

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

typedef struct slow_end {
  reqtask_id id;
  atomic_bool released, finished;
} slow_end;

static void *wait_for_the_slow_end(void *arg) {
  slow_end *end = arg;
  reqtask_status status = reqtask_wait(end->id, (uint32_t)(20000 * patience()));
  /* Not found: this thread came so late that the id was gone when it asked. */
  CHECK(status == REQTASK_E_NOT_FOUND || (status == REQTASK_OK && atomic_load(&end->finished)));
  return NULL;
}

static void release_and_go_on(void *user, const reqtask_complete_event *ev) {
  slow_end *end = user;
  CHECK_OK(reqtask_release(ev->task));
  atomic_store(&end->released, true);
  for (int i = 0; i < 2000; i++)
    sched_yield(); /* a waiter that does not wait for this listener gets ahead of it here */
  atomic_store(&end->finished, true);
}

static void a_listener_that_releases_its_own_task(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  slow_end end = {0, false, false};
  task *t = task_make_bare(
      w,
      request_new("GET", url_on("http", script_path(gate, text("gate %s", gate), "ok x", NULL))));
  CHECK_OK(reqtask_on_complete(t->id, release_and_go_on, &end, NULL, NULL));
  end.id = t->id;
  t->released = true;
  task_start(t);
  pthread_t waiter;
  NEED(pthread_create(&waiter, NULL, wait_for_the_slow_end, &end) == 0);
  server_wait("gate", gate);
  server_open(gate);
  pthread_join(waiter, NULL);
  while (!atomic_load(&end.finished))
    sched_yield();
  CHECK(atomic_load(&end.released));
  world_close(w);
}

static void a_task_that_was_not_started(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  reqtask_status status = reqtask_wait(t->id, 20);
  CHECK(status == REQTASK_E_TIMEOUT || status == REQTASK_E_STATE);
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, until_the_listeners_have_returned), CASE(BOTH, several_waiters_and_an_abort),
    CASE(DIRECT, a_listener_that_releases_its_own_task), CASE(BOTH, a_task_that_was_not_started)};
MAIN(cases)
