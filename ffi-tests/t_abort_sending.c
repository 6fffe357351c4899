/* Abort while the request body is being sent to a server that does not read it. */
#include <stdlib.h>

#include "world.h"

static void abort_while_sending(delivery how) {
  enum { LEN = 64 << 20 }; /* more than all socket buffers */
  char *body = calloc(1, LEN);
  NEED(body != NULL);
  world *w = world_open(how);
  const char *tag = unique();
  const char *path = script_path(tag, "no-read", text("gate %s", tag), "discard", NULL);
  reqtask_request *request = request_new("POST", url_on("http", path));
  CHECK_OK(reqtask_request_set_body(request, body, LEN, body, free));
  task *t = task_make(w, request);
  task_start(t);
  server_wait("gate", tag);
  await_events(t, REQTASK_EVENT_PROGRESS, 1);
  task_abort(t);
  CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_SEND, t);
  recorded last = recorder_event(t->rec, REQTASK_EVENT_PROGRESS, 0);
  CHECK(last.sent < LEN);
  server_open(tag); /* now it reads on, to the end that the abort made */
  server_wait("gone", tag);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_while_sending)};
MAIN(cases)
