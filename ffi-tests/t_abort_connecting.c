/* Abort while the TCP connect hangs: completes in phase CONNECT, and the socket is given up. */
#include "world.h"

static void abort_while_connecting(delivery how) {
  unsigned port = server_listen("blackhole");
  world *w = world_open(how);
  task *t = task_get(w, url_at(port, "/"));
  control("/_connecting?port=%u", port);
  task_abort(t);
  CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_CONNECT, t);
  CHECK(!t->rec->had_response);
  world_close(w);
  /* Nobody is connecting any more once the client has gone: the socket was closed. */
  control("/_connecting?port=%u&n=0&timeout_ms=1", port);
}

static void limit_of_the_connect(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_CONNECT_MS, 60);
  world_start(w);
  task *t = task_get(w, url_on("blackhole", "/"));
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_CONNECT, t);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_while_connecting),
                                  CASE(BOTH, limit_of_the_connect)};
MAIN(cases)
