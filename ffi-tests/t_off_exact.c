/* off removes exactly what it names: one listener, or all of one kind. */
#include "world.h"

static void one_and_all(delivery how) {
  world *w = world_open(how);
  task *t = task_make_bare(w, request_new("GET", url_on("http", "/chunked/9000?size=3000")));
  task a = {.id = t->id, .rec = recorder_new(), .in = w};
  task b = {.id = t->id, .rec = recorder_new(), .in = w};
  reqtask_listener chunk_a = 0;
  reqtask_listener chunk_b = 0;
  reqtask_listener headers_a = 0;
  CHECK_OK(recorder_attach_one(a.rec, t->id, REQTASK_EVENT_CHUNK, &chunk_a));
  CHECK_OK(recorder_attach_one(b.rec, t->id, REQTASK_EVENT_CHUNK, &chunk_b));
  CHECK_OK(recorder_attach_one(a.rec, t->id, REQTASK_EVENT_HEADERS, &headers_a));
  CHECK_OK(recorder_attach_one(b.rec, t->id, REQTASK_EVENT_HEADERS, NULL));
  recorder_attach(t->rec, t->id);
  CHECK(chunk_a != 0 && chunk_b != 0 && headers_a != 0 && chunk_a != chunk_b);

  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(t->id, REQTASK_EVENT_HEADERS, chunk_a, 0));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(t->id, REQTASK_EVENT_CHUNK, UINT64_MAX, 0));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_off(t->id, 0, 0, 0));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_off(t->id, 5, 0, 0));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_off(t->id, REQTASK_EVENT_CHUNK, 0, 1u << 31));
  CHECK_INT(0, recorder_destroyed(a.rec));

  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_CHUNK, chunk_a, 0));
  CHECK_INT(1, recorder_destroyed(a.rec)); /* nobody was calling it */
  CHECK_INT(0, recorder_destroyed(b.rec));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(t->id, REQTASK_EVENT_CHUNK, chunk_a, 0));

  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_HEADERS, 0, 0)); /* of a, of b, of t */
  CHECK_INT(2, recorder_destroyed(a.rec));
  CHECK_INT(1, recorder_destroyed(b.rec));
  CHECK_INT(1, recorder_destroyed(t->rec));
  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_HEADERS, 0, 0)); /* none is left: still fine */

  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  CHECK_INT(0, recorder_seen(a.rec, REQTASK_EVENT_CHUNK));
  CHECK_INT(9000, recorder_body_len(b.rec));
  CHECK_INT(9000, recorder_body_len(t->rec));
  task_release(t);
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_off(t->id, REQTASK_EVENT_CHUNK, 0, 0));
  world_close(w);
  recorder_free(a.rec);
  recorder_free(b.rec);
}

static void off_drops_what_was_queued(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/hello"));
  CHECK_OK(reqtask_wait(t->id, (uint32_t)(20000 * patience()))); /* all events wait */
  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_CHUNK, 0, 0));
  CHECK_INT(1, recorder_destroyed(t->rec)); /* its destroy has run */
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_CHUNK));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, one_and_all), CASE(QUEUED, off_drops_what_was_queued)};
MAIN(cases)
