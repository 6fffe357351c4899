/* abort_ours.c - reqtask's trials; see abort.h. */
#include "abort.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>

typedef struct trial {
  atomic_bool headers, chunk;
  uint64_t entered_ns;
  reqtask_status status;
  uint32_t phase;
  sem_t done;
} trial;

static void on_headers(void *user, const reqtask_headers_event *ev) {
  (void)ev;
  atomic_store(&((trial *)user)->headers, true);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  (void)ev;
  atomic_store(&((trial *)user)->chunk, true);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  trial *t = user;
  t->entered_ns = now_ns();
  t->status = ev->status;
  t->phase = ev->phase;
  sem_post(&t->done);
}

static void keep(void *user) { (void)user; /* the body is the parent's and outlives the slice */ }

static uint32_t phase_code(abort_phase phase) {
  static const uint32_t codes[] = {
      REQTASK_PHASE_QUEUE, REQTASK_PHASE_RESOLVE, REQTASK_PHASE_CONNECT,
      REQTASK_PHASE_TLS,   REQTASK_PHASE_SEND,    REQTASK_PHASE_HEADERS,
      REQTASK_PHASE_BODY,  REQTASK_PHASE_BODY,    REQTASK_PHASE_BODY};
  return codes[phase];
}

static bool task_start(const abort_job *job, ours *o, unsigned number, trial *t, reqtask_id *id) {
  char url[128];
  abort_url(job, number, url, sizeof url);
  bool sends = job->phase == ABORT_SENDING;
  reqtask_request *request = ours_stream_request(sends ? "POST" : "GET", url);
  if (!request)
    return false;
  bool done =
      (!sends || reqtask_request_set_body(request, job->body, ABORT_BODY, NULL, keep) == 0) &&
      reqtask_create(o->client, request, id) == REQTASK_OK;
  reqtask_request_free(request);
  return done && reqtask_on_headers(*id, on_headers, t, NULL, NULL) == REQTASK_OK &&
         reqtask_on_chunk(*id, on_chunk, t, NULL, NULL) == REQTASK_OK &&
         reqtask_on_complete(*id, on_complete, t, NULL, NULL) == REQTASK_OK &&
         reqtask_start(*id) == REQTASK_OK;
}

static bool run_trial(const abort_job *job, ours *o, unsigned number, slice_out *out) {
  trial t = {.phase = REQTASK_PHASE_NONE};
  sem_init(&t.done, 0, 0);
  reqtask_id id = 0;
  abort_before before = abort_look(job);
  if (!task_start(job, o, number, &t, &id)) {
    snprintf(out->note, sizeof out->note, "start: %s", ours_error());
    return false;
  }
  bool reached = abort_reached(job, &before, &(abort_signs){&t.headers, &t.chunk});
  uint64_t called = now_ns();
  reqtask_status answer = reqtask_abort(id);
  uint64_t returned = now_ns();
  bool ended = ours_await(&t.done, 5000);
  reqtask_release(id);
  if (!reached || !ended || answer != REQTASK_OK || t.status != REQTASK_E_ABORTED) {
    snprintf(
        out->note, sizeof out->note,
        "trial %u: phase reached %d, abort answered %d, completed %d with status %d in phase %u",
        number, reached, answer, ended, t.status, t.phase);
    return false;
  }
  if (t.phase != phase_code(job->phase)) {
    out->value[0] += 1; /* ended in another phase: not a sample of this one */
    out->value[1] = t.phase;
  } else if (number >= ABORT_WARMUP) {
    slice_sample(out, 0, us_between(called, t.entered_ns));
    slice_sample(out, 1, us_between(called, returned));
  }
  sem_destroy(&t.done);
  return true;
}

bool abort_ours(const void *arg, slice_out *out) {
  const abort_job *job = arg;
  ours o;
  bool queued_phase = job->phase == ABORT_QUEUED;
  if (!ours_open(&o, job->queued, queued_phase ? 1 : 0))
    return false;
  static trial front; /* outlives this function when it fails half-way */
  reqtask_id front_id = 0;
  bool done = true;
  if (queued_phase) {
    sem_init(&front.done, 0, 0);
    abort_before before = abort_look(job);
    done = task_start(job, &o, 0, &front, &front_id) &&
           server_wait(&job->server->seen->heads_read, before.heads + 1);
  }
  for (unsigned i = 0; done && i < job->trials + ABORT_WARMUP; i++)
    done = run_trial(job, &o, i, out);
  if (queued_phase)
    reqtask_release(front_id);
  if (done)
    ours_close(&o);
  return done;
}
