/* abort_cronet.c - Cronet's trials: Cronet_UrlRequest_Cancel from the program's thread until its
 * on_canceled callback in the executor's; see abort.h. */
#include "abort.h"

#include "clock.h"
#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct trial {
  atomic_bool headers, chunk;
  uint64_t entered_ns;
  cronet_task task;
  cronet_body body;
  sem_t done;
} trial;

static void on_headers(void *user) { atomic_store(&((trial *)user)->headers, true); }

static void on_chunk(void *user, const void *data, size_t len) {
  (void)data, (void)len;
  atomic_store(&((trial *)user)->chunk, true);
}

static void on_end(void *user, const cronet_task *task) {
  trial *t = user;
  t->entered_ns = task->ended_ns;
  sem_post(&t->done);
}

static Cronet_UrlRequest *start(const abort_job *job, const cronet_peer *c, unsigned number,
                                trial *t) {
  char url[128];
  bool sends = job->phase == ABORT_SENDING;
  abort_url(job, number, url, sizeof url);
  if (job->phase == ABORT_TLS) /* or else it joins the handshake that the one before has left */
    snprintf(url, sizeof url, "https://t%u.localhost:%u/", number, job->server->mute_port);
  t->task = (cronet_task){.user = t,
                          .on_headers = on_headers,
                          .on_chunk = on_chunk,
                          .on_end = on_end,
                          .buffer = CRONET_BUFFER};
  t->body = (cronet_body){.bytes = job->body, .len = ABORT_BODY};
  Cronet_UrlRequestParams *params = cronet_params(c, sends ? "POST" : "GET");
  if (sends)
    cronet_body_set(c, params, &t->body);
  Cronet_UrlRequest *request = cronet_start(c, url, params, &t->task);
  cronet.UrlRequestParams_Destroy(params);
  return request;
}

static bool run_trial(const abort_job *job, const cronet_peer *c, unsigned number, trial *t,
                      slice_out *out) {
  sem_init(&t->done, 0, 0);
  abort_before before = abort_look(job);
  Cronet_UrlRequest *request = start(job, c, number, t);
  bool reached = request && abort_reached(job, &before, &(abort_signs){&t->headers, &t->chunk});
  /* A request that has ended by itself is gone. */
  if (!reached || sem_trywait(&t->done) == 0) {
    snprintf(out->note, sizeof out->note, "trial %u: phase reached %d, %s", number, reached,
             t->task.error);
    return false;
  }
  uint64_t called = now_ns();
  cronet.UrlRequest_Cancel(request);
  uint64_t returned = now_ns();
  bool ended = ours_await(&t->done, 5000);
  if (!ended || t->task.result != CRONET_CANCELED) {
    snprintf(out->note, sizeof out->note, "trial %u: ended %d, result %d, %s", number, ended,
             t->task.result, t->task.error);
    return false;
  }
  if (number >= ABORT_WARMUP) {
    slice_sample(out, 0, us_between(called, t->entered_ns));
    slice_sample(out, 1, us_between(called, returned));
  }
  return true;
}

bool abort_cronet(const void *arg, slice_out *out) {
  const abort_job *job = arg;
  static cronet_peer c; /* its threads may outlive this function when a trial fails */
  unsigned trials = job->trials + ABORT_WARMUP;
  /* Its upload may ask for bytes for a moment after the request was cancelled. */
  trial *each = calloc(trials, sizeof *each);
  if (!each || !cronet_peer_open(&c, false, out))
    return false;
  for (unsigned i = 0; i < trials; i++)
    if (!run_trial(job, &c, i, &each[i], out))
      return false;
  return true;
}
