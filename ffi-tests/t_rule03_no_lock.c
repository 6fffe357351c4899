/* Rule 3: no lock of the library is held while it runs your code. A listener that waits for another
 * thread, which calls everything meanwhile, must not hang. */
#include "world.h"

typedef struct errand {
  task *t;
  world *w;
  task *other;
} errand;

static void *other_thread(void *arg) {
  errand *e = arg;
  reqtask_id id = e->t->id;
  CHECK_OK(reqtask_pause(id));
  CHECK_OK(reqtask_resume(id));
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(id, 0));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(id, REQTASK_EVENT_CHUNK, 987654321, 0));
  CHECK_OK(reqtask_off(id, REQTASK_EVENT_PROGRESS, 0, 0));
  const reqtask_response *response = NULL;
  CHECK_OK(reqtask_response_get(id, &response));
  reqtask_response_free(response);
  e->other = task_get(e->w, url_on("http", "/hello"));
  if (e->w->how == QUEUED)
    CHECK_STATUS(REQTASK_E_BUSY, reqtask_client_dispatch(e->w->client, 0, 0, NULL));
  else
    CHECK_STR("Hello, world!\n", task_text(e->other, 200));
  CHECK_OK(reqtask_abort(id));
  return NULL;
}

static void send_away(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec;
  (void)event;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, other_thread, arg) == 0);
  pthread_join(thread, NULL);
}

static void a_listener_waits_for_another_thread(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/stream?n=1&then=stall")));
  errand *e = arena(sizeof *e);
  *e = (errand){.t = t, .w = w};
  t->rec->hook = send_away;
  t->rec->hook_arg = e;
  task_start(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  CHECK_STR("Hello, world!\n", task_text(e->other, 200));
  world_close(w);
}

/* The same for destroy: it runs without a lock held. */
static void calls_back(void *user) {
  errand *e = user;
  CHECK_STATUS(REQTASK_E_STATE, reqtask_start(e->t->id));
  CHECK_OK(reqtask_pause(e->t->id));
  CHECK_OK(reqtask_resume(e->t->id));
}

static void nothing(void *user, const reqtask_chunk_event *event) {
  (void)user;
  (void)event;
}

static void destroy_may_call_the_library(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/stream?n=1&then=stall"));
  errand *e = arena(sizeof *e);
  *e = (errand){.t = t, .w = w};
  CHECK_OK(reqtask_on_chunk(t->id, nothing, e, calls_back, NULL));
  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_CHUNK, 0, REQTASK_OFF_WAIT));
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, a_listener_waits_for_another_thread),
                                  CASE(BOTH, destroy_may_call_the_library)};
MAIN(cases)
