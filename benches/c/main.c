/* main.c - runs the sections of the benchmark and writes the report.
 *
 *   bench [--full] [--only SECTION[,SECTION...]] [--out STEM]
 *   bench --fixed WHO AT_ONCE COUNT PORT    a fixed number of GETs, for callgrind and strace
 *   bench --queue direct|queued COUNT LISTENERS    so many queued tasks, likewise
 *
 * Every measurement has a limit in count and in time, so the program ends by itself. It ends with 0
 * when everything ran, also when a target is missed: misses are results.
 */
#include "abort.h"
#include "budget.h"
#include "bulk.h"
#include "clock.h"
#include "get.h"
#include "growth.h"
#include "latency.h"
#include "machine.h"
#include "peer_cronet.h"
#include "queue.h"
#include "report.h"
#include "size.h"
#include "streams.h"
#include "tls.h"
#include "upload.h"

#include <reqtask.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct section {
  const char *name;
  void (*run)(const server *from, bool full);
  unsigned seconds; /* in quick mode; all of them together stay below 160 */
} section;

/* A new section is one line here, and its header above. */
/* clang-format off */
static const section sections[] = {
    {"get", get_section, 34},
    {"latency", latency_section, 12},
    {"abort", abort_section, 28},
    {"streams", streams_section, 18},
    {"queue", queue_section, 6},
    {"growth", growth_section, 18},
    {"bulk", bulk_section, 14},
    {"tls", tls_section, 14},
    {"upload", upload_section, 10},
    {"size", size_section, 3},
};
/* clang-format on */
enum { SECTIONS = sizeof sections / sizeof *sections, FULL_TIMES = 5 };

typedef struct options {
  bool full;
  const char *only, *out;
} options;

/** Whether `name` stands in a list with commas. */
static bool listed(const char *list, const char *name) {
  size_t len = strlen(name);
  for (const char *at = list; at; at = strchr(at, ',')) {
    at += *at == ',';
    if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0'))
      return true;
  }
  return false;
}

/** True when each name in the list is a section's. */
static bool all_known(const char *list) {
  size_t names = 1, known = 0;
  for (const char *at = list; (at = strchr(at, ',')); at++)
    names++;
  for (size_t i = 0; i < SECTIONS; i++)
    known += listed(list, sections[i].name);
  return known == names;
}

static bool options_read(options *o, int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--full") == 0)
      o->full = true;
    else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
      o->only = argv[++i];
    else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
      o->out = argv[++i];
    else
      return false;
  }
  return !o->only || all_known(o->only);
}

static void usage(void) {
  fprintf(stderr,
          "usage: bench [--full] [--only SECTION[,SECTION...]] [--out STEM]\n"
          "       bench --fixed bare|ours|wait|queued|easy|poll|epoll|cronet AT_ONCE COUNT PORT\n"
          "       bench --queue direct|queued COUNT LISTENERS\n"
          "sections:");
  for (size_t i = 0; i < SECTIONS; i++)
    fprintf(stderr, " %s", sections[i].name);
  fprintf(stderr, "\n");
}

static bool write_report(const options *o, double seconds) {
  cronet_peer_note();
  report_note("the run took %.0f s", seconds);
  char command[160];
  if (o->only)
    snprintf(command, sizeof command, "make bench BENCH='%s--only %s'", o->full ? "--full " : "",
             o->only);
  else
    snprintf(command, sizeof command, "make bench%s", o->full ? " BENCH=--full" : "");
  return !o->out || report_write(o->out, command, o->full);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  machine_raise_files();
  if (argc == 6 && strcmp(argv[1], "--fixed") == 0)
    return get_fixed(argv[2], (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]),
                     (unsigned)atoi(argv[5]))
               ? 0
               : 1;
  if (argc == 5 && strcmp(argv[1], "--queue") == 0)
    return queue_fixed(argv[2], (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4])) ? 0 : 1;
  options o = {0};
  if (!options_read(&o, argc, argv)) {
    usage();
    return 2;
  }
  if (reqtask_abi_version() != REQTASK_ABI_VERSION) {
    fprintf(stderr, "bench: the library and its header do not match\n");
    return 1;
  }
  uint64_t begin = now_ns();
  server local;
  if (!server_start(&local))
    return 1;
  for (size_t i = 0; i < SECTIONS; i++)
    if (!o.only || listed(o.only, sections[i].name)) {
      budget_section(sections[i].seconds * (o.full ? FULL_TIMES : 1));
      sections[i].run(&local, o.full);
    }
  server_stop(&local);
  bool written = write_report(&o, (double)(now_ns() - begin) / 1e9);
  report_goals(stdout);
  printf("\n%d figures miss their target\n", report_misses());
  return written ? 0 : 1;
}
