/*
 * hostile.c - see hostile.h.
 */
#include "hostile.h"

#include <errno.h>
#include <stdlib.h>

static int64_t before;
static int refused;

/* What the runner counts. */
__attribute__((destructor)) static void say_how_many(void) {
  if (refused > 0)
    printf("# counted: answers of %s\t%d\trefused with a sentence that names what is wrong, in "
           "bounded "
           "memory and time\n",
           program_invocation_short_name, refused);
}

/* A line of /proc/self/status in bytes, or -1. */
static int64_t status_line(const char *name) {
  FILE *file = fopen("/proc/self/status", "r");
  if (!file)
    return -1;
  char line[256];
  int64_t kib = -1;
  while (kib < 0 && fgets(line, sizeof line, file))
    if (strncmp(line, name, strlen(name)) == 0)
      kib = strtoll(line + strlen(name), NULL, 10);
  fclose(file);
  return kib < 0 ? -1 : kib * 1024;
}

void memory_begin(void) {
  before = -1;
  if (patience() > 1)
    return;
  /* proc(5): 5 resets the peak to what is resident now. */
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file)
    return;
  bool reset = fputs("5\n", file) >= 0;
  if (fclose(file) == 0 && reset)
    before = status_line("VmRSS:");
}

int64_t memory_growth(void) {
  int64_t peak = before < 0 ? -1 : status_line("VmHWM:");
  return peak < 0 ? 0 : peak - before;
}

void check_memory(int64_t max, const char *file, int line) {
  int64_t growth = memory_growth();
  if (growth > max) {
    printf("# %s:%d: memory grew by %lld KiB\n", file, line, (long long)growth / 1024);
    check_true(false, "the memory is bounded", file, line);
  }
}

task *quiet_get(world *w, const char *url, uint32_t key, uint64_t value) {
  reqtask_request *request = request_new("GET", url);
  if (key != 0)
    CHECK_OK(reqtask_request_set_u64(request, key, value));
  task *t = task_make_bare(w, request);
  reqtask_listener listener;
  CHECK_OK(recorder_attach_one(t->rec, t->id, REQTASK_EVENT_COMPLETE, &listener));
  return t;
}

void check_refused(world *w, const char *url, reqtask_status status, uint32_t phase,
                   const char *word, const char *file, int line) {
  memory_begin();
  int64_t begin = now_us();
  task *t = quiet_get(w, url, 0, 0);
  task_start(t);
  check_ends(status, phase, t, file, line);
  const char *message = t->rec->message;
  bool clear = strstr(message, word) != NULL && strlen(message) < 250;
  if (!check_true(clear, "the message names what is wrong", file, line))
    printf("#   \"%s\" without \"%s\" for %.200s\n", message, word, url);
  refused += t->rec->message[0] != 0;
  check_true(now_us() - begin < 10000000 * patience(), "it is refused in time", file, line);
  check_memory(8 * MIB, file, line);
}
