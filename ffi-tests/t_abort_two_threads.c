/* Two threads abort the same task at the same time: both calls return, one completion comes. */
#include "world.h"

typedef struct aborter {
  pthread_barrier_t *start;
  reqtask_id id;
  reqtask_status answer;
} aborter;

static void *abort_it(void *arg) {
  aborter *a = arg;
  pthread_barrier_wait(a->start);
  a->answer = reqtask_abort(a->id);
  return NULL;
}

static void both_at_once(delivery how) {
  world *w = world_open(how);
  for (int round = 0; round < 50; round++) {
    task *t = task_get(w, url_on("http", "/stream?n=1&then=stall"));
    if (round % 2)
      await_body(t, 1);
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, 2);
    aborter a[2] = {{&start, t->id, 1}, {&start, t->id, 1}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
      NEED(pthread_create(&threads[i], NULL, abort_it, &a[i]) == 0);
    for (int i = 0; i < 2; i++)
      pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    CHECK(a[0].answer == REQTASK_OK || a[1].answer == REQTASK_OK);
    for (int i = 0; i < 2; i++)
      CHECK(a[i].answer == REQTASK_OK || a[i].answer == REQTASK_E_STATE);
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
    task_release(t);
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, both_at_once)};
MAIN(cases)
