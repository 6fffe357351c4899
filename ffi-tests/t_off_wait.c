/* REQTASK_OFF_WAIT: when off has returned, destroy has returned, whatever a worker was doing. */
#include <sched.h>

#include "world.h"

typedef struct target {
  atomic_int calls;
  atomic_int running;
  atomic_int destroyed;
  pthread_mutex_t *hold; /* the listener takes it, where there is one */
} target;

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  target *me = user;
  (void)ev;
  CHECK_INT(0, atomic_load(&me->destroyed));
  atomic_store(&me->running, 1);
  atomic_fetch_add(&me->calls, 1);
  if (me->hold) {
    pthread_mutex_lock(me->hold);
    pthread_mutex_unlock(me->hold);
  }
  CHECK_INT(0, atomic_load(&me->destroyed)); /* never while it runs */
  atomic_store(&me->running, 0);
}

static void destroy(void *user) {
  target *me = user;
  CHECK_INT(0, atomic_load(&me->running));
  atomic_fetch_add(&me->destroyed, 1);
}

static task *flood(world *w) {
  reqtask_request *request = request_new("GET", url_on("http", "/bytes/100000000000"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CHUNK_MAX_BYTES, 2000));
  task *t = task_make_bare(w, request);
  CHECK_OK(recorder_attach_one(t->rec, t->id, REQTASK_EVENT_HEADERS, NULL));
  CHECK_OK(recorder_attach_one(t->rec, t->id, REQTASK_EVENT_COMPLETE, NULL));
  task_start(t);
  await_events(t, REQTASK_EVENT_HEADERS, 1);
  return t;
}

static void destroyed_when_off_returns(delivery how) {
  world *w = world_open(how);
  task *t = flood(w);
  for (int round = 0; round < 500; round++) {
    target *me = arena(sizeof *me);
    reqtask_listener made = 0;
    CHECK_OK(reqtask_on_chunk(t->id, on_chunk, me, destroy, &made));
    waiting_for("a chunk");
    if (round % 2)
      while (atomic_load(&me->calls) == 0)
        pump(w);
    CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_CHUNK, made, REQTASK_OFF_WAIT));
    CHECK_INT(1, atomic_load(&me->destroyed));
    CHECK_INT(0, atomic_load(&me->running));
  }
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  world_close(w);
}

static void without_the_flag_it_does_not_wait(delivery how) {
  world *w = world_open(how);
  task *t = flood(w);
  pthread_mutex_t hold = PTHREAD_MUTEX_INITIALIZER;
  target *me = arena(sizeof *me);
  me->hold = &hold;
  pthread_mutex_lock(&hold); /* the listener will wait for us, so off must not wait for it */
  reqtask_listener made = 0;
  CHECK_OK(reqtask_on_chunk(t->id, on_chunk, me, destroy, &made));
  waiting_for("the listener to be inside");
  while (atomic_load(&me->running) == 0)
    sched_yield();
  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_CHUNK, made, 0));
  CHECK_INT(0, atomic_load(&me->destroyed)); /* it is still running */
  pthread_mutex_unlock(&hold);
  waiting_for("destroy after the listener has returned");
  while (atomic_load(&me->destroyed) == 0)
    sched_yield();
  CHECK_INT(1, atomic_load(&me->calls));
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  world_close(w);
  CHECK_INT(1, atomic_load(&me->destroyed));
}

static const test_case cases[] = {CASE(BOTH, destroyed_when_off_returns),
                                  CASE(DIRECT, without_the_flag_it_does_not_wait)};
MAIN(cases)
