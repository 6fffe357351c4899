/* Rule 2: no call waits for the network, whatever state the network is in. */
#include "world.h"

static void nothing(void *user, const reqtask_complete_event *event) {
  (void)user;
  (void)event;
}

/* Every call on a task that hangs in some phase. The limit is far above what any of them needs and
 * far below what waiting for the network would take (for ever). */
static void calls_on(task *t) {
  int64_t start = now_us();
  CHECK_OK(reqtask_pause(t->id));
  CHECK_OK(reqtask_resume(t->id));
  reqtask_listener made = 0;
  CHECK_OK(reqtask_on_complete(t->id, nothing, NULL, NULL, &made));
  CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_COMPLETE, made, 0));
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 0));
  const reqtask_response *response = NULL;
  CHECK_STATUS(REQTASK_E_STATE, reqtask_response_get(t->id, &response));
  CHECK_OK(reqtask_abort(t->id));
  CHECK_OK(reqtask_release(t->id));
  t->released = true;
  CHECK(now_us() - start < 2000000 * patience());
}

static void in_every_phase(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *tasks[] = {
      task_get(w, url_on("blackhole", "/")),
      task_get(w, text("https://localhost:%u/", server_port("silent"))),
      task_get(w, url_on("silent", "/")),
      task_get(w, url_on("http", script_path(tag, "stall", NULL))),
  };
  control("/_connecting?port=%u", server_port("blackhole"));
  server_wait("stall", tag);
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    calls_on(tasks[i]);
  world_close(w);
}

static void close_without_a_wait(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task_get(w, url_on("http", script_path(tag, "stall", NULL)))->released = true;
  server_wait("stall", tag);
  int64_t start = now_us();
  reqtask_status status = reqtask_client_close(w->client, 0);
  CHECK(status == REQTASK_OK || status == REQTASK_E_TIMEOUT);
  CHECK(now_us() - start < 2000000 * patience());
  w->client = NULL;
  server_wait("gone", tag);
  await_destroyed(w->tasks, recorder_attached(w->tasks->rec));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, in_every_phase), CASE(DIRECT, close_without_a_wait)};
MAIN(cases)
