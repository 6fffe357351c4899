/* growth.c - the growth section; see growth.h. */
#include "growth.h"

#include "budget.h"
#include "clock.h"
#include "get.h"
#include "nginx.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"
#include "streams.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTHS = 5, PEERS = 2, COSTS = 2 };
static const unsigned widths[WIDTHS] = {1, 10, 100, 1000, 10000};

/** A work of which more and more is done at once. */
typedef struct work {
  const char *before, *behind; /* the number, in the name of a case */
  slice_fn run[PEERS];
  const char *const *figure;
  /* One slice's costs of a task: CPU, memory. */
  void (*cost)(const slice_out *out, unsigned width, double cost[COSTS]);
  const void *(*job)(const server *from, int peer, unsigned width, unsigned port, bool full);
} work;

static const char *const peer_name[PEERS] = {"reqtask, direct", "libcurl multi, epoll"};

static double peak_now(void) {
  char line[128];
  double kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %lf", &kib) == 1)
      break;
  if (status)
    fclose(status);
  return kib * 1024;
}

bool growth_get(const void *arg, slice_out *out) {
  const get_job *job = arg;
  double before = streams_memory_now().rss;
  bool done = get_function(job->who)(job, out);
  out->value[GROWTH_PEAK] = peak_now() - before;
  return done;
}

static const void *job_of_gets(const server *from, int peer, unsigned width, unsigned port,
                               bool full) {
  static get_job job;
  (void)from;
  job = (get_job){.who = peer ? GET_CURL_EPOLL : GET_OURS, .at_once = width, .port = port};
  job.warmup = width < 100 ? 200 : 2 * width;
  job.limit_ms = full ? 2000 : 500;
  return &job;
}

static void cost_of_gets(const slice_out *out, unsigned width, double cost[COSTS]) {
  cost[0] = out->value[GET_CPU_US] / out->value[GET_REQUESTS];
  cost[1] = out->value[GROWTH_PEAK] / width;
}

static const void *job_of_streams(const server *from, int peer, unsigned width, unsigned port,
                                  bool full) {
  static streams_job job;
  unsigned events = full ? 20000 : 4000;
  (void)peer, (void)port;
  job = (streams_job){.count = width, .gets = 40, .gap_us = 50, .settle_ms = 300, .server = from};
  job.rounds = width < events ? events / width : 1;
  for (int i = 0; atomic_load(&from->seen->streams_open) > 0 && i < 5000; i++)
    nap_us(1000);
  return &job;
}

static void cost_of_streams(const slice_out *out, unsigned width, double cost[COSTS]) {
  (void)width;
  cost[0] = out->value[STREAMS_EVENT_CPU];
  cost[1] = out->value[STREAMS_RSS];
}

static const char *const get_figure[] = {"CPU µs per request", "growth", "memory B per task",
                                         "growth", "CPU to libcurl"};
static const char *const stream_figure[] = {"CPU µs per event", "growth", "memory B per stream",
                                            "growth", "CPU to libcurl"};
enum { CPU, CPU_GROWTH, MEMORY, MEMORY_GROWTH, CPU_RATIO, FIGURES };

/** Memory is what a process has beyond its start; only with many tasks is it theirs. */
enum { MEMORY_FROM = 2 };

static void add_rows(report_table *table, const work *what, samples of[PEERS][WIDTHS][COSTS]) {
  for (int w = 0; w < WIDTHS; w++)
    for (int p = 0; p < PEERS; p++) {
      if (of[p][w][0].count == 0)
        continue;
      char name[48];
      snprintf(name, sizeof name, "%s%u%s", what->before, widths[w], what->behind);
      report_row *row = report_add(table, name, peer_name[p]);
      for (int c = 0; c < COSTS; c++) {
        int from = c == 0 ? 0 : MEMORY_FROM;
        double own = samples_median(&of[p][w][c]), least = (double)NAN;
        for (int before = from; before < w; before++)
          least = fmin(least, samples_median(&of[p][before][c]));
        report_x(row, widths[w]);
        report_set(row, c == 0 ? CPU : MEMORY, own);
        report_set(row, c == 0 ? CPU_GROWTH : MEMORY_GROWTH, own / least);
        if (p == 0)
          report_limit(row, c == 0 ? CPU_GROWTH : MEMORY_GROWTH, 1.5);
      }
      report_set(row, CPU_RATIO, samples_ratio(&of[p][w][0], &of[1][w][0]));
    }
}

static void run_work(const work *what, report_table *table, const server *from, unsigned port,
                     budget share, bool full) {
  samples of[PEERS][WIDTHS][COSTS];
  memset(of, 0, sizeof of);
  for (unsigned round = 0; budget_round(&share, round, full ? 5 : 3); round++)
    for (int w = 0; w < WIDTHS; w++)
      for (int p = 0; p < PEERS; p++) {
        char name[96];
        double cost[COSTS];
        snprintf(name, sizeof name, "%s%u%s, %s", what->before, widths[w], what->behind,
                 peer_name[p]);
        const slice_out *out =
            slice_run(name, what->run[p], what->job(from, p, widths[w], port, full), 60);
        if (!out) {
          if (p == 0 || curl_peer_here())
            report_note("%s: a slice failed", name);
          continue;
        }
        what->cost(out, widths[w], cost);
        for (int c = 0; c < COSTS; c++)
          samples_add(&of[p][w][c], cost[c]);
      }
  add_rows(table, what, of);
  for (int p = 0; p < PEERS; p++)
    for (int w = 0; w < WIDTHS; w++)
      for (int c = 0; c < COSTS; c++)
        samples_free(&of[p][w][c]);
  report_print(table);
}

void growth_section(const server *from, bool full) {
  static const work gets = {"GET, ",    " at once",   {growth_get, growth_get},
                            get_figure, cost_of_gets, job_of_gets};
  static const work streams = {
      "open streams: ", "", {streams_ours, streams_curl}, stream_figure, cost_of_streams,
      job_of_streams};
  nginx web = {0};
  bool has_nginx = nginx_start(&web);
  report_table *table =
      report_begin("P10", "growth_get", "Small GETs, more and more at once: what one costs",
                   gets.figure, FIGURES);
  run_work(&gets, table, from, has_nginx ? web.port : from->http_port, budget_share(3), full);
  picture_curves(table, CPU, "CPU time of one small GET, µs: flat and low is better",
                 "GETs at once");
  picture_curves(table, CPU_GROWTH, "The same, in times of the least with fewer at once",
                 "GETs at once");
  if (has_nginx)
    nginx_stop(&web);
  table = report_begin("P10", "growth_streams", "Open streams, more and more: what one costs",
                       streams.figure, FIGURES);
  run_work(&streams, table, from, 0, budget_share(2), full);
  picture_curves(table, CPU, "CPU time of one event of a stream, µs: flat and low is better",
                 "open streams");
  picture_curves(table, CPU_GROWTH, "The same, in times of the least with fewer open",
                 "open streams");
  picture_curves(table, MEMORY, "Memory of one open stream, bytes: flat and low is better",
                 "open streams");
  report_note("growth: a ratio to the smallest cost with fewer tasks, so that a cost which falls "
              "with their number does not count as a miss; memory counts from %u tasks on, because "
              "with fewer it is the process's own",
              widths[MEMORY_FROM]);
  report_note("growth: reqtask runs 64 requests at once and lets others wait in its queue, which "
              "is its default; libcurl opens a connection for each");
  idle_run(from, full);
}
