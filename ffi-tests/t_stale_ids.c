/* Ids: never 0, below 2^53, never used again; every call with a stale one is harmless. */
#include "world.h"

static void complete(void *user, const reqtask_complete_event *ev) { (void)user, (void)ev; }

static void all_calls(reqtask_id id) {
  const reqtask_response *response = NULL;
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_start(id));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_abort(id));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_pause(id));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_resume(id));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_wait(id, 1000));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_release(id));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_on_complete(id, complete, NULL, NULL, NULL));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(id, REQTASK_EVENT_CHUNK, 0, 0));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(id, REQTASK_EVENT_CHUNK, 1, REQTASK_OFF_WAIT));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_response_get(id, &response));
  CHECK(response == NULL);
}

static void unknown_ids(delivery how) {
  (void)how;
  static const reqtask_id ids[] = {0, 1u << 30, (1ull << 53) - 1, 1ull << 53, UINT64_MAX};
  for (size_t i = 0; i < COUNT_OF(ids); i++)
    all_calls(ids[i]);
}

static void released_ids(delivery how) {
  world *w = world_open(how);
  reqtask_id last = 0;
  for (int i = 0; i < 50; i++) {
    task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
    CHECK(t->id > last && t->id < 1ull << 53);
    last = t->id;
    if (i % 2) {
      task_start(t);
      if (i % 3 == 0)
        CHECK_STATUS(REQTASK_OK, await_complete(t));
    }
    task_release(t);
    all_calls(t->id);
  }
  world_close(w);
  all_calls(last);
}

static const test_case cases[] = {CASE(DIRECT, unknown_ids), CASE(BOTH, released_ids)};
MAIN(cases)
