/* reqtask_client_dispatch: maximum, timeout, one thread at a time, and not without a wakeup. */
#include "world.h"

static void not_with_direct_delivery(delivery how) {
  world *w = world_open(how);
  uint32_t delivered = 4711;
  CHECK_STATUS(REQTASK_E_STATE, reqtask_client_dispatch(w->client, 0, 0, &delivered));
  CHECK_INT(4711, delivered);
  world_close(w);
}

static void nothing_to_deliver(delivery how) {
  world *w = world_open(how);
  uint32_t delivered = 4711;
  CHECK_OK(reqtask_client_dispatch(w->client, 0, 0, &delivered));
  CHECK_INT(0, delivered);
  int64_t start = now_us();
  CHECK_OK(reqtask_client_dispatch(w->client, 0, 60, &delivered));
  CHECK_INT(0, delivered);
  CHECK(now_us() - start >= 59000); /* it slept for that long */
  world_close(w);
}

static void it_sleeps_for_the_first_event(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  task *t = task_get(w, url_on("http", script_path(gate, text("gate %s", gate), "ok x", NULL)));
  server_wait("gate", gate);
  server_open(gate);
  uint32_t delivered = 0;
  waiting_for("a dispatch that sleeps for an event");
  CHECK_OK(reqtask_client_dispatch(w->client, 0, (uint32_t)(20000 * patience()), &delivered));
  CHECK(delivered >= 1);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  world_close(w);
}

static void *dispatch_too(void *arg) {
  reqtask_status *status = (void *)((world **)arg)[1];
  world *w = ((world **)arg)[0];
  *status = reqtask_client_dispatch(w->client, 0, 1000, NULL);
  return NULL;
}

static void from_another_thread(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)event;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, dispatch_too, arg) == 0);
  pthread_join(thread, NULL);
}

static void one_thread_at_a_time(delivery how) {
  world *w = world_open(how);
  reqtask_status status = REQTASK_OK;
  void *args[2] = {w, &status};
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  t->rec->hook = from_another_thread;
  t->rec->hook_arg = args;
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_STATUS(REQTASK_E_BUSY, status);
  world_close(w);
}

static void events_of_tasks_that_are_started_inside(recorder *rec, uint32_t kind, const void *event,
                                                    void *arg) {
  (void)rec, (void)event;
  task **next = arg;
  if (kind == REQTASK_EVENT_COMPLETE && *next) {
    task_start(*next);
    CHECK_OK(reqtask_abort((*next)->id)); /* its completion is queued while we dispatch */
  }
}

static void all_that_wait_now(delivery how) {
  world *w = world_open(how);
  task *second = task_make(w, request_new("GET", url_on("http", "/hello")));
  task *first = task_make(w, request_new("GET", url_on("http", "/hello")));
  first->rec->hook = events_of_tasks_that_are_started_inside;
  first->rec->hook_arg = &second;
  task_start(first);
  CHECK_OK(reqtask_wait(first->id, (uint32_t)(20000 * patience())));
  int before = atomic_load(&w->wakeups);
  CHECK_OK(reqtask_client_dispatch(w->client, 0, 0, NULL));
  CHECK_INT(1, recorder_seen(first->rec, REQTASK_EVENT_COMPLETE));
  CHECK_INT(0, recorder_seen(second->rec, REQTASK_EVENT_COMPLETE)); /* it came later */
  CHECK(atomic_load(&w->wakeups) > before);                         /* and announced itself */
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(second));
  world_close(w);
}

static const test_case cases[] = {
    CASE(DIRECT, not_with_direct_delivery), CASE(QUEUED, nothing_to_deliver),
    CASE(QUEUED, it_sleeps_for_the_first_event), CASE(QUEUED, one_thread_at_a_time),
    CASE(QUEUED, all_that_wait_now)};
MAIN(cases)
