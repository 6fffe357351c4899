/* A host that forks while requests run. The parent goes on unhurt; a child that only ends, or calls
 * exec, is not held up and inherits no descriptor; one that calls the library is told so at once,
 * by every function; and where no client lives, a child may use the library as any process may. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "world.h"

enum { CHILD_LIMIT_S = 20 };

typedef int (*child_fn)(world *w, task *t);

/* The child's exit code; -1 when it was ended by a signal, such as that of its own alarm. */
static int in_a_child(child_fn run, world *w, task *t) {
  fflush(stdout);
  pid_t child = fork();
  NEED(child >= 0);
  if (child == 0) {
    alarm(CHILD_LIMIT_S);
    exit(run(w, t)); /* with atexit functions and destructors */
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    NEED(errno == EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int does_nothing(world *w, task *t) {
  (void)w;
  (void)t;
  return 7;
}

static void nothing(void *user) { (void)user; }
static void on_complete(void *user, const reqtask_complete_event *ev) {
  (void)user;
  (void)ev;
}

/* Counts the calls that were not refused with REQTASK_E_STATE. */
static int calls_everything(world *w, task *t) {
  int wrong = 0;
#define REFUSED(call) wrong += (call) != REQTASK_E_STATE
  char why[200] = "";
  reqtask_client *client = NULL;
  reqtask_config *config = NULL;
  reqtask_request *request = NULL;
  const reqtask_response *response = NULL;
  reqtask_id id = 0;
  REFUSED(reqtask_start(t->id));
  REFUSED(reqtask_abort(t->id));
  REFUSED(reqtask_pause(t->id));
  REFUSED(reqtask_resume(t->id));
  REFUSED(reqtask_wait(t->id, 10000));
  REFUSED(reqtask_on_complete(t->id, on_complete, NULL, nothing, NULL));
  REFUSED(reqtask_off(t->id, REQTASK_EVENT_COMPLETE, 0, 0));
  REFUSED(reqtask_response_get(t->id, &response));
  REFUSED(reqtask_config_new(&config));
  REFUSED(reqtask_client_new(NULL, &client));
  REFUSED(reqtask_request_new("GET", 3, "http://127.0.0.1/", REQTASK_NTS, &request));
  REFUSED(reqtask_create(w->client, NULL, &id));
  REFUSED(reqtask_client_dispatch(w->client, 0, 10000, NULL));
  wrong += reqtask_last_error(why, sizeof why) == 0 || strstr(why, "fork") == NULL;
  REFUSED(reqtask_release(t->id));
  REFUSED(reqtask_client_close(w->client, 10000));
  reqtask_config_free(NULL);
  wrong += reqtask_status_text(REQTASK_E_STATE) == NULL;
  return wrong;
}

static int leads_to_exec(world *w, task *t) {
  (void)w;
  (void)t;
  /* What is open beyond 2 must be this folder itself: ls lists its own. */
  execl("/bin/sh", "sh", "-c", "test $(ls /proc/self/fd | wc -l) -le 4", (char *)NULL);
  return 99;
}

/* Makes a client of its own. */
static int uses_the_library(world *w, task *t) {
  (void)t;
  world *own = world_open(w->how);
  const char *said = task_text(task_get(own, url_on("http", "/hello")), 200);
  world_close(own);
  return strcmp(said, "Hello, world!\n") != 0;
}

static void while_requests_run(delivery how, child_fn run, int expected) {
  world *w = world_open(how);
  const char *tag = unique();
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  task *stream = task_get(w, url_on("http", path));
  await_body(stream, 5);
  enum { EACH = 8, ROUNDS = 5 };
  for (int round = 0; round < ROUNDS; round++) {
    task *busy[EACH];
    for (int i = 0; i < EACH; i++)
      busy[i] = task_get(w, url_on(i % 2 ? "http" : "https", "/chunked/200000"));
    CHECK_INT(expected, in_a_child(run, w, stream));
    for (int i = 0; i < EACH; i++)
      CHECK_STATUS(REQTASK_OK, await_complete(busy[i]));
  }
  server_open(tag);
  CHECK_STR("firstsecond", task_text(stream, 200));
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  world_close(w);
}

static void a_child_that_only_ends(delivery how) { while_requests_run(how, does_nothing, 7); }
static void a_child_that_calls_the_library(delivery how) {
  while_requests_run(how, calls_everything, 0);
}
static void a_child_that_calls_exec(delivery how) { while_requests_run(how, leads_to_exec, 0); }

static void a_child_without_a_client_before(delivery how) {
  world *w = world_open(how);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  world_close(w);
  world here = {.how = how};
  CHECK_INT(0, in_a_child(uses_the_library, &here, NULL));
  w = world_open(how);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, a_child_that_only_ends),
    CASE(BOTH, a_child_that_calls_the_library),
    CASE(BOTH, a_child_that_calls_exec),
    CASE(BOTH, a_child_without_a_client_before),
};
MAIN(cases)
