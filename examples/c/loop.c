/* loop.c - see loop.h. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static int wake_read = -1;
static int wake_write = -1;
static volatile sig_atomic_t interrupted;

/** A full pipe is fine: then a byte that wakes the loop is in it already. */
static void poke(void) {
  char byte = 1;
  ssize_t written = write(wake_write, &byte, 1);
  (void)written;
}

static void on_interrupt(int number) {
  (void)number;
  int saved = errno;
  interrupted = 1;
  poke();
  errno = saved;
}

bool loop_open(void) {
  int ends[2];
  if (pipe(ends) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0 || fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0)
      return false;
  }
  wake_read = ends[0];
  wake_write = ends[1];
  struct sigaction action = {.sa_handler = on_interrupt};
  /* SA_RESETHAND: whoever presses twice means it. sa_flags is an int, the constant is not. */
  action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGINT, &action, NULL) == 0;
}

void loop_wakeup(void *user) {
  (void)user;
  poke();
}

bool loop_interrupted(void) { return interrupted != 0; }

void loop_run(reqtask_client *client, reqtask_id task, const bool *done) {
  bool aborted = false;
  while (!*done) {
    struct pollfd wait = {.fd = wake_read, .events = POLLIN};
    poll(&wait, 1, -1); /* EINTR needs nothing: the handler has written a byte */
    char bytes[64];
    while (read(wake_read, bytes, sizeof bytes) > 0) {
    }
    if (interrupted && !aborted) {
      aborted = true;
      reqtask_abort(task);
    }
    reqtask_client_dispatch(client, 0, 0, NULL);
  }
}
