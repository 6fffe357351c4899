/* Abort in the TLS handshake with a server that took the ClientHello and says nothing. */
#include "world.h"

static void abort_in_the_handshake(delivery how) {
  /* The gate event comes once five bytes of the ClientHello are there: the task is past CONNECT. */
  const char *gate = unique();
  unsigned port = server_listen_script(text("read-bytes 5\ngate %s", gate));
  world *w = world_open(how);
  task *t = task_get(w, text("https://localhost:%u/", port));
  control("/_wait?event=gate&port=%u", port);
  task_abort(t);
  CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_TLS, t);
  control("/_wait?event=gone&port=%u", port); /* B-5: the peer sees the end */
  world_close(w);
}

static void limit_of_the_handshake(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_CONNECT_MS, 80); /* TCP and TLS */
  world_start(w);
  task *t = task_get(w, text("https://localhost:%u/", server_port("silent")));
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_TLS, t);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_in_the_handshake),
                                  CASE(BOTH, limit_of_the_handshake)};
MAIN(cases)
