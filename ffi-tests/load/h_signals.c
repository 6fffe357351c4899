/* Signals. A peer that closes while we write raises no SIGPIPE, plain or over TLS; and signals that
 * interrupt every system call, on every thread, without SA_RESTART, make nothing fail. */
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "world.h"

enum { UPLOAD = 3000000 };

static atomic_long interruptions;

static void interrupt(int number) {
  (void)number;
  atomic_fetch_add(&interruptions, 1);
}

/* The peer goes away in all the ways that make a write fail. */
static void a_peer_that_goes_raises_no_signal(delivery how) {
  NEED(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
  uint8_t *bytes = arena(UPLOAD);
  memset(bytes, 'u', UPLOAD);
  world *w = world_open(how);
  const char *ways[] = {"close", "reset", "close-no-notify"};
  long failed = 0;
  for (int round = 0; round < 10; round++) {
    for (size_t i = 0; i < 2 * COUNT_OF(ways); i++) {
      const char *path = script_path(unique(), "no-read", ways[i / 2], NULL);
      reqtask_request *request = request_new("POST", url_on(i % 2 ? "https" : "http", path));
      NEED_OK(reqtask_request_set_body(request, bytes, UPLOAD, NULL, NULL));
      task *t = task_make(w, request);
      task_start(t);
      reqtask_status status = await_complete(t);
      CHECK(status == REQTASK_E_IO || status == REQTASK_E_PROTOCOL || status == REQTASK_E_TLS);
      failed += status != REQTASK_OK;
    }
  }
  world_close(w);
  counted(text("sigpipe_%s", how == DIRECT ? "direct" : "queued"), failed,
          "uploads whose peer closed or reset the connection under the writer, with SIGPIPE at its "
          "default, and none was raised");
}

/* Sends a signal to every thread of this process again and again. */
static atomic_bool storm_over;

static void *storm(void *unused) {
  (void)unused;
  while (!atomic_load(&storm_over)) {
    DIR *dir = opendir("/proc/self/task");
    if (!dir)
      continue;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
      long thread = strtol(e->d_name, NULL, 10);
      if (thread > 0)
        (void)syscall(SYS_tgkill, getpid(), thread, SIGUSR1);
    }
    closedir(dir);
    sched_yield();
  }
  return NULL;
}

static void interrupted_calls_go_on(delivery how) {
  enum { ROUNDS = 12, EACH = 10 };
  struct sigaction action = {.sa_handler = interrupt};
  NEED(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGALRM, &action, NULL) == 0);
  struct itimerval timer = {{0, 500}, {0, 500}}, none = {{0, 0}, {0, 0}};
  uint8_t *bytes = arena(UPLOAD);
  memset(bytes, 'u', UPLOAD);
  world *w = world_open(how);
  pthread_t thread;
  atomic_store(&storm_over, false);
  atomic_store(&interruptions, 0);
  NEED(pthread_create(&thread, NULL, storm, NULL) == 0);
  NEED(setitimer(ITIMER_REAL, &timer, NULL) == 0);
  long done = 0;
  for (int round = 0; round < ROUNDS; round++) {
    const char *urls[] = {url_on("http", "/chunked/300000?size=777"),
                          url_on("https", "/bytes/300000"),
                          url_on("http", "/close-delimited/50000"),
                          url_on("http", "/stream?n=20&ms=1&size=100"),
                          url_on("http", "/redirect/3"),
                          text("http://localhost:%u/hello", server_port("http"))};
    task *all[EACH];
    for (size_t i = 0; i < EACH; i++) {
      bool upload = i % 5 == 4;
      reqtask_request *request =
          upload ? request_new("POST", url_on(i % 2 ? "https" : "http", "/sink"))
                 : request_new("GET", urls[i % COUNT_OF(urls)]);
      if (upload)
        NEED_OK(reqtask_request_set_body(request, bytes, UPLOAD, NULL, NULL));
      all[i] = task_make(w, request);
      task_start(all[i]);
    }
    for (size_t i = 0; i < EACH; i++) {
      reqtask_status status = await_complete(all[i]);
      if (status != REQTASK_OK)
        recorder_dump(all[i]->rec);
      CHECK_STATUS(REQTASK_OK, status);
      done++;
    }
    still_going();
  }
  NEED(setitimer(ITIMER_REAL, &none, NULL) == 0);
  atomic_store(&storm_over, true);
  pthread_join(thread, NULL);
  world_close(w);
  CHECK(atomic_load(&interruptions) > 100);
  counted(text("eintr_%s", how == DIRECT ? "direct" : "queued"), atomic_load(&interruptions),
          text("signals without SA_RESTART that hit all threads while %ld requests ran, and none "
               "failed",
               done));
}

static const test_case cases[] = {
    CASE(BOTH, a_peer_that_goes_raises_no_signal),
    CASE(BOTH, interrupted_calls_go_on),
};
MAIN(cases)
