/* Closing a client: no listener call starts after it, completions never come, sockets close, ids
 * are gone; with a wait all threads and all user pointers are gone when it returns. */
#include <dirent.h>
#include <sched.h>

#include "world.h"

static int threads_of_this_process(void) {
  DIR *dir = opendir("/proc/self/task");
  NEED(dir != NULL);
  int n = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
    n += entry->d_name[0] != '.';
  closedir(dir);
  return n;
}

static size_t open_some(world *w, task **tasks, const char **tags) {
  tags[0] = unique();
  tags[1] = unique();
  tags[2] = unique();
  tasks[0] = task_get(w, url_on("http", script_path(tags[0], "stall", NULL)));
  tasks[1] = task_get(w, url_on("https", script_path(tags[1], "status 200 OK", "chunked",
                                                     "head-end", "chunk x", "stall", NULL)));
  tasks[2] = task_get(w, url_on("http", script_path(tags[2], "status 200 OK", "chunked", "head-end",
                                                    "bytes 1000000000", NULL)));
  tasks[3] = task_get(w, url_on("blackhole", "/"));
  tasks[4] = task_make(w, request_new("GET", url_on("http", "/hello"))); /* never started */
  tasks[5] = task_get(w, url_on("http", "/hello"));
  for (int i = 0; i < 3; i++)
    server_wait(i == 2 ? "request" : "stall", tags[i]);
  await_body(tasks[1], 1);
  await_complete(tasks[5]);
  return 6;
}

static void close_and_wait(delivery how) {
  int threads = threads_of_this_process();
  world *w = world_open(how);
  task *tasks[6];
  const char *tags[3];
  size_t n = open_some(w, tasks, tags);
  waiting_for("reqtask_client_close with a wait");
  CHECK_OK(reqtask_client_close(w->client, (uint32_t)(20000 * patience())));
  w->client = NULL;
  /* A joined thread may be listed for a moment more. */
  waiting_for("the library's threads to go");
  while (threads_of_this_process() > threads)
    sched_yield();
  for (size_t i = 0; i < n; i++) {
    tasks[i]->released = true;
    CHECK_INT(recorder_attached(tasks[i]->rec), recorder_destroyed(tasks[i]->rec));
    CHECK_INT(i == 5, recorder_seen(tasks[i]->rec, REQTASK_EVENT_COMPLETE));
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_abort(tasks[i]->id));
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_start(tasks[i]->id));
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_release(tasks[i]->id));
  }
  for (int i = 0; i < 3; i++)
    server_wait("gone", tags[i]);
  world_close(w);
}

static void close_now(delivery how) {
  world *w = world_open(how);
  task *tasks[6];
  const char *tags[3];
  size_t n = open_some(w, tasks, tags);
  reqtask_status status = reqtask_client_close(w->client, 0);
  size_t events[6];
  CHECK(status == REQTASK_OK || status == REQTASK_E_TIMEOUT);
  for (size_t i = 0; i < n; i++) {
    pthread_mutex_lock(&tasks[i]->rec->lock);
    events[i] = tasks[i]->rec->count;
    pthread_mutex_unlock(&tasks[i]->rec->lock);
    CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_abort(tasks[i]->id));
  }
  for (int i = 0; i < 3; i++)
    server_wait("gone", tags[i]); /* B-5, H-13: the sockets close, though nobody waits */
  waiting_for("destroy calls after a close without a wait");
  for (size_t i = 0; i < n; i++) {
    tasks[i]->released = true;
    while (recorder_destroyed(tasks[i]->rec) < recorder_attached(tasks[i]->rec))
      sched_yield();
    size_t more = tasks[i]->rec->count - events[i];
    CHECK(more <= (how == DIRECT ? 1u : 0u)); /* a call that had begun when close returned */
    CHECK_INT(i == 5, recorder_seen(tasks[i]->rec, REQTASK_EVENT_COMPLETE));
  }
  while (how == QUEUED && atomic_load(&w->wakeup_destroyed) == 0)
    sched_yield();
  w->client = NULL;
  world_close(w);
}

static void two_clients_are_apart(delivery how) {
  world *a = world_open(how);
  world *b = world_open(how);
  task *t = task_get(b, url_on("http", "/stream?n=1&then=stall"));
  await_body(t, 1);
  task_get(a, url_on("http", "/hello"));
  world_close(a);
  CHECK_STR("Hello, world!\n", task_text(task_get(b, url_on("http", "/hello")), 200));
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
  world_close(b);
}

static void a_client_that_did_nothing(delivery how) {
  int threads = threads_of_this_process();
  world *w = world_open(how);
  /* Threads start when the first task needs them. (One of the case before may still have been
   * listed.) */
  CHECK(threads_of_this_process() <= threads);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, close_and_wait), CASE(BOTH, close_now),
                                  CASE(BOTH, two_clients_are_apart),
                                  CASE(BOTH, a_client_that_did_nothing)};
MAIN(cases)
