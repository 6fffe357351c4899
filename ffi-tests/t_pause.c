/* pause holds back all events, the completion included; resume lets them go; an abort still ends.
 */
#include "world.h"

static void held_back_and_let_go(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *t = task_make(w, request_new("GET", url_on("http", script_path(tag, "ok text", NULL))));
  CHECK_OK(reqtask_pause(t->id));
  CHECK_OK(reqtask_pause(t->id)); /* does not nest */
  task_start(t);
  server_wait("done", tag);
  if (how == DIRECT)
    CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 100)); /* the completion is held, too */
  else
    CHECK_OK(reqtask_client_dispatch(w->client, 0, 100, NULL));
  pthread_mutex_lock(&t->rec->lock);
  CHECK_INT(0, t->rec->count);
  pthread_mutex_unlock(&t->rec->lock);
  CHECK_OK(reqtask_resume(t->id));
  CHECK_STR("text", task_text(t, 200));
  CHECK_INT(1, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
  CHECK_OK(reqtask_pause(t->id)); /* in any state */
  CHECK_OK(reqtask_resume(t->id));
  CHECK_OK(reqtask_resume(t->id));
  world_close(w);
}

static void pause_here(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)arg;
  if (kind == REQTASK_EVENT_CHUNK)
    CHECK_OK(reqtask_pause(((const reqtask_chunk_event *)event)->task));
}

static void chunk_by_chunk(delivery how) {
  world *w = world_open(how);
  reqtask_request *request = request_new("GET", url_on("http", "/bytes/5000"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CHUNK_MAX_BYTES, 1000));
  task *t = task_make(w, request);
  t->rec->hook = pause_here;
  task_start(t);
  bool last = false;
  for (size_t n = 1; !last; n++) {
    await_events(t, REQTASK_EVENT_CHUNK, n);
    pump(w);
    /* With direct delivery the listener that pauses may not have done so yet. */
    pthread_mutex_lock(&t->rec->lock);
    while (t->rec->running)
      pthread_cond_wait(&t->rec->changed, &t->rec->lock);
    pthread_mutex_unlock(&t->rec->lock);
    CHECK_INT(n, recorder_seen(t->rec, REQTASK_EVENT_CHUNK)); /* no more than one at a time */
    CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
    last = recorder_body_len(t->rec) == 5000; /* it is paused, so this cannot change meanwhile */
    CHECK_OK(reqtask_resume(t->id));
  }
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(5000, pattern_length(t->rec->body, t->rec->body_len, 0));
  world_close(w);
}

static void abort_of_a_paused_task(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *done = task_make(w, request_new("GET", url_on("http", script_path(tag, "ok text", NULL))));
  CHECK_OK(reqtask_pause(done->id));
  task_start(done);
  server_wait("done", tag);
  task_abort(done); /* its completion is undelivered, so the abort wins */
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(done));
  CHECK_INT(1, recorder_seen(done->rec, REQTASK_EVENT_COMPLETE));
  CHECK_INT(0, recorder_seen(done->rec, REQTASK_EVENT_HEADERS));
  world_close(w);
}

static void the_idle_clock_stands_and_the_total_runs(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  const char *path = script_path(gate, "status 200 OK", "chunked", "head-end", "chunk a",
                                 text("gate %s", gate), "chunk b", "end", NULL);
  reqtask_request *request = request_new("GET", url_on("http", path));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, 150));
  task *idle = task_make(w, request);
  request = request_new("GET", url_on("http", script_path(unique(), "status 200 OK", "chunked",
                                                          "head-end", "chunk a", "stall", NULL)));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 100));
  task *total = task_make(w, request);
  CHECK_OK(reqtask_pause(idle->id));
  CHECK_OK(reqtask_pause(total->id));
  task_start(idle);
  task_start(total);
  server_wait("gate", gate);
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(idle->id, 400)); /* longer than the idle limit */
  CHECK_OK(reqtask_resume(total->id));
  CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(total));
  /* The clock goes on from the resume, and what comes within its limit is in time. */
  CHECK_OK(reqtask_resume(idle->id));
  server_open(gate);
  CHECK_STR("ab", task_text(idle, 200));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, held_back_and_let_go), CASE(BOTH, chunk_by_chunk),
                                  CASE(BOTH, abort_of_a_paused_task),
                                  CASE(BOTH, the_idle_clock_stands_and_the_total_runs)};
MAIN(cases)
