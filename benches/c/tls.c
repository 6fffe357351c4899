/* tls.c - P6: a large download and handshakes over TLS 1.3; see tls.h and bulk.h. */
#include "tls.h"

#include "bulk.h"
#include "peer_cronet.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <stdio.h>

static const char *const figure[] = {"handshakes/s", "handshakes/s to libcurl", "CPU µs each",
                                     "CPU to libcurl"};
enum { RATE, RATE_RATIO, CPU, CPU_RATIO };

static const char *const name_of[TLS_WHO] = {"reqtask, direct", "libcurl easy", "Cronet"};
static const slice_fn function_of[TLS_WHO] = {tls_ours, tls_curl, tls_cronet};

static void run_case(report_table *table, const char *what, tls_job job, const budget *share,
                     unsigned most) {
  samples rate[TLS_WHO] = {{0}}, cpu[TLS_WHO] = {{0}};
  char name[96];
  for (unsigned round = 0; budget_round(share, round, most); round++)
    for (job.who = 0; job.who < TLS_WHO; job.who++) {
      if (job.who == TLS_CURL ? !curl_peer_here() : job.who == TLS_CRONET && !cronet_trusts())
        continue;
      snprintf(name, sizeof name, "%s, %s", what, name_of[job.who]);
      const slice_out *out = slice_run(name, function_of[job.who], &job, 20);
      if (!out || out->value[TLS_COUNT] < 1) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples_add(&rate[job.who], out->value[TLS_COUNT] / out->value[TLS_SECONDS]);
      samples_add(&cpu[job.who], out->value[TLS_CPU_US] / out->value[TLS_COUNT]);
    }
  for (tls_who who = 0; who < TLS_WHO; who++) {
    if (rate[who].count > 0) {
      report_row *row = report_add(table, what, name_of[who]);
      report_set(row, RATE, samples_median(&rate[who]));
      report_set(row, RATE_RATIO, samples_ratio(&rate[who], &rate[TLS_CURL]));
      report_set(row, CPU, samples_median(&cpu[who]));
      report_set(row, CPU_RATIO, samples_ratio(&cpu[who], &cpu[TLS_CURL]));
      if (who == TLS_OURS) {
        report_least(row, RATE_RATIO, 1.0);
        report_limit(row, CPU_RATIO, 1.0);
      }
    }
  }
  /* Not before: the others' ratios are to one of them. */
  for (tls_who who = 0; who < TLS_WHO; who++)
    samples_free(&rate[who]), samples_free(&cpu[who]);
}

void tls_section(const server *from, bool full) {
  (void)from;
  tls_server s;
  unsigned most = full ? 15 : 7;
  bulk_job file = {.path = "/file", .bytes = full ? 1u << 30 : 128u << 20};
  if (!tls_server_start(&s, file.bytes)) {
    report_note("TLS: skipped, nginx or openssl is not there or does not work");
    return;
  }
  report_note("TLS: nginx, one process, allows %s, and nothing else", tls_parameters);
  report_table *downloads =
      bulk_begin("P6", "tls", "A large download over TLS 1.3: 1 GiB, in quick mode 128 MiB");
  budget share = budget_share(2);
  file.port = s.web.port;
  file.authority = s.authority;
  bulk_case(downloads, "content-length, nginx", file, (bulk_goal){.least_default = 1.0}, &share,
            most);
  report_print(downloads);
  bulk_pictures(downloads);
  report_table *table =
      report_begin("P6", "handshakes", "TLS 1.3 handshakes, each with a small GET, one at a time",
                   figure, (int)(sizeof figure / sizeof *figure));
  tls_job job = {.authority = s.authority, .limit_ms = full ? 2000 : 350};
  job.port = s.full_port;
  share = budget_share(2);
  run_case(table, "full handshake", job, &share, most);
  job.port = s.resumed_port;
  job.resumed = true;
  share = budget_share(1);
  run_case(table, "resumed session", job, &share, most);
  cronet_trust_note();
  report_print(table);
  picture_bars(table, RATE_RATIO, "Handshakes per second, in times of libcurl's: longer is better",
               RATE, "/s");
  picture_bars(table, CPU_RATIO, "CPU time of each, in times of libcurl's: shorter is better", CPU,
               " µs");
  nginx_stop(&s.web);
}
