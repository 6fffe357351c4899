/* tls_run.c - what all peers of the handshakes share: warm-up, measurement, check; see tls.h. */
#include "tls.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

/** nginx says "r" for a resumed session and "." for a new one. */
static bool right(const tls_job *job, const char *answer) {
  char resumed[8], version[16], cipher[64];
  return sscanf(answer, "%7s %15s %63s", resumed, version, cipher) == 3 &&
         strcmp(resumed, job->resumed ? "r" : ".") == 0 && strcmp(version, "TLSv1.3") == 0 &&
         strstr(tls_parameters, cipher);
}

bool tls_measure(const tls_job *job, tls_ask ask, void *peer, slice_out *out) {
  char answer[TLS_ANSWER_MOST] = "";
  for (unsigned i = 0; i < TLS_WARMUP; i++)
    if (!ask(peer, answer))
      goto failed;
  double cpu = cpu_us();
  uint64_t begin = now_ns(), end = begin + (uint64_t)job->limit_ms * 1000000u;
  unsigned count = 0;
  for (; now_ns() < end; count++)
    if (!ask(peer, answer) || !right(job, answer))
      goto failed;
  out->value[TLS_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[TLS_CPU_US] = cpu_us() - cpu;
  out->value[TLS_COUNT] = count;
  return true;
failed:
  if (!out->note[0])
    snprintf(out->note, sizeof out->note, "the last answer was \"%s\"", answer);
  return false;
}
