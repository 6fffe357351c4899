/* abort_phase.c - the ways into each phase, the same for every peer; see abort.h. */
#include "abort.h"

#include "clock.h"

#include <stdio.h>

void abort_url(const abort_job *job, unsigned trial, char *out, size_t room) {
  const server *s = job->server;
  switch (job->phase) {
  case ABORT_RESOLVING:
    snprintf(out, room, "http://silent%u.bench.test/", trial % 8);
    return;
  case ABORT_CONNECTING:
    snprintf(out, room, "http://127.0.0.1:%u/", job->full_port);
    return;
  case ABORT_TLS:
    snprintf(out, room, "https://127.0.0.1:%u/", s->mute_port);
    return;
  case ABORT_SENDING:
    snprintf(out, room, "http://127.0.0.1:%u/", s->mute_port);
    return;
  case ABORT_QUEUED:
  case ABORT_HEADERS:
    snprintf(out, room, "http://127.0.0.1:%u/silent", s->http_port);
    return;
  case ABORT_IDLE_LINGERING:
  case ABORT_IDLE_PARKED:
    snprintf(out, room, "http://127.0.0.1:%u/stream", s->http_port);
    return;
  case ABORT_FLOOD:
    snprintf(out, room, "http://127.0.0.1:%u/flood", s->http_port);
    return;
  }
}

abort_before abort_look(const abort_job *job) {
  return (abort_before){atomic_load(&job->server->seen->mute_heard),
                        atomic_load(&job->server->seen->heads_read)};
}

static bool flag_wait(const atomic_bool *flag) {
  uint64_t end = now_ns() + 2000000000u;
  while (!atomic_load(flag)) {
    if (now_ns() > end)
      return false;
    nap_us(50);
  }
  return true;
}

bool abort_reached(const abort_job *job, const abort_before *before, const abort_signs *signs) {
  const server_seen *seen = job->server->seen;
  bool reached = true;
  /* Then time for the worker to block; the completion event tells the phase, so a task that was
   * elsewhere is noticed. */
  unsigned settle_us = 1500;
  switch (job->phase) {
  case ABORT_QUEUED:
    settle_us = 200;
    break;
  case ABORT_RESOLVING:
  case ABORT_CONNECTING:
    break;
  case ABORT_TLS:
  case ABORT_SENDING:
    reached = server_wait(&seen->mute_heard, before->mute + 1);
    break;
  case ABORT_HEADERS:
    reached = server_wait(&seen->heads_read, before->heads + 1);
    break;
  case ABORT_IDLE_LINGERING:
    reached = flag_wait(signs->headers);
    settle_us = 1000;
    break;
  case ABORT_IDLE_PARKED:
    /* A worker waits for a stream's next chunk for a few milliseconds before it parks it. */
    reached = flag_wait(signs->headers);
    settle_us = 15000;
    break;
  case ABORT_FLOOD:
    reached = flag_wait(signs->chunk);
    break;
  }
  nap_us(settle_us);
  return reached;
}
