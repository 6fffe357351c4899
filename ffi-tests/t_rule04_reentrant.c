/* Rule 4: inside a listener anything may be called; what would wait answers REQTASK_E_REENTRANT. */
#include <sched.h>

#include "world.h"

typedef struct plan {
  task *t;
  uint32_t kind;
  int calls;
  bool release;
} plan;

static void call_all(recorder *rec, uint32_t kind, const void *event, void *arg) {
  plan *p = arg;
  (void)rec;
  (void)event;
  if (kind != p->kind || p->calls++ > 0)
    return;
  world *w = p->t->in;
  CHECK_STATUS(REQTASK_E_REENTRANT, reqtask_wait(p->t->id, 1000));
  CHECK_STATUS(REQTASK_E_REENTRANT, reqtask_wait(p->t->id, 0));
  CHECK_STATUS(REQTASK_E_REENTRANT, reqtask_client_close(w->client, 1000));
  if (w->how == QUEUED)
    CHECK_STATUS(REQTASK_E_REENTRANT, reqtask_client_dispatch(w->client, 0, 0, NULL));
  /* REQTASK_OFF_WAIT is ignored; waiting for oneself would never end. */
  CHECK_OK(reqtask_off(p->t->id, kind, 0, REQTASK_OFF_WAIT));
  if (p->release) {
    CHECK_OK(reqtask_release(p->t->id));
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_abort(p->t->id));
    p->t->released = true;
  }
}

static plan *run(world *w, uint32_t kind, bool release) {
  plan *p = arena(sizeof *p);
  *p = (plan){.kind = kind, .release = release};
  p->t = task_make(w, request_new("GET", url_on("http", "/chunked/1000000?size=20000")));
  p->t->rec->hook = call_all;
  p->t->rec->hook_arg = p;
  task_start(p->t);
  return p;
}

static void from_each_listener(delivery how) {
  world *w = world_open(how);
  for (uint32_t kind = REQTASK_EVENT_HEADERS; kind <= REQTASK_EVENT_COMPLETE; kind++) {
    plan *p = run(w, kind, false);
    CHECK_STATUS(REQTASK_OK, await_complete(p->t));
    CHECK_INT(1, recorder_seen(p->t->rec, kind)); /* it had removed itself */
  }
  world_close(w);
}

static void release_from_each_listener(delivery how) {
  world *w = world_open(how);
  for (uint32_t kind = REQTASK_EVENT_HEADERS; kind <= REQTASK_EVENT_COMPLETE; kind++) {
    plan *p = run(w, kind, true);
    await_destroyed(p->t, recorder_attached(p->t->rec));
    CHECK_INT(1, recorder_seen(p->t->rec, kind));
    CHECK_INT(kind == REQTASK_EVENT_COMPLETE, recorder_seen(p->t->rec, REQTASK_EVENT_COMPLETE));
  }
  world_close(w);
}

static void start_another(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  if (kind == REQTASK_EVENT_COMPLETE) {
    task **next = arg;
    task_start(*next);
  }
}

static void start_in_a_completion(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  task *second = task_make(w, request_new("GET", url_on("http", "/hello")));
  task *first = task_make(w, request_new("GET", url_on("http", "/hello")));
  first->rec->hook = start_another;
  first->rec->hook_arg = &second;
  task_start(first);
  CHECK_STR("Hello, world!\n", task_text(first, 200));
  CHECK_STR("Hello, world!\n", task_text(second, 200));
  world_close(w);
}

static void close_here(recorder *rec, uint32_t kind, const void *event, void *arg) {
  world *w = arg;
  (void)rec;
  (void)event;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  reqtask_status status = reqtask_client_close(w->client, 0);
  CHECK(status == REQTASK_OK || status == REQTASK_E_TIMEOUT);
}

static void close_in_a_listener(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/chunked/1000000?size=20000")));
  t->released = true;
  t->rec->hook = close_here;
  t->rec->hook_arg = w;
  task_start(t);
  waiting_for("the destroy calls after a close in a listener");
  /* The client is gone when the dispatch that called the listener returns: do not call it again. */
  if (how == QUEUED)
    while (recorder_seen(t->rec, REQTASK_EVENT_HEADERS) == 0)
      CHECK_OK(reqtask_client_dispatch(w->client, 1, 1000, NULL));
  pthread_mutex_lock(&t->rec->lock);
  while (t->rec->destroyed[1] + t->rec->destroyed[2] + t->rec->destroyed[3] + t->rec->destroyed[4] <
         4)
    pthread_cond_wait(&t->rec->changed, &t->rec->lock);
  pthread_mutex_unlock(&t->rec->lock);
  waiting_for("the wakeup's destroy");
  while (how == QUEUED && atomic_load(&w->wakeup_destroyed) == 0)
    sched_yield();
  w->client = NULL;
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, from_each_listener), CASE(BOTH, release_from_each_listener),
    CASE(BOTH, start_in_a_completion), CASE(BOTH, close_in_a_listener)};
MAIN(cases)
