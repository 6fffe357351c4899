/* main.c - runs the sections of the benchmark and writes the report.
 *
 *   bench [--full] [--only SECTION] [--out STEM]     SECTION: abort, streams, latency, get
 *   bench --fixed WHO AT_ONCE COUNT PORT             a fixed number of GETs, for callgrind and
 * strace
 *
 * Every measurement has a limit in count and in time, so the program ends by itself. It ends with 0
 * when everything ran, also when a target is missed: misses are results.
 */
#include "abort.h"
#include "clock.h"
#include "get.h"
#include "latency.h"
#include "machine.h"
#include "nginx.h"
#include "report.h"
#include "streams.h"

#include <reqtask.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct options {
  bool full;
  const char *only, *out;
} options;

static bool wanted(const options *o, const char *section) {
  return !o->only || strcmp(o->only, section) == 0;
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
  static const char *const sections[] = {"abort", "streams", "latency", "get"};
  for (size_t i = 0; o->only && i < 4; i++)
    if (strcmp(o->only, sections[i]) == 0)
      return true;
  return !o->only;
}

static void run_gets(const server *from, const char *program, bool full) {
  nginx web = {0};
  if (nginx_start(&web)) {
    report_note("GET: the server is nginx, one process");
    get_section(web.port, program, full);
    nginx_stop(&web);
  } else {
    report_note("GET: nginx is not there, so the server is the benchmark's own");
    get_section(from->http_port, program, full);
  }
}

static bool write_report(const options *o, double seconds) {
  report_note("the run took %.0f s", seconds);
  char command[64];
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
  options o = {0};
  if (!options_read(&o, argc, argv)) {
    fprintf(stderr, "usage: bench [--full] [--only abort|streams|latency|get] [--out STEM]\n"
                    "       bench --fixed bare|ours|queued|easy|poll|epoll AT_ONCE COUNT PORT\n");
    return 2;
  }
  if (reqtask_abi_version() != REQTASK_ABI_VERSION) {
    fprintf(stderr, "bench: the library and its header do not match\n");
    return 1;
  }
  uint64_t begin = now_ns();
  const char *why_not = "";
  bool dns_silent = wanted(&o, "abort") && machine_silence_dns(&why_not);
  server local;
  if (!server_start(&local))
    return 1;
  if (wanted(&o, "abort"))
    abort_section(&local, o.full, dns_silent, why_not);
  if (wanted(&o, "streams"))
    streams_section(&local, o.full);
  if (wanted(&o, "latency"))
    latency_section(&local, o.full);
  if (wanted(&o, "get"))
    run_gets(&local, argv[0], o.full);
  server_stop(&local);
  bool written = write_report(&o, (double)(now_ns() - begin) / 1e9);
  printf("%d targets missed\n", report_misses());
  return written ? 0 : 1;
}
