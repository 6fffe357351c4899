/* Abort from inside each kind of listener: nothing follows but the completion; in the completion
 * itself it is too late. */
#include "world.h"

typedef struct plan {
  task *t;
  uint32_t kind;
  reqtask_status answer;
  int calls;
  size_t events_after; /* events recorded when abort had returned */
} plan;

static void abort_here(recorder *rec, uint32_t kind, const void *event, void *arg) {
  plan *p = arg;
  (void)event;
  if (kind != p->kind || p->calls++ > 0)
    return;
  p->answer = reqtask_abort(p->t->id);
  pthread_mutex_lock(&rec->lock);
  p->events_after = rec->count;
  CHECK_INT(kind == REQTASK_EVENT_COMPLETE, rec->counts[REQTASK_EVENT_COMPLETE]);
  pthread_mutex_unlock(&rec->lock);
}

static plan *run(world *w, uint32_t kind, const char *path) {
  plan *p = arena(sizeof *p);
  p->kind = kind;
  p->t = task_make(w, request_new("GET", url_on("http", path)));
  p->t->rec->hook = abort_here;
  p->t->rec->hook_arg = p;
  task_start(p->t);
  await_complete(p->t);
  return p;
}

static void abort_in_each(delivery how) {
  static const uint32_t kinds[] = {REQTASK_EVENT_HEADERS, REQTASK_EVENT_CHUNK,
                                   REQTASK_EVENT_PROGRESS};
  world *w = world_open(how);
  for (size_t i = 0; i < COUNT_OF(kinds); i++) {
    plan *p = run(w, kinds[i], "/chunked/2000000?size=50000");
    CHECK_STATUS(REQTASK_OK, p->answer);
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(p->t));
    CHECK_INT(p->events_after + 1, p->t->rec->count); /* only the completion came after */
  }
  world_close(w);
}

static void abort_in_the_completion(delivery how) {
  world *w = world_open(how);
  plan *p = run(w, REQTASK_EVENT_COMPLETE, "/hello");
  CHECK_STATUS(REQTASK_OK, await_complete(p->t));
  task_release(p->t); /* waits for nothing, but the hook has surely been entered */
  world_close(w);
  CHECK_STATUS(REQTASK_E_STATE, p->answer);
}

static const test_case cases[] = {CASE(BOTH, abort_in_each), CASE(BOTH, abort_in_the_completion)};
MAIN(cases)
