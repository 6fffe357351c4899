/* Out of descriptors: all but a few are taken, so that sockets, the poller, wake-up pipes and
 * lookups fail one after the other. One task gets an error that says so, others are not hurt, an
 * abort is obeyed, and when descriptors are to be had again all is as before. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measure.h"
#include "world.h"

enum { LIMIT = 256 };
static int taken[LIMIT];
static size_t taken_count;

/* All but `left` descriptors; the last of those that are left is taken[taken_count]. */
static void take_all(size_t left) {
  struct rlimit files;
  NEED(getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = LIMIT;
  NEED(setrlimit(RLIMIT_NOFILE, &files) == 0);
  for (int fd; (fd = fcntl(0, F_DUPFD_CLOEXEC, 0)) >= 0;)
    taken[taken_count++] = fd;
  CHECK_INT(EMFILE, errno);
  while (left-- > 0)
    close(taken[--taken_count]);
}

static void give_all(void) {
  while (taken_count > 0)
    close(taken[--taken_count]);
}

/* One, for as long as the test talks to the server. */
static void open_gate(const char *gate) {
  close(taken[--taken_count]);
  server_open(gate);
  taken[taken_count] = fcntl(0, F_DUPFD_CLOEXEC, 0);
  NEED(taken[taken_count] >= 0);
  taken_count++;
}

static const char *hello(world *w, const char *port) {
  return task_text(task_get(w, url_on(port, "/hello")), 200);
}

#define CHECK_WORKS(w, port) CHECK_STR("Hello, world!\n", hello(w, port))

static bool says_descriptors(task *t) {
  return strstr(t->rec->message, "descriptor") != NULL ||
         strstr(t->rec->message, "Too many open files") != NULL;
}

/* A new client with so many descriptors: its request ends well or says what is missing. */
static void with_few(delivery how, const char *port) {
  enum { MOST = 16 }; /* three workers with pipe and socket, the poller, and some */
  long good = 0, bad = 0;
  for (size_t left = 0; left <= MOST; left++) {
    world *w = world_open(how);
    take_all(left);
    task *all[] = {task_get(w, url_on(port, "/hello")), task_get(w, url_on(port, "/hello")),
                   task_get(w, url_on(port, "/chunked/90000?size=1000"))};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
      reqtask_status status = await_complete(all[i]);
      if (status == REQTASK_OK) {
        good++;
        continue;
      }
      bad++;
      CHECK_STATUS(REQTASK_E_NO_MEMORY, status);
      CHECK(says_descriptors(all[i]));
    }
    if (left == 0) {
      CHECK_INT(0, good);
      CHECK_ENDS(REQTASK_E_NO_MEMORY, REQTASK_PHASE_CONNECT, all[0]);
      CHECK_INT(EMFILE, recorder_event(all[0]->rec, REQTASK_EVENT_COMPLETE, 0).os_error);
    }
    if (left == MOST)
      CHECK_STATUS(REQTASK_OK, await_complete(all[0]));
    give_all();
    CHECK_WORKS(w, port);
    world_close(w);
  }
  const char *way = how == DIRECT ? "direct" : "queued";
  counted(text("descriptors_%s_%s", port, way), bad,
          text("requests that ended with E_NO_MEMORY for want of a descriptor, while %ld beside "
               "them ended well (%s)",
               good, port));
}

static void with_few_http(delivery how) { with_few(how, "http"); }
static void with_few_https(delivery how) { with_few(how, "https"); }

static void others_are_not_hurt(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  task *stream = task_get(w, url_on("http", path));
  await_body(stream, 5);
  CHECK_WORKS(w, "http"); /* and keeps its connection */
  take_all(0);
  for (int i = 0; i < 5; i++) {
    task *t = task_get(w, url_on("https", "/hello"));
    CHECK_ENDS(REQTASK_E_NO_MEMORY, REQTASK_PHASE_CONNECT, t);
    CHECK(says_descriptors(t));
    CHECK_WORKS(w, "http");
  }
  open_gate(tag);
  CHECK_STR("firstsecond", task_text(stream, 200));
  give_all();
  CHECK_WORKS(w, "https");
  world_close(w);
}

/* One descriptor, for the socket: nothing can wake the worker in its handshake, but it looks. */
static void an_abort_reaches_a_worker_without_a_pipe(delivery how) {
  world *w = world_open(how);
  unsigned silent = server_listen("silent");
  take_all(1);
  task *t = task_get(w, text("https://127.0.0.1:%u/", silent));
  waiting_for("the socket to take the only descriptor");
  struct stat it;
  while (fstat(taken[taken_count], &it) != 0 || !S_ISSOCK(it.st_mode))
    sched_yield();
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  give_all();
  CHECK_WORKS(w, "http");
  world_close(w);
}

static void a_time_limit_reaches_it_too(delivery how) {
  world *w = world_open(how);
  unsigned silent = server_listen("silent");
  take_all(1);
  reqtask_request *request = request_new("GET", text("https://127.0.0.1:%u/", silent));
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 150));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(t));
  give_all();
  CHECK_WORKS(w, "http");
  world_close(w);
}

/* A name of this machine's that is neither a literal nor localhost. */
static const char *name_of_this_machine(void) {
  FILE *hosts = fopen("/etc/hosts", "r");
  char *line = arena(1000), *found = NULL;
  while (hosts && !found && fgets(line, 1000, hosts)) {
    char *save = NULL, *word = strtok_r(line, " \t\n", &save);
    if (!word || strcmp(word, "127.0.0.1") != 0)
      continue;
    while ((word = strtok_r(NULL, " \t\n", &save)) && !found)
      if (strcmp(word, "localhost") != 0 && strstr(word, "localhost.") == NULL && *word != '#')
        found = word;
  }
  if (hosts)
    fclose(hosts);
  return found;
}

static void a_lookup_fails_alone_and_can_be_repeated(delivery how) {
  const char *name = name_of_this_machine();
  if (!name) {
    skip_case("/etc/hosts has no name for 127.0.0.1 but localhost");
    return;
  }
  world *w = world_open(how);
  CHECK_WORKS(w, "http");
  take_all(0);
  const char *url = text("http://%s:%u/hello", name, server_port("http"));
  task *t = task_get(w, url);
  reqtask_status status = await_complete(t);
  recorded end = recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0);
  printf("# %s: %s\n", status_name(status), t->rec->message);
  CHECK(status == REQTASK_E_RESOLVE || status == REQTASK_E_NO_MEMORY);
  CHECK_INT(REQTASK_PHASE_RESOLVE, end.phase);
  CHECK_WORKS(w, "http");
  give_all();
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url), 200));
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, with_few_http),
    CASE(BOTH, with_few_https),
    CASE(BOTH, others_are_not_hurt),
    CASE(BOTH, an_abort_reaches_a_worker_without_a_pipe),
    CASE(BOTH, a_time_limit_reaches_it_too),
    CASE(BOTH, a_lookup_fails_alone_and_can_be_repeated),
};
MAIN(cases)
