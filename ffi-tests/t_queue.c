/* The queue: FIFO, no more than WORKERS_MAX at once, a limit per host, and no task delays another.
 */
#include "world.h"

static void first_in_first_out(delivery how) {
  enum { N = 8 };
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  const char *gate = unique();
  task *head = task_get(w, url_on("http", script_path(gate, text("gate %s", gate), "ok", NULL)));
  server_wait("gate", gate);
  task *tasks[N];
  const char *tags[N];
  for (int i = 0; i < N; i++) {
    tags[i] = unique();
    tasks[i] = task_get(w, url_on("http", script_path(tags[i], "ok", NULL)));
  }
  server_open(gate);
  CHECK_STATUS(REQTASK_OK, await_complete(head));
  int64_t last = 0;
  for (int i = 0; i < N; i++) {
    CHECK_STATUS(REQTASK_OK, await_complete(tasks[i]));
    int64_t seq = json_int(control("/_log?event=request&path=/script/%s", tags[i]), "seq");
    CHECK(seq > last);
    last = seq;
  }
  world_close(w);
}

static void at_most_so_many(delivery how) {
  enum { N = 6, AT_ONCE = 2 };
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, AT_ONCE);
  world_start(w);
  const char *gate = unique();
  const char *path = script_path(gate, text("gate %s", gate), "ok", NULL);
  task *tasks[N];
  for (int i = 0; i < N; i++)
    tasks[i] = task_get(w, url_on("http", path));
  control("/_wait?event=gate&path=/script/%s&count=%d", gate, AT_ONCE);
  CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(tasks[N - 1]->id, 100)); /* time for a third */
  CHECK_INT(AT_ONCE, server_count("request", gate));
  server_open(gate);
  for (int i = 0; i < N; i++)
    CHECK_STATUS(REQTASK_OK, await_complete(tasks[i]));
  world_close(w);
}

static void per_host(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_PER_HOST_MAX, 1);
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("a.test:%u=127.0.0.1", server_port("http")));
  world_start(w);
  const char *gate = unique();
  const char *path = script_path(gate, text("gate %s", gate), "ok", NULL);
  task *one = task_get(w, url_on("http", path));
  server_wait("gate", gate);
  task *two = task_get(w, url_on("http", path));
  /* Another host is not held up by the second, which waits for the first. */
  task *other = task_get(w, text("http://a.test:%u/hello", server_port("http")));
  CHECK_STR("Hello, world!\n", task_text(other, 200));
  CHECK_INT(1, server_count("request", gate));
  server_open(gate);
  CHECK_STATUS(REQTASK_OK, await_complete(one));
  CHECK_STATUS(REQTASK_OK, await_complete(two));
  world_close(w);
}

static void hanging_servers_delay_nobody(delivery how) {
  world *w = world_open(how);
  task *hanging[12];
  for (size_t i = 0; i < COUNT_OF(hanging); i++)
    hanging[i] = task_get(w, url_on(i % 2 ? "silent" : "blackhole", "/"));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  for (size_t i = 0; i < COUNT_OF(hanging); i++)
    task_abort(hanging[i]);
  for (size_t i = 0; i < COUNT_OF(hanging); i++)
    CHECK_STATUS(REQTASK_E_ABORTED, await_complete(hanging[i]));
  world_close(w);
}

static void parallel_bodies_do_not_mix(delivery how) {
  enum { N = 16 };
  world *w = world_open(how);
  task *tasks[N];
  for (int i = 0; i < N; i++) {
    const char *steps =
        text("/script/mix?status%%20200&chunked&head-end&body%%20%c&bytes%%20%d&end", 'a' + i,
             20000 + i);
    tasks[i] = task_get(w, url_on(i % 2 ? "https" : "http", steps));
  }
  for (int i = 0; i < N; i++) {
    CHECK_STATUS(REQTASK_OK, await_complete(tasks[i]));
    CHECK_INT(20001 + i, tasks[i]->rec->body_len);
    CHECK_INT('a' + i, tasks[i]->rec->body[0]);
    CHECK_INT(20000 + i, pattern_length(tasks[i]->rec->body + 1, tasks[i]->rec->body_len - 1, 0));
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, first_in_first_out), CASE(BOTH, at_most_so_many),
                                  CASE(BOTH, per_host), CASE(BOTH, hanging_servers_delay_nobody),
                                  CASE(BOTH, parallel_bodies_do_not_mix)};
MAIN(cases)
