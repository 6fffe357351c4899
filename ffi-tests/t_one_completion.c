/* After a successful start exactly one completion comes, whatever happens; after a failed one none.
 */
#include "world.h"

static void every_kind_of_end(delivery how) {
  world *w = world_open(how);
  const char *urls[] = {
      url_on("http", "/hello"),
      url_on("http", "/status/500"),
      url_on("http", "/redirect/3"),
      url_on("http", "/redirect/30"),
      url_on("refused", "/"),
      url_at(server_listen("reset"), "/"),
      url_on("untrusted", "/"),
      url_on("http", "/script?status%20200&length%205&head-end&raw%20abc&close"),
      url_on("http", "/script?status%20200&chunked&head-end&chunk%20a&reset"),
      url_on("http", "/script?raw%20nonsense&close"),
      url_on("http", "/script?close"),
      url_on("http", "/script?reset"),
  };
  task *tasks[COUNT_OF(urls)];
  for (size_t i = 0; i < COUNT_OF(urls); i++)
    tasks[i] = task_get(w, urls[i]);
  for (size_t i = 0; i < COUNT_OF(urls); i++)
    await_complete(tasks[i]);
  pump(w);
  for (size_t i = 0; i < COUNT_OF(urls); i++) {
    CHECK_INT(1, recorder_seen(tasks[i]->rec, REQTASK_EVENT_COMPLETE));
    CHECK_STATUS(REQTASK_E_STATE, reqtask_start(tasks[i]->id)); /* a task runs once */
  }
  world_close(w);
}

static void a_start_that_fails(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_u64(w, REQTASK_OPT_QUEUE_MAX, 1);
  world_start(w);
  const char *tag = unique();
  task *running = task_get(w, url_on("http", script_path(tag, "stall", NULL)));
  server_wait("stall", tag);
  task *waiting = task_get(w, url_on("http", "/hello"));
  task *refused = task_make(w, request_new("GET", url_on("http", "/hello")));
  CHECK_STATUS(REQTASK_E_BUSY, reqtask_start(refused->id));
  CHECK_STATUS(REQTASK_E_STATE, reqtask_start(running->id));
  task_abort(running);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(running));
  CHECK_STATUS(REQTASK_OK, await_complete(waiting));
  CHECK_INT(0, recorder_seen(refused->rec, REQTASK_EVENT_COMPLETE));
  task_start(refused); /* there is room now */
  CHECK_STATUS(REQTASK_OK, await_complete(refused));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, every_kind_of_end), CASE(BOTH, a_start_that_fails)};
MAIN(cases)
