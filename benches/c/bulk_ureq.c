/* bulk_ureq.c - a download through ureq; see bulk.h and peer_ureq.h. */
#include "bulk.h"

#include "peer_ureq.h"

#include <stdio.h>

bool bulk_ureq(const void *arg, slice_out *out) {
  const bulk_job *job = arg;
  char url[128], words[160];
  ureq_result result;
  bulk_url(job, url, sizeof url);
  snprintf(words, sizeof words, "download %s", url);
  if (!ureq_peer_run(words, &result, out))
    return false;
  out->value[BULK_SECONDS] = result.seconds;
  out->value[BULK_CPU_US] = result.cpu_us;
  if ((uint64_t)result.bytes == job->bytes)
    return true;
  snprintf(out->note, sizeof out->note, "%.0f bytes", result.bytes);
  return false;
}
