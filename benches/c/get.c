/* get.c - the GET section: peers in turn, interleaved, 1, 8 and 64 at once; see get.h. */
#include "get.h"

#include "budget.h"
#include "machine.h"
#include "nginx.h"
#include "peer_cronet.h"
#include "peer_curl.h"
#include "peer_ureq.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>

static const char *const figure[] = {
    "requests/s",     "requests/s to libcurl", "requests/s to Cronet", "CPU µs per request",
    "CPU to libcurl", "instructions/request",  "system calls/request"};
enum { RATE, RATE_RATIO, TO_CRONET, CPU, CPU_RATIO, INSTRUCTIONS, CALLS };

/** What one width found. */
typedef struct found {
  samples rate[GET_WHO], cpu[GET_WHO];
  double instructions[GET_WHO], calls[GET_WHO];
} found;

static bool takes_part(get_who who, unsigned at_once) {
  switch (who) {
  case GET_OURS_WAIT:
    return at_once == 1;
  case GET_CURL_EASY:
    return at_once == 1 && curl_peer_here();
  case GET_CURL_POLL:
    return curl_peer_here();
  case GET_CURL_EPOLL:
    return at_once > 1 && curl_peer_here();
  case GET_CRONET:
    return cronet_peer_here();
  case GET_UREQ:
    return ureq_peer_here();
  default:
    return true;
  }
}

static bool is_curl(get_who who) {
  return who == GET_CURL_EASY || who == GET_CURL_POLL || who == GET_CURL_EPOLL;
}

/** Under valgrind a run takes seconds, so quick mode counts the instructions of those that are
 * judged or compared with. System calls are counted for all. */
static void count(found *of, get_job *job, bool full) {
  for (job->who = 0; job->who < GET_WHO; job->who++) {
    of->instructions[job->who] = of->calls[job->who] = (double)NAN;
    if (!takes_part(job->who, job->at_once))
      continue;
    if (machine_has("valgrind") && (full || job->who == GET_OURS || job->who == GET_CURL_POLL))
      of->instructions[job->who] = get_instructions(job, full);
    if (machine_has("strace"))
      of->calls[job->who] = get_calls(job);
  }
}

static void measure(found *of, get_job *job, const budget *share, unsigned rounds,
                    const char *what) {
  char name[96];
  for (unsigned round = 0; budget_round(share, round, rounds); round++)
    for (job->who = 0; job->who < GET_WHO; job->who++) {
      if (!takes_part(job->who, job->at_once))
        continue;
      snprintf(name, sizeof name, "%s, %s", what, get_name[job->who]);
      const slice_out *out = slice_run(name, get_function(job->who), job, 20);
      if (!out || out->value[GET_REQUESTS] < 1) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples_add(&of->rate[job->who], out->value[GET_REQUESTS] / out->value[GET_SECONDS]);
      samples_add(&of->cpu[job->who], out->value[GET_CPU_US] / out->value[GET_REQUESTS]);
    }
}

/** With which of libcurl's loops to compare: its easy interface at 1 at once, else the faster. */
static get_who fastest_curl(const found *of, unsigned at_once) {
  if (at_once == 1)
    return GET_CURL_EASY;
  return samples_median(&of->rate[GET_CURL_EPOLL]) > samples_median(&of->rate[GET_CURL_POLL])
             ? GET_CURL_EPOLL
             : GET_CURL_POLL;
}

/** And for CPU, the cheapest. */
static get_who cheapest_curl(const found *of) {
  get_who cheapest = GET_CURL_POLL;
  for (get_who who = 0; who < GET_WHO; who++)
    if (is_curl(who) && samples_median(&of->cpu[who]) < samples_median(&of->cpu[cheapest]))
      cheapest = who;
  return cheapest;
}

