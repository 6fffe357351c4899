/* get.c - the GET section: peers in turn, interleaved, 1, 8 and 64 at once; see get.h. */
#include "get.h"

#include "machine.h"
#include "nginx.h"
#include "peer_cronet.h"
#include "peer_curl.h"
#include "report.h"
#include "stats.h"

#include <stdio.h>

static const char *const figure[] = {
    "requests/s",           "requests/s to libcurl",   "CPU µs per request",  "CPU to libcurl",
    "instructions/request", "instructions to libcurl", "requests/s to Cronet"};
enum { RATE, RATE_RATIO, CPU, CPU_RATIO, INSTRUCTIONS, INSTRUCTIONS_RATIO, TO_CRONET };

static bool takes_part(get_who who, unsigned at_once) {
  if (who == GET_CURL_EASY)
    return at_once == 1;
  if (who == GET_CURL_POLL)
    return true;
  if (who == GET_CURL_EPOLL)
    return at_once > 1;
  if (who == GET_CRONET)
    return cronet_peer_here();
  return true;
}

static void run_width(report_table *table, get_job *job, bool full) {
  unsigned rounds = full ? 9 : 5;
  samples rate[GET_WHO] = {{0}}, cpu[GET_WHO] = {{0}};
  double instructions[GET_WHO] = {0};
  char what[48], name[96];
  snprintf(what, sizeof what, "GET, %u at once", job->at_once);
  for (unsigned round = 0; round < rounds; round++)
    for (job->who = 0; job->who < GET_WHO; job->who++) {
      if (!takes_part(job->who, job->at_once))
        continue;
      snprintf(name, sizeof name, "%s, %s", what, get_name[job->who]);
      const slice_out *out = slice_run(name, get_function(job->who), job, 20);
      if (!out || out->value[GET_REQUESTS] < 1) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples_add(&rate[job->who], out->value[GET_REQUESTS] / out->value[GET_SECONDS]);
      samples_add(&cpu[job->who], out->value[GET_CPU_US] / out->value[GET_REQUESTS]);
    }
  /* The faster of libcurl's two loops is the one to be measured against; with one at once, both its
   * easy interface, which is made for it, and the multi one are there to be seen. */
  get_who measure = job->at_once == 1 ? GET_CURL_EASY : GET_CURL_POLL;
  if (job->at_once > 1 &&
      samples_median(&cpu[GET_CURL_EPOLL]) < samples_median(&cpu[GET_CURL_POLL]))
    measure = GET_CURL_EPOLL;
  get_who limit = job->at_once == 1 ? GET_CURL_POLL : measure;
  /* Under valgrind a run takes seconds, so quick mode counts only those whose figures are judged.
   */
  if (machine_has("valgrind"))
    for (job->who = 0; job->who < GET_WHO; job->who++)
      if (rate[job->who].count > 0 && (full || job->who == GET_OURS || job->who == limit))
        instructions[job->who] = get_instructions(job);
  for (get_who who = 0; who < GET_WHO; who++) {
    if (rate[who].count > 0) {
      report_row *row = report_add(table, what, get_name[who]);
      report_set(row, RATE, samples_median(&rate[who]));
      report_set(row, CPU, samples_median(&cpu[who]));
      report_set(row, RATE_RATIO, samples_ratio(&rate[who], &rate[measure]));
      report_set(row, CPU_RATIO, samples_ratio(&cpu[who], &cpu[limit]));
      if (instructions[who] > 0) {
        report_set(row, INSTRUCTIONS, instructions[who]);
        if (instructions[limit] > 0)
          report_set(row, INSTRUCTIONS_RATIO, instructions[who] / instructions[limit]);
      }
      report_set(row, TO_CRONET, samples_ratio(&rate[who], &rate[GET_CRONET]));
      if (who == GET_OURS && rate[GET_CRONET].count > 0)
        report_least(row, TO_CRONET, 1.0);
      if (who == GET_OURS)
        report_limit(row, CPU_RATIO, 1.0);
    }
  }
  for (int who = 0; who < GET_WHO; who++)
    samples_free(&rate[who]), samples_free(&cpu[who]);
}

static void run_widths(unsigned port, bool full) {
  report_table *table = report_begin("P1", "get", "Small keep-alive GET, the whole task", figure,
                                     (int)(sizeof figure / sizeof *figure));
  static const unsigned widths[] = {1, 8, 64};
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
    get_job job = {.at_once = widths[i], .port = port};
    job.warmup = 20 * widths[i];
    job.limit_ms = full ? 2000 : 350;
    run_width(table, &job, full);
  }
  if (!machine_has("valgrind"))
    report_note("instructions: skipped, valgrind is not there");
  if (!curl_peer_here())
    report_note("libcurl: skipped, its headers were not there to build with "
                "(apt-get install libcurl4-openssl-dev)");
  if (cronet_peer_here())
    report_note("GET: Cronet opens 6 connections to a host at most, as browsers do");
  report_print(table);
  report_note("GET: requests/s compare with libcurl easy at 1 at once and with the cheaper of "
              "libcurl multi's two loops at 8 and 64; CPU and instructions always with multi");
}

void get_section(const server *from, bool full) {
  nginx web = {0};
  if (nginx_start(&web)) {
    report_note("GET: the server is nginx, one process");
    run_widths(web.port, full);
    nginx_stop(&web);
  } else {
    report_note("GET: nginx is not there, so the server is the benchmark's own");
    run_widths(from->http_port, full);
  }
}
