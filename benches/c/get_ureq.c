/* get_ureq.c - GETs through ureq; see get.h and peer_ureq.h. */
#include "get.h"

#include "peer_ureq.h"

#include <stdio.h>

bool get_ureq(const void *arg, slice_out *out) {
  const get_job *job = arg;
  char words[96];
  ureq_result result;
  snprintf(words, sizeof words, "get %u %u %u %u %u", job->port, job->at_once, job->warmup,
           job->count, job->limit_ms);
  if (!ureq_peer_run(words, &result, out))
    return false;
  out->value[GET_REQUESTS] = result.requests;
  out->value[GET_SECONDS] = result.seconds;
  out->value[GET_CPU_US] = result.cpu_us;
  double missing = result.requests * GET_BODY - result.bytes;
  if (missing < 0.5 && missing > -0.5)
    return true;
  snprintf(out->note, sizeof out->note, "%.0f body bytes in %.0f answers", result.bytes,
           result.requests);
  return false;
}
