/* queue.c - the queue section: time and memory of tasks that wait for a worker; see queue.h. */
#include "queue.h"

#include "budget.h"
#include "clock.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"
#include "streams.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

queue_memory queue_memory_now(void) {
  struct mallinfo2 heap = mallinfo2();
  return (queue_memory){(double)(heap.uordblks + heap.hblkhd), streams_memory_now().rss};
}

double queue_step_us(uint64_t *from_ns, unsigned count) {
  uint64_t now = now_ns();
  double us = us_between(*from_ns, now) / count;
  *from_ns = now;
  return us;
}

typedef struct peer {
  const char *name;
  slice_fn run;
  unsigned count, listeners;
  bool queued;
} peer;

/* 100,000 of libcurl's handles would not fit into every machine. */
enum { PEERS = 5, CURL = 4 };
static const peer peers[PEERS] = {{"reqtask, direct", queue_ours, 100000, 1, false},
                                  {"reqtask, queued", queue_ours, 100000, 1, true},
                                  {"reqtask, direct, 3 listeners", queue_ours, 100000, 3, false},
                                  {"reqtask, queued, 3 listeners", queue_ours, 100000, 3, true},
                                  {"libcurl multi", queue_curl, 10000, 0, false}};
static const char *const figure[] = {"create µs",   "listen µs",  "start µs",      "abort µs",
                                     "complete µs", "release µs", "all µs",        "CPU µs",
                                     "heap B",      "RSS B",      "all to libcurl"};
enum { ALL_RATIO = QUEUE_VALUES };

static void add_row(report_table *table, const peer *who, const samples *own, const samples *curl) {
  char what[48];
  snprintf(what, sizeof what, "%u queued tasks", who->count);
  report_row *row = report_add(table, what, who->name);
  for (int v = 0; v < QUEUE_VALUES; v++)
    report_set(row, v, samples_median(&own[v]));
  report_set(row, ALL_RATIO, samples_ratio(&own[QUEUE_ALL], &curl[QUEUE_ALL]));
  if (who->run == queue_ours) {
    report_limit(row, QUEUE_ALL, 2);
    report_limit(row, QUEUE_HEAP, 1024);
    report_limit(row, QUEUE_RSS, 1024);
  }
}

void queue_section(const server *from, bool full) {
  report_table *table = report_begin("P9", "queue", "Tasks that wait for a worker: what each costs",
                                     figure, (int)(sizeof figure / sizeof *figure));
  samples of[PEERS][QUEUE_VALUES];
  memset(of, 0, sizeof of);
  budget share = budget_share(1);
  for (unsigned round = 0; budget_round(&share, round, full ? 11 : 5); round++)
    for (int p = 0; p < PEERS; p++) {
      queue_job job = {peers[p].count, peers[p].listeners, peers[p].queued, from};
      const slice_out *out = slice_run(peers[p].name, peers[p].run, &job, 30);
      for (int v = 0; out && v < QUEUE_VALUES; v++)
        samples_add(&of[p][v], out->value[v]);
      if (!out && (p != CURL || curl_peer_here()))
        report_note("queue, %s: a slice failed", peers[p].name);
    }
  for (int p = 0; p < PEERS; p++) {
    if (of[p][0].count > 0)
      add_row(table, &peers[p], of[p], of[CURL]);
  }
  for (int p = 0; p < PEERS; p++)
    for (int v = 0; v < QUEUE_VALUES; v++)
      samples_free(&of[p][v]);
  report_print(table);
  picture_bars(table, QUEUE_ALL, "The whole life of a task, µs: shorter is better", -1, "");
  picture_bars(table, QUEUE_RSS, "Memory of a task that waits, bytes: shorter is better", -1, "");
  report_note("queue: a silent request holds the only worker; libcurl's handles wait for the only "
              "connection that CURLMOPT_MAX_TOTAL_CONNECTIONS allows. Its create is "
              "curl_easy_init with setopt, its start curl_multi_add_handle, its abort "
              "curl_multi_remove_handle, its release curl_easy_cleanup");
  report_note("queue: direct delivery calls completion listeners in threads of the library's while "
              "the main thread goes on aborting; queued delivery calls them in the main thread");
}
