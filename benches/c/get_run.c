/* get_run.c - what all peers of the GET section share: warm-up, measurement, check; see get.h. */
#include "get.h"

#include "clock.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

const char *const get_name[GET_WHO] = {
    "bare socket loop",     "reqtask, direct", "reqtask, main thread waits",
    "reqtask, queued",      "libcurl easy",    "libcurl multi, poll",
    "libcurl multi, epoll", "Cronet",          "ureq"};
const char *const get_word[GET_WHO] = {"bare", "ours",  "wait",   "queued", "easy",
                                       "poll", "epoll", "cronet", "ureq"};

static bool series_run(const get_job *job, unsigned count, get_series series, void *peer,
                       get_run *run, slice_out *out) {
  *run = (get_run){.count = count, .end_ns = now_ns() + (uint64_t)job->limit_ms * 1000000u};
  if (!series(peer, run)) {
    if (!out->note[0])
      snprintf(out->note, sizeof out->note, "stopped after %u requests", run->finished);
    return false;
  }
  if (run->bytes == (uint64_t)run->finished * GET_BODY)
    return true;
  snprintf(out->note, sizeof out->note, "%llu body bytes in %u answers",
           (unsigned long long)run->bytes, run->finished);
  return false;
}

bool get_measure(const get_job *job, get_series series, void *peer, slice_out *out) {
  get_run run;
  if (job->warmup > 0 && !series_run(job, job->warmup, series, peer, &run, out))
    return false;
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  if (!series_run(job, job->count ? job->count : UINT_MAX, series, peer, &run, out))
    return false;
  out->value[GET_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[GET_CPU_US] = cpu_us() - cpu;
  out->value[GET_REQUESTS] = run.finished;
  return true;
}

slice_fn get_function(get_who who) {
  switch (who) {
  case GET_BARE:
    return get_bare;
  case GET_OURS:
  case GET_OURS_WAIT:
  case GET_OURS_QUEUED:
    return get_ours;
  case GET_CRONET:
    return get_cronet;
  case GET_UREQ:
    return get_ureq;
  default:
    return get_curl;
  }
}

bool get_fixed(const char *word, unsigned at_once, unsigned count, unsigned port) {
  static slice_out out;
  get_job job = {.at_once = at_once, .port = port, .count = count, .limit_ms = 60000};
  for (job.who = 0; job.who < GET_WHO; job.who++)
    if (strcmp(get_word[job.who], word) == 0) {
      bool done = get_function(job.who)(&job, &out) && out.value[GET_REQUESTS] >= count;
      if (!done)
        fprintf(stderr, "bench: %s: %s\n", word, out.note);
      return done;
    }
  return false;
}
