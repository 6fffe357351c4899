/* upload.c - P11: large uploads, and how soon an early refusal is heard; see upload.h. */
#include "upload.h"

#include "blaster.h"
#include "budget.h"
#include "clock.h"
#include "peer_cronet.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const figure[] = {"MB/s", "MB/s to libcurl", "CPU s/GiB", "CPU to libcurl"};
enum { RATE, RATE_RATIO, CPU, CPU_RATIO };
static const char *const refused_figure[] = {"MiB sent", "ms until heard"};
enum { SENT, HEARD };

static const char *const name_of[UPLOAD_WHO] = {"bare socket loop", "reqtask, direct",
                                                "libcurl easy",     "libcurl easy, 512 KB",
                                                "Cronet",           "Cronet, direct"};
static const slice_fn function_of[UPLOAD_WHO] = {upload_bare, upload_ours,   upload_curl,
                                                 upload_curl, upload_cronet, upload_cronet};

const char *upload_bytes(const upload_job *job) {
  char *bytes = malloc(job->bytes);
  if (bytes)
    memset(bytes, 'u', job->bytes);
  return bytes;
}

bool upload_heard(const upload_job *job, unsigned status, const char *body, slice_out *out) {
  char want[32];
  snprintf(want, sizeof want, "%llu", (unsigned long long)job->bytes);
  if (job->refused ? status == 413 : status == 200 && strcmp(body, want) == 0)
    return true;
  snprintf(out->note, sizeof out->note, "status %u, answer \"%s\"", status, body);
  return false;
}

static const slice_out *run_one(const char *what, const upload_job *job) {
  char name[96];
  if (job->who >= UPLOAD_CRONET ? !cronet_peer_here()
                                : job->who >= UPLOAD_CURL && !curl_peer_here())
    return NULL;
  snprintf(name, sizeof name, "%s, %s", what, name_of[job->who]);
  const slice_out *out = slice_run(name, function_of[job->who], job, 30);
  if (!out)
    report_note("%s: a slice failed", name);
  return out;
}

static void run_case(report_table *table, const char *what, upload_job job, const budget *share,
                     unsigned most) {
  samples rate[UPLOAD_WHO] = {{0}}, cpu[UPLOAD_WHO] = {{0}};
  for (unsigned round = 0; budget_round(share, round, most); round++)
    for (job.who = 0; job.who < UPLOAD_WHO; job.who++) {
      const slice_out *out = run_one(what, &job);
      if (!out)
        continue;
      samples_add(&rate[job.who], (double)job.bytes / 1e6 / out->value[UPLOAD_SECONDS]);
      samples_add(&cpu[job.who],
                  out->value[UPLOAD_CPU_US] / 1e6 / (double)job.bytes * (double)(1u << 30));
    }
  for (upload_who who = 0; who < UPLOAD_WHO; who++) {
    if (rate[who].count > 0) {
      report_row *row = report_add(table, what, name_of[who]);
      report_set(row, RATE, samples_median(&rate[who]));
      report_set(row, RATE_RATIO, samples_ratio(&rate[who], &rate[UPLOAD_CURL]));
      report_set(row, CPU, samples_median(&cpu[who]));
      report_set(row, CPU_RATIO, samples_ratio(&cpu[who], &cpu[UPLOAD_CURL]));
      if (who == UPLOAD_OURS) {
        report_least(row, RATE_RATIO, 1.0);
        report_limit(row, CPU_RATIO, 0.95);
      }
    }
  }
  /* Not before: the others' ratios are to one of them. */
  for (upload_who who = 0; who < UPLOAD_WHO; who++)
    samples_free(&rate[who]), samples_free(&cpu[who]);
}

/** Waits until the server has seen the refused client stop; the bytes that came from it, negative:
 * it did not. */
static double sent_to(const blaster *b, unsigned refused, unsigned long long bytes) {
  if (!server_wait(&b->seen->refused, refused + 1))
    return -1;
  return (double)(atomic_load(&b->seen->refused_bytes) - bytes);
}

static void run_refused(report_table *table, const blaster *b, upload_job job, const budget *share,
                        unsigned most) {
  samples sent[UPLOAD_WHO] = {{0}}, heard[UPLOAD_WHO] = {{0}};
  static const char what[] = "refused with 413 after its head";
  for (unsigned round = 0; budget_round(share, round, most); round++)
    for (job.who = UPLOAD_OURS; job.who < UPLOAD_WHO; job.who++) {
      unsigned refused = atomic_load(&b->seen->refused);
      unsigned long long bytes = atomic_load(&b->seen->refused_bytes);
      const slice_out *out = run_one(what, &job);
      double came = out ? sent_to(b, refused, bytes) : -1;
      if (came < 0)
        continue;
      samples_add(&sent[job.who], came / (1 << 20));
      samples_add(&heard[job.who], out->value[UPLOAD_SECONDS] * 1e3);
    }
  for (upload_who who = 0; who < UPLOAD_WHO; who++) {
    if (sent[who].count > 0) {
      report_row *row = report_add(table, what, name_of[who]);
      report_set(row, SENT, samples_part(&sent[who], 1));
      report_set(row, HEARD, samples_median(&heard[who]));
      if (who == UPLOAD_OURS)
        report_limit(row, SENT, 4);
    }
    samples_free(&sent[who]), samples_free(&heard[who]);
  }
}

void upload_section(const server *from, bool full) {
  (void)from;
  blaster b;
  unsigned most = full ? 15 : 7;
  upload_job job = {.bytes = full ? 512u << 20 : 128u << 20};
  if (!blaster_start(&b)) {
    report_note("upload: skipped, its server did not start");
    return;
  }
  job.port = b.port;
  report_table *table =
      report_begin("P11", "upload", "A large upload: 512 MiB, in quick mode 128 MiB", figure,
                   (int)(sizeof figure / sizeof *figure));
  budget share = budget_share(3);
  run_case(table, "from memory", job, &share, most);
  job.progress = true;
  share = budget_share(2);
  run_case(table, "with progress events", job, &share, most);
  report_print(table);
  picture_bars(table, RATE_RATIO, "Speed, in times of libcurl's: longer is better", RATE, " MB/s");
  picture_bars(table, CPU_RATIO, "CPU time, in times of libcurl's: shorter is better", CPU,
               " s/GiB");
  table =
      report_begin("P11", "refused", "An upload that is refused at once: bytes until it is heard",
                   refused_figure, (int)(sizeof refused_figure / sizeof *refused_figure));
  job.progress = false;
  job.refused = true;
  share = budget_share(1);
  run_refused(table, &b, job, &share, 3 * most);
  report_print(table);
  picture_bars(table, SENT, "MiB sent before an early 413 was heard: shorter is better", HEARD,
               " ms");
  report_note("upload: MiB sent are the most of all rounds, as the server has counted them");
  blaster_stop(&b);
}
