/* slice.c - see slice.h. */
#include "slice.h"

#include "clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/** Waits for the child until the limit; kills it then. True: it ended with success. */
static bool reap(pid_t child, unsigned limit_s, slice_out *out) {
  uint64_t end = now_ns() + (uint64_t)limit_s * 1000000000u;
  int status;
  for (;;) {
    pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child)
      break;
    if (now_ns() > end) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      snprintf(out->note, sizeof out->note, "not finished after %u s", limit_s);
      return false;
    }
    nap_us(1000);
  }
  if (WIFSIGNALED(status)) {
    snprintf(out->note, sizeof out->note, "killed by signal %d", WTERMSIG(status));
    return false;
  }
  return WEXITSTATUS(status) == 0;
}

const slice_out *slice_run(const char *name, slice_fn fn, const void *arg, unsigned limit_s) {
  static slice_out *out;
  if (!out) {
    out = mmap(NULL, sizeof *out, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (out == MAP_FAILED) {
      perror("mmap");
      exit(1);
    }
  }
  memset(out, 0, sizeof *out);
  fflush(stdout);
  fflush(stderr);
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bool done = fn(arg, out);
    fflush(stderr);
    /* Not exit(): atexit handlers belong to the parent. */
    _exit(done ? 0 : 1);
  }
  bool done = child > 0 && reap(child, limit_s, out);
  if (!done)
    fprintf(stderr, "bench: %s: %s\n", name, out->note[0] ? out->note : "failed");
  return done ? out : NULL;
}

void slice_sample(slice_out *out, int which, double value) {
  if (out->count[which] < SLICE_SAMPLES)
    out->sample[which][out->count[which]++] = value;
}
