/* streams.c - the streams section, and the reading of threads and memory; see streams.h. */
#include "streams.h"

#include "clock.h"
#include "report.h"
#include "stats.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

streams_memory streams_memory_now(void) {
  streams_memory now = {0, 0};
  char line[256];
  FILE *rollup = fopen("/proc/self/smaps_rollup", "r");
  if (!rollup)
    return now;
  while (fgets(line, sizeof line, rollup)) {
    double kib;
    if (sscanf(line, "Rss: %lf kB", &kib) == 1)
      now.rss = kib * 1024;
    else if (sscanf(line, "Pss: %lf kB", &kib) == 1)
      now.pss = kib * 1024;
  }
  fclose(rollup);
  return now;
}

unsigned streams_threads_now(void) {
  unsigned count = 0;
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks)
    return 0;
  for (struct dirent *entry; (entry = readdir(tasks));)
    count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

void streams_memory_each(const streams_job *job, const streams_memory *before, slice_out *out) {
  streams_memory now = streams_memory_now();
  out->value[STREAMS_RSS] = (now.rss - before->rss) / job->count;
  out->value[STREAMS_PSS] = (now.pss - before->pss) / job->count;
}

typedef struct peer {
  const char *name;
  slice_fn run;
  unsigned workers_max;
  bool queued;
  unsigned settle_ms;
} peer;

/* An idle worker stays for ten seconds by default (REQTASK_OPT_WORKER_IDLE_MS), so the burst that
 * opens the streams is seen in the thread count until then. */
enum { PEERS = 5, LATER = 3, CURL = 4 };
static const peer peers[PEERS] = {{"reqtask, direct", streams_ours, 0, false, 500},
                                  {"reqtask, queued", streams_ours, 0, true, 500},
                                  {"reqtask, 8 workers", streams_ours, 8, false, 500},
                                  {"reqtask, direct, 12 s later", streams_ours, 0, false, 12000},
                                  {"libcurl multi, epoll", streams_curl, 0, false, 500}};
static const char *const figure[] = {"threads, opening", "threads, silent", "RSS each, B",
                                     "PSS each, B",      "open all, ms",    "CPU µs/event",
                                     "CPU to libcurl",   "GET p50 alone",   "GET p99 alone",
                                     "GET p50 beside",   "GET p99 beside",  "p50 beside/alone"};
enum { CPU_RATIO = STREAMS_VALUES, ALONE_P50, ALONE_P99, BESIDE_P50, BESIDE_P99, BESIDE_RATIO };

typedef struct taken {
  samples value[BESIDE_RATIO + 1];
} taken;

static void take(taken *to, const slice_out *out) {
  for (int v = 0; v < STREAMS_VALUES; v++)
    samples_add(&to->value[v], out->value[v]);
  for (int which = 0; which < 2; which++) {
    samples one = {0};
    samples_add_all(&one, out->sample[which], out->count[which]);
    samples_add(&to->value[ALONE_P50 + 2 * which], samples_part(&one, 0.5));
    samples_add(&to->value[ALONE_P99 + 2 * which], samples_part(&one, 0.99));
    samples_free(&one);
  }
}

static void add_row(report_table *table, const char *what, const peer *who, const taken *own,
                    const taken *curl) {
  report_row *row = report_add(table, what, who->name);
  for (int v = 0; v < BESIDE_RATIO; v++)
    if (v != CPU_RATIO)
      report_set(row, v, samples_median(&own->value[v]));
  report_set(row, CPU_RATIO,
             samples_ratio(&own->value[STREAMS_EVENT_CPU], &curl->value[STREAMS_EVENT_CPU]));
  report_set(row, BESIDE_RATIO, samples_ratio(&own->value[BESIDE_P50], &own->value[ALONE_P50]));
  if (who->run == streams_ours) {
    /* The benchmark's own main thread, and the one that dispatches, are not the library's. */
    report_limit(row, STREAMS_THREADS, who->queued ? 18 : 17);
    report_limit(row, STREAMS_RSS, 6144);
    report_limit(row, BESIDE_RATIO, 1.1);
  }
}

void streams_section(const server *from, bool full) {
  report_table *table = report_begin(
      "P5", "streams", "Open silent streams: what they cost, and a short GET beside them (µs)",
      figure, (int)(sizeof figure / sizeof *figure));
  taken of[PEERS];
  memset(of, 0, sizeof of);
  streams_job job = {.count = 1000,
                     .gets = full ? 1020 : 320,
                     .rounds = full ? 10 : 4,
                     .gap_us = 100,
                     .server = from};
  char what[48], name[96];
  snprintf(what, sizeof what, "%u streams", job.count);
  for (unsigned round = 0; round < (full ? 7u : 3u); round++)
    for (int p = 0; p < PEERS; p++) {
      if (p == LATER && round > 0)
        continue; /* it takes long */
      job.workers_max = peers[p].workers_max;
      job.settle_ms = peers[p].settle_ms;
      job.queued = peers[p].queued;
      snprintf(name, sizeof name, "%s, %s", what, peers[p].name);
      /* The server must have heard that the last slice's streams are gone. */
      for (int i = 0; atomic_load(&from->seen->streams_open) > 0 && i < 2000; i++)
        nap_us(1000);
      const slice_out *out = slice_run(name, peers[p].run, &job, 60);
      if (out)
        take(&of[p], out);
      else
        report_note("%s: a slice failed", name);
    }
  for (int p = 0; p < PEERS; p++)
    if (of[p].value[0].count > 0)
      add_row(table, what, &peers[p], &of[p], &of[CURL]);
  for (int p = 0; p < PEERS; p++)
    for (int v = 0; v <= BESIDE_RATIO; v++)
      samples_free(&of[p].value[v]);
  report_print(table);
  report_note("streams: threads count the benchmark's own main thread and, queued, the one that "
              "dispatches; the limit of 16 is for the library's");
  report_note("streams: a short GET beside them counts as \"not slower\" up to 1.1 times alone, "
              "which is the noise of two series");
}
