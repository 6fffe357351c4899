/* bulk.c - what large downloads have in common: peers in turn, figures and ratios; see bulk.h. */
#include "bulk.h"

#include "peer_cronet.h"
#include "peer_curl.h"
#include "peer_ureq.h"
#include "picture.h"
#include "stats.h"

#include <stdio.h>

const char *const bulk_name[BULK_WHO] = {
    "bare socket loop", "reqtask, direct",        "reqtask, queued",
    "libcurl easy",     "libcurl easy, 64 KB",    "libcurl multi, poll",
    "Cronet",           "Cronet, direct, 256 KB", "ureq"};

static const char *const figure[] = {"MB/s", "MB/s to libcurl", "MB/s to libcurl 64 KB",
                                     "CPU s/GiB", "CPU to libcurl"};
enum { RATE, TO_DEFAULT, TO_64K, CPU, CPU_RATIO };

void bulk_url(const bulk_job *job, char *out, size_t room) {
  snprintf(out, room, "%s://127.0.0.1:%u%s", job->authority ? "https" : "http", job->port,
           job->path);
}

report_table *bulk_begin(const char *work, const char *id, const char *title) {
  return report_begin(work, id, title, figure, (int)(sizeof figure / sizeof *figure));
}

static slice_fn function(bulk_who who) {
  switch (who) {
  case BULK_BARE:
    return bulk_bare;
  case BULK_OURS:
  case BULK_OURS_QUEUED:
    return bulk_ours;
  case BULK_CRONET:
  case BULK_CRONET_DIRECT:
    return bulk_cronet;
  case BULK_UREQ:
    return bulk_ureq;
  default:
    return bulk_curl;
  }
}

static bool takes_part(const bulk_job *job) {
  if (job->who == BULK_BARE)
    return !job->authority;
  if (job->who == BULK_UREQ)
    return !job->authority && ureq_peer_here();
  if (job->who >= BULK_CRONET)
    return job->authority ? cronet_trusts() : cronet_peer_here();
  return job->who < BULK_CURL || curl_peer_here();
}

void bulk_case(report_table *table, const char *what, bulk_job job, bulk_goal goal,
               const budget *share, unsigned most) {
  samples rate[BULK_WHO] = {{0}}, cpu[BULK_WHO] = {{0}};
  char name[96];
  for (unsigned round = 0; budget_round(share, round, most); round++)
    for (job.who = 0; job.who < BULK_WHO; job.who++) {
      if (!takes_part(&job))
        continue;
      snprintf(name, sizeof name, "%s, %s", what, bulk_name[job.who]);
      const slice_out *out = slice_run(name, function(job.who), &job, 60);
      if (!out) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples_add(&rate[job.who], (double)job.bytes / 1e6 / out->value[BULK_SECONDS]);
      samples_add(&cpu[job.who],
                  out->value[BULK_CPU_US] / 1e6 / (double)job.bytes * (double)(1u << 30));
    }
  for (bulk_who who = 0; who < BULK_WHO; who++) {
    if (rate[who].count > 0) {
      report_row *row = report_add(table, what, bulk_name[who]);
      report_set(row, RATE, samples_median(&rate[who]));
      report_set(row, TO_DEFAULT, samples_ratio(&rate[who], &rate[BULK_CURL]));
      report_set(row, TO_64K, samples_ratio(&rate[who], &rate[BULK_CURL_64K]));
      report_set(row, CPU, samples_median(&cpu[who]));
      report_set(row, CPU_RATIO, samples_ratio(&cpu[who], &cpu[BULK_CURL]));
      if (who == BULK_OURS && goal.least_default > 0)
        report_least(row, TO_DEFAULT, goal.least_default);
      if (who == BULK_OURS && goal.least_64k > 0)
        report_least(row, TO_64K, goal.least_64k);
    }
  }
  /* Not before: the others' ratios are to one of them. */
  for (bulk_who who = 0; who < BULK_WHO; who++)
    samples_free(&rate[who]), samples_free(&cpu[who]);
}

void bulk_pictures(const report_table *table) {
  picture_bars(table, TO_DEFAULT,
               "Speed, in times of libcurl's with its default buffer: longer is better", RATE,
               " MB/s");
  picture_bars(table, TO_64K, "Speed, in times of libcurl's with 64 KB: longer is better", RATE,
               " MB/s");
  picture_bars(table, CPU, "CPU seconds for a GiB: shorter is better", -1, "");
}
