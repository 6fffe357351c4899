/* size.c - what a program loads, and how soon it has its first answer; see size.h. The runs are
 * those of startup/startup.c, which stands beside this program. */
#include "size.h"

#include "budget.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const figure[] = {"library bytes", "with all it needs", "dlopen µs",
                                     "first answer µs", "first answer to libcurl"};
enum { BYTES, ALL_BYTES, OPENED, COMPLETED, COMPLETED_RATIO };
enum { BYTES_MOST = 2000000, COMPLETED_MOST_US = 2000 };

typedef struct peer {
  const char *name, *word;
  char library[600];
  double bytes, all_bytes; /* of the last run */
  samples opened, completed;
} peer;

/** What counts as the library itself: ours is one file, libcurl's is OpenSSL's two as well. */
static bool is_own(const char *path) {
  return strstr(path, "libreqtask.") || strstr(path, "libcurl") || strstr(path, "libssl.") ||
         strstr(path, "libcrypto.");
}

/** One process. */
static bool run(peer *p, const char *folder, unsigned port) {
  char command[1400], line[700], path[600];
  double number, opened = NAN, completed = NAN;
  snprintf(command, sizeof command,
           "timeout 10 '%s/bench-startup' %s '%s' http://127.0.0.1:%u/get 2>/dev/null", folder,
           p->word, p->library, port);
  FILE *lines = popen(command, "r");
  if (!lines)
    return false;
  p->bytes = p->all_bytes = 0;
  while (fgets(line, sizeof line, lines)) {
    sscanf(line, "opened %lf", &opened);
    sscanf(line, "completed %lf", &completed);
    if (sscanf(line, "file %lf %599s", &number, path) == 2) {
      p->all_bytes += number;
      p->bytes += is_own(path) ? number : 0;
    }
  }
  if (pclose(lines) != 0 || isnan(completed))
    return false;
  samples_add(&p->opened, opened);
  samples_add(&p->completed, completed);
  return true;
}

static void add_row(report_table *table, const peer *p, const peer *curl) {
  report_row *row = report_add(table, "load, one GET", p->name);
  report_set(row, BYTES, p->bytes);
  report_set(row, ALL_BYTES, p->all_bytes);
  report_set(row, OPENED, samples_median(&p->opened));
  report_set(row, COMPLETED, samples_median(&p->completed));
  if (curl->completed.count > 0)
    report_set(row, COMPLETED_RATIO, samples_ratio(&p->completed, &curl->completed));
  if (p != curl) {
    report_limit(row, BYTES, BYTES_MOST);
    report_limit(row, COMPLETED, COMPLETED_MOST_US);
  }
}

void size_section(const server *from, bool full) {
  enum { OURS, CURL, PEERS };
  peer of[PEERS] = {{.name = "reqtask", .word = "reqtask"},
                    {.name = "libcurl, OpenSSL", .word = "curl", .library = "libcurl.so.4"}};
  char folder[512];
  ssize_t len = readlink("/proc/self/exe", folder, sizeof folder - 1);
  if (len < 0)
    return;
  folder[len] = '\0';
  *strrchr(folder, '/') = '\0';
  snprintf(of[OURS].library, sizeof of[OURS].library, "%s/lib/libreqtask.so", folder);
  report_table *table = report_begin("P7", "size", "The library: its size and its start-up", figure,
                                     (int)(sizeof figure / sizeof *figure));
  budget share = budget_share(1);
  bool there[PEERS] = {true, true};
  for (unsigned round = 0; budget_round(&share, round, full ? 101 : 31); round++)
    for (int p = 0; p < PEERS; p++)
      there[p] = there[p] && run(&of[p], folder, from->http_port);
  for (int p = 0; p < PEERS; p++) {
    if (of[p].completed.count > 0)
      add_row(table, &of[p], &of[CURL]);
    if (!there[p])
      report_note("size: %s could not be loaded or its GET failed", of[p].name);
  }
  report_print(table);
  picture_bars(table, BYTES, "The library on disk, bytes: shorter is better", -1, "");
  picture_bars(table, COMPLETED, "From loading it to the end of a first GET, µs: shorter is better",
               -1, "");
  report_note("size: the stripped file with TLS 1.2 and 1.3, roots, gzip, brotli, and zstd, which "
              "P7 leaves out and which is about 0.1 MB of it; libcurl with libssl and libcrypto. "
              "Medians of new "
              "processes, from dlopen to the end of a GET on loopback without TLS; everything in "
              "the page cache");
  for (int p = 0; p < PEERS; p++)
    samples_free(&of[p].opened), samples_free(&of[p].completed);
}
