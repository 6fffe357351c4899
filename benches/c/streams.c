/* streams.c - the streams section, and the reading of threads and memory; see streams.h. */
#include "streams.h"

#include "budget.h"
#include "clock.h"
#include "peer_curl.h"
#include "picture.h"
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
enum { DIRECT, QUEUED, FEW_WORKERS, LATER, CURL, PEERS };
static const peer peers[PEERS] = {{"reqtask, direct", streams_ours, 0, false, 500},
                                  {"reqtask, queued", streams_ours, 0, true, 500},
                                  {"reqtask, 8 workers", streams_ours, 8, false, 500},
                                  {"reqtask, direct, 12 s later", streams_ours, 0, false, 12000},
                                  {"libcurl multi, epoll", streams_curl, 0, false, 500}};
static const char *const figure[] = {
    "own threads, opening", "own threads, silent", "RSS each, B",    "PSS each, B",
    "open all, ms",         "CPU µs/event",        "CPU to libcurl", "GET p50 alone",
    "GET p99 alone",        "GET p50 beside",      "GET p99 beside", "p50 beside/alone",
    "streams open"};
enum {
  CPU_RATIO = STREAMS_VALUES,
  ALONE_P50,
  ALONE_P99,
  BESIDE_P50,
  BESIDE_P99,
  BESIDE_RATIO,
  OPEN
};

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

static void add_row(report_table *table, const char *what, unsigned count, int p, const taken *of) {
  const taken *own = &of[p], *curl = &of[CURL];
  bool done = own->value[0].count > 0;
  report_row *row = report_add(table, what, peers[p].name);
  for (int v = 0; v < BESIDE_RATIO; v++)
    if (v != CPU_RATIO)
      report_set(row, v, samples_median(&own->value[v]));
  report_set(row, CPU_RATIO,
             samples_ratio(&own->value[STREAMS_EVENT_CPU], &curl->value[STREAMS_EVENT_CPU]));
  report_set(row, BESIDE_RATIO, samples_ratio(&own->value[BESIDE_P50], &own->value[ALONE_P50]));
  report_set(row, OPEN, done ? count : 0);
  if (p == CURL)
    return;
  report_limit(row, STREAMS_THREADS, 16);
  report_limit(row, STREAMS_RSS, 6144);
  report_limit(row, BESIDE_RATIO, 1.1);
  report_least(row, OPEN, count);
  /* A thread that dispatches is a change of threads for each event, which libcurl does not have. */
  if (p != QUEUED)
    report_limit(row, CPU_RATIO, 1);
}

/** Twelve seconds of waiting are for the full run, and 10,000 streams for those that differ. */
static bool takes_part(int p, unsigned count, unsigned round, bool full) {
  if (p == CURL)
    return curl_peer_here();
  if (p == LATER)
    return full && count == 1000 && round == 0;
  return p != FEW_WORKERS || count == 1000;
}

static void run_count(report_table *table, streams_job *job, bool full) {
  taken of[PEERS];
  memset(of, 0, sizeof of);
  char what[48], name[96];
  budget share = budget_share(job->count == 1000 ? 2 : 1);
  snprintf(what, sizeof what, "%u streams", job->count);
  for (unsigned round = 0; budget_round(&share, round, full ? 7 : 3); round++)
    for (int p = 0; p < PEERS; p++) {
      if (!takes_part(p, job->count, round, full))
        continue;
      job->workers_max = peers[p].workers_max;
      job->settle_ms = peers[p].settle_ms;
      job->queued = peers[p].queued;
      snprintf(name, sizeof name, "%s, %s", what, peers[p].name);
      /* The server must have heard that the last slice's streams are gone. */
      for (int i = 0; atomic_load(&job->server->seen->streams_open) > 0 && i < 5000; i++)
        nap_us(1000);
      const slice_out *out = slice_run(name, peers[p].run, job, 60);
      if (out)
        take(&of[p], out);
      else
        report_note("%s: a slice failed", name);
    }
  for (int p = 0; p < PEERS; p++)
    if (takes_part(p, job->count, 0, full))
      add_row(table, what, job->count, p, of);
  for (int p = 0; p < PEERS; p++)
    for (int v = 0; v <= BESIDE_RATIO; v++)
      samples_free(&of[p].value[v]);
}

void streams_section(const server *from, bool full) {
  report_table *table = report_begin(
      "P5", "streams", "Open silent streams: what they cost, and a short GET beside them (µs)",
      figure, (int)(sizeof figure / sizeof *figure));
  static const unsigned counts[] = {1000, 10000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    streams_job job = {.count = counts[i], .gets = full ? 1020 : 320, .gap_us = 50, .server = from};
    job.rounds = (full ? 20000 : 4000) / counts[i];
    job.rounds += job.rounds == 0;
    run_count(table, &job, full);
  }
  report_print(table);
  report_note("streams: threads are those of the library, beside the program's own one or two; "
              "libcurl has none, its loop runs in the program's");
  report_note("streams: most of libcurl's memory is the receive buffer of each handle, 16 KB by "
              "default; CURLOPT_BUFFERSIZE may make it 1 KB");
  report_note("streams: a short GET beside them counts as \"not slower\" up to 1.1 times alone, "
              "which is the noise of two series");
  picture_bars(table, STREAMS_RSS, "Memory of each stream, bytes: shorter is better", -1, "");
  picture_bars(table, STREAMS_THREADS, "Threads of the library while all are silent", -1, "");
  picture_bars(table, CPU_RATIO,
               "CPU time for each event, in times of libcurl's: shorter is better",
               STREAMS_EVENT_CPU, " µs");
  picture_bars(table, BESIDE_RATIO,
               "A short GET beside them, in times of one alone: shorter is better", BESIDE_P50,
               " µs");
}