static void add_row(report_table *table, const char *what, const found *of, get_who who,
                    unsigned at_once) {
  get_who fastest = fastest_curl(of, at_once), cheapest = cheapest_curl(of);
  report_row *row = report_add(table, what, get_name[who]);
  report_set(row, RATE, samples_median(&of->rate[who]));
  report_set(row, RATE_RATIO, samples_ratio(&of->rate[who], &of->rate[fastest]));
  report_set(row, TO_CRONET, samples_ratio(&of->rate[who], &of->rate[GET_CRONET]));
  report_set(row, CPU, samples_median(&of->cpu[who]));
  report_set(row, CPU_RATIO, samples_ratio(&of->cpu[who], &of->cpu[cheapest]));
  report_set(row, INSTRUCTIONS, of->instructions[who]);
  report_set(row, CALLS, of->calls[who]);
  if (who != GET_OURS)
    return;
  report_least(row, RATE_RATIO, at_once == 1 ? 1.25 : 1.5);
  report_least(row, TO_CRONET, 1);
  report_limit(row, CPU_RATIO, 0.8);
  report_limit(row, INSTRUCTIONS, 36000);
  report_limit(row, CALLS, 4);
}

static void run_width(report_table *table, get_job *job, const budget *width, bool full) {
  static found of;
  char what[48];
  of = (found){.instructions = {0}};
  snprintf(what, sizeof what, "GET, %u at once", job->at_once);
  count(&of, job, full);
  budget rest = budget_rest(width);
  measure(&of, job, &rest, full ? 9 : 5, what);
  for (get_who who = 0; who < GET_WHO; who++) {
    if (of.rate[who].count > 0)
      add_row(table, what, &of, who, job->at_once);
  }
  for (int who = 0; who < GET_WHO; who++)
    samples_free(&of.rate[who]), samples_free(&of.cpu[who]);
}

static void say_who_is_missing(void) {
  if (!machine_has("valgrind"))
    report_note("instructions: skipped, valgrind is not there");
  if (!machine_has("strace"))
    report_note("system calls: skipped, strace is not there");
  if (!curl_peer_here())
    report_note("libcurl: skipped, its headers were not there to build with "
                "(apt-get install libcurl4-openssl-dev)");
  ureq_peer_note();
}

static void run_widths(unsigned port, bool full) {
  report_table *table = report_begin("P1", "get", "Small keep-alive GET, the whole task", figure,
                                     (int)(sizeof figure / sizeof *figure));
  static const unsigned widths[] = {1, 8, 64};
  enum { WIDTHS = sizeof widths / sizeof *widths };
  for (unsigned i = 0; i < WIDTHS; i++) {
    get_job job = {.at_once = widths[i], .port = port};
    budget width = budget_share(WIDTHS - i);
    job.warmup = 20 * widths[i];
    job.limit_ms = full ? 2000 : 300;
    run_width(table, &job, &width, full);
  }
  say_who_is_missing();
  report_print(table);
  picture_bars(table, RATE_RATIO, "Requests per second, in times of libcurl's: longer is better",
               RATE, "/s");
  picture_bars(table, CPU_RATIO, "CPU time per request, in times of libcurl's: shorter is better",
               CPU, " µs");
  picture_bars(table, INSTRUCTIONS, "Instructions per request: shorter is better", -1, "");
  picture_bars(table, CALLS, "System calls per request: shorter is better", -1, "");
  report_note("GET: \"reqtask, direct\" starts the next request in its completion listener, as a "
              "program that uses the library would; with \"main thread waits\", which is judged by "
              "no target, the main thread sleeps until each is complete and then starts the next, "
              "so each takes two changes of threads that the others do not have");
  report_note("GET: requests/s compare with libcurl easy at 1 at once and with the faster of "
              "libcurl multi's two loops at 8 and 64; CPU with the cheapest of all of libcurl's");
  report_note("GET: instructions are those of user space by callgrind, system calls those that "
              "strace -f counts; each is the difference of two runs, without their start and end");
  if (cronet_peer_here())
    report_note("GET: Cronet opens 6 connections to a host at most, as browsers do");
  if (ureq_peer_here())
    report_note("GET: ureq is a Rust program of its own, with a thread for each request at once; "
                "its pool may keep as many connections, all else is its default");
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
