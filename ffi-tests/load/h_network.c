/* The network changes under the library, in a network of this program's own: the interface goes
 * down and comes back, its address vanishes, names move. Nothing hangs, limits and aborts hold,
 * streams that the outage did not end go on, and the next request works. */
#include <stdlib.h>

#include "measure.h"
#include "world.h"

static void run(const char *command) {
  if (system(command) != 0) {
    printf("# %s\n", command);
    FAIL("the command works");
  }
}

static const char *hello(world *w) { return task_text(task_get(w, url_on("http", "/hello")), 200); }

#define CHECK_WORKS(w) CHECK_STR("Hello, world!\n", hello(w))

static task *stream_open(world *w, const char *tag, uint64_t idle_ms) {
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  reqtask_request *request = request_new("GET", url_on("http", path));
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, idle_ms));
  task *t = task_make(w, request);
  task_start(t);
  await_body(t, 5);
  return t;
}

static task *get_within(world *w, const char *url, uint64_t ms) {
  reqtask_request *request = request_new("GET", url);
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, ms));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

static bool is_an_outage(reqtask_status status) {
  return status == REQTASK_E_CONNECT || status == REQTASK_E_TIMEOUT || status == REQTASK_E_IO;
}

/* What holds while nothing gets through, whatever the reason. */
static void during_an_outage(delivery how, bool kept_may_live, const char *begin, const char *end) {
  enum { KEPT = 3 };
  world *w = world_open(how);
  const char *tag = unique();
  task *patient = stream_open(w, tag, 0), *limited = stream_open(w, unique(), 200);
  task *kept[KEPT];
  for (int i = 0; i < KEPT; i++)
    kept[i] = task_get(w, url_on(i % 2 ? "https" : "http", "/hello"));
  for (int i = 0; i < KEPT; i++)
    CHECK_STATUS(REQTASK_OK, await_complete(kept[i]));
  unsigned fresh = server_listen("http");
  run(begin);
  /* On the connections that were kept, which an address that vanishes may leave alone, */
  for (int i = 0; i < 2 * KEPT; i++) {
    task *t = get_within(w, url_on(i % 2 ? "https" : "http", "/hello"), 150);
    reqtask_status status = await_complete(t);
    CHECK(is_an_outage(status) || (kept_may_live && status == REQTASK_OK));
  }
  /* on a new one, and one that is aborted. */
  CHECK(is_an_outage(await_complete(get_within(w, url_at(fresh, "/hello"), 150))));
  task *aborted = get_within(w, url_on("http6", "/hello"), 20000);
  if (reqtask_abort(aborted->id) == REQTASK_OK)
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(aborted));
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_BODY, limited);
  CHECK_INT(0, recorder_seen(patient->rec, REQTASK_EVENT_COMPLETE));
  run(end);
  CHECK_WORKS(w);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("https", "/hello")), 200));
  server_open(tag);
  CHECK_STR("firstsecond", task_text(patient, 200));
  world_close(w);
}

static void the_interface_goes_down(delivery how) {
  during_an_outage(how, false, "ip link set lo down", "ip link set lo up");
}

static void the_address_vanishes(delivery how) {
  during_an_outage(how, true, "ip addr del 127.0.0.1/8 dev lo", "ip addr add 127.0.0.1/8 dev lo");
}

/* Up and down at random under requests: each ends once, well or as an outage, and in the end all is
 * well again. */
static void it_comes_and_goes(delivery how) {
  enum { ROUNDS = 8, EACH = 6 };
  uint64_t seed = (uint64_t)setting("LOAD_SEED", 6);
  world *w = world_open(how);
  long good = 0, bad = 0;
  for (int round = 0; round < ROUNDS; round++) {
    task *all[EACH];
    bool down = random_below(&seed, 2) == 0;
    for (int i = 0; i < EACH; i++) {
      if (i == EACH / 2 && down)
        run("ip link set lo down");
      all[i] =
          get_within(w, url_on(i % 2 ? "https" : "http", "/chunked/300000"), down ? 300 : 20000);
    }
    for (int i = 0; i < EACH; i++) {
      reqtask_status status = await_complete(all[i]);
      CHECK(status == REQTASK_OK || is_an_outage(status));
      good += status == REQTASK_OK;
      bad += status != REQTASK_OK;
    }
    run("ip link set lo up");
    CHECK_WORKS(w);
  }
  world_close(w);
  CHECK(good > 0 && bad > 0);
  counted(text("network_%s", how == DIRECT ? "direct" : "queued"), bad,
          text("requests that ended once, as an outage, when their interface went down under them "
               "(%ld others got through)",
               good));
}

static void names_move(delivery how) {
  world *w = world_open(how);
  const char *name = unique();
  for (char *at = (char *)name; *at; at++)
    *at = *at == '_' || *at == ' ' ? '-' : *at;
  const char *url = text("http://%s.moved/hello", name);
  const char *with_port = text("http://%s.moved:%u/hello", name, server_port("http"));
  CHECK_ENDS(REQTASK_E_RESOLVE, REQTASK_PHASE_RESOLVE, task_get(w, url));
  /* A file of this program's own stands in its place (run). */
  run(text("echo '127.0.0.1 %s.moved' >> /etc/hosts", name));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, with_port), 200));
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, the_interface_goes_down),
    CASE(BOTH, the_address_vanishes),
    CASE(BOTH, it_comes_and_goes),
    CASE(BOTH, names_move),
};

/* Never on a machine's own interface. */
int main(int argc, char **argv) {
  if (!getenv("LOAD_OWN_NETWORK")) {
    printf("# h_network is started by ffi-tests/load/run\n");
    return 2;
  }
  return run_cases(cases, COUNT_OF(cases), argc, argv);
}
