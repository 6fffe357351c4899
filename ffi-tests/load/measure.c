/*
 * measure.c - see measure.h.
 */
#include "measure.h"

#include <dirent.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

static long entries(const char *folder) {
  DIR *dir = opendir(folder);
  NEED(dir != NULL);
  long n = 0;
  for (struct dirent *e; (e = readdir(dir)) != NULL;)
    n += e->d_name[0] != '.';
  closedir(dir);
  return n;
}

static long resident(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  NEED(file != NULL);
  long size = 0, pages = 0;
  NEED(fscanf(file, "%ld %ld", &size, &pages) == 2);
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

holdings holdings_now(void) {
  malloc_trim(0);
  struct mallinfo2 heap = mallinfo2();
  return (holdings){.threads = entries("/proc/self/task"),
                    .descriptors = entries("/proc/self/fd"),
                    .heap_bytes = (long)(heap.uordblks + heap.hblkhd),
                    .resident_bytes = resident()};
}

void holdings_print(const char *when, holdings h) {
  printf("# %s: %ld threads, %ld descriptors, %ld KB given out by malloc, %ld KB resident\n", when,
         h.threads, h.descriptors, h.heap_bytes / 1024, h.resident_bytes / 1024);
  fflush(stdout);
}

holdings holdings_return(holdings before, long heap_slack, long resident_slack) {
  waiting_for("threads and descriptors to be as before");
  holdings now = holdings_now();
  while (now.threads > before.threads || now.descriptors > before.descriptors) {
    sched_yield();
    now = holdings_now();
  }
  holdings_print("after", now);
  CHECK_INT(before.threads, now.threads);
  CHECK_INT(before.descriptors, now.descriptors);
  CHECK(now.heap_bytes - before.heap_bytes <= heap_slack);
  CHECK(now.resident_bytes - before.resident_bytes <= resident_slack);
  waiting_for("nothing");
  return now;
}

void counted(const char *name, long number, const char *meaning) {
  printf("counted: %s\t%ld\t%s\n", name, number, meaning);
  fflush(stdout);
}

long setting(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text ? strtol(text, NULL, 0) : otherwise;
}

uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed >> 12;
  *seed ^= *seed << 25;
  *seed ^= *seed >> 27;
  return *seed * 0x2545F4914F6CDD1Du;
}

uint64_t random_below(uint64_t *seed, uint64_t limit) { return (random_next(seed) >> 11) % limit; }

unsigned nginx_port(unsigned i) {
  const char *at = getenv("LOAD_NGINX");
  for (; at && i > 0; i--) {
    at = strchr(at, ' ');
    at = at ? at + 1 : NULL;
  }
  return at ? (unsigned)strtoul(at, NULL, 10) : 0;
}
