/* idle.c - idle pooled connections beside a short GET: the table, and what /proc and the kernel
 * tell; see growth.h. */
#include "growth.h"

#include "budget.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

unsigned idle_sockets_now(void) {
  unsigned count = 0;
  DIR *files = opendir("/proc/self/fd");
  if (!files)
    return 0;
  for (struct dirent *entry; (entry = readdir(files));) {
    char target[64];
    ssize_t len = readlinkat(dirfd(files), entry->d_name, target, sizeof target);
    count += len > 7 && memcmp(target, "socket:", 7) == 0;
  }
  closedir(files);
  return count;
}

double idle_switches_now(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (double)use.ru_nvcsw;
}

static const char *const figure[] = {"sockets",         "CPU µs/GET alone", "CPU µs/GET beside",
                                     "wakeups/s, idle", "CPU µs/s, idle",   "GET p50 alone",
                                     "GET p50 beside",  "CPU beside/alone", "p50 beside/alone"};
enum { P50_ALONE = IDLE_VALUES, P50_BESIDE, CPU_RATIO, P50_RATIO, FIGURES };

void idle_run(const server *from, bool full) {
  static const char *const name[] = {"reqtask, direct", "libcurl multi, epoll"};
  static const slice_fn run[] = {idle_ours, idle_curl};
  idle_job job = {256, full ? 4000 : 1500, from};
  samples of[2][P50_BESIDE + 1];
  memset(of, 0, sizeof of);
  budget share = budget_share(1);
  for (unsigned round = 0; budget_round(&share, round, full ? 9 : 3); round++)
    for (int p = 0; p < 2; p++) {
      const slice_out *out = slice_run(name[p], run[p], &job, 30);
      if (!out) {
        if (p == 0 || curl_peer_here())
          report_note("idle connections, %s: a slice failed", name[p]);
        continue;
      }
      for (int v = 0; v < IDLE_VALUES; v++)
        samples_add(&of[p][v], out->value[v]);
      for (int which = 0; which < 2; which++) {
        samples one = {0};
        samples_add_all(&one, out->sample[which], out->count[which]);
        samples_add(&of[p][P50_ALONE + which], samples_part(&one, 0.5));
        samples_free(&one);
      }
    }
  report_table *table = report_begin(
      "P10", "growth_idle", "256 idle connections in the pool: what they cost", figure, FIGURES);
  for (int p = 0; p < 2; p++) {
    if (of[p][0].count == 0)
      continue;
    report_row *row = report_add(table, "256 idle connections", name[p]);
    for (int v = 0; v <= P50_BESIDE; v++)
      report_set(row, v, samples_median(&of[p][v]));
    report_set(row, CPU_RATIO, samples_ratio(&of[p][IDLE_CPU_BESIDE], &of[p][IDLE_CPU_ALONE]));
    report_set(row, P50_RATIO, samples_ratio(&of[p][P50_BESIDE], &of[p][P50_ALONE]));
    if (p == 0) {
      report_limit(row, IDLE_WAKEUPS, 0);
      report_limit(row, CPU_RATIO, 1.1);
      report_limit(row, P50_RATIO, 1.1);
    }
  }
  for (int p = 0; p < 2; p++)
    for (int v = 0; v <= P50_BESIDE; v++)
      samples_free(&of[p][v]);
  report_print(table);
  picture_bars(table, CPU_RATIO,
               "A GET beside 256 idle connections: its CPU, in times of one alone", IDLE_CPU_BESIDE,
               " µs");
  report_note(
      "idle connections: each to a name of its own, so that none can be reused; wakeups are "
      "the voluntary context switches of all threads; up to 1.1 counts as no cost, which is "
      "the noise of two series");
}
