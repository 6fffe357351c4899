/* abort_ours.c - reqtask's trials; see abort.h. */
#include "abort.h"

#include "abort_task.h"
#include "clock.h"

#include <stdio.h>

static bool run_trial(const abort_job *job, ours *o, unsigned number, slice_out *out) {
  abort_task t = {.phase = REQTASK_PHASE_NONE};
  sem_init(&t.done, 0, 0);
  reqtask_id id = 0;
  abort_before before = abort_look(job);
  if (!abort_task_start(job, o, number, &t, &id)) {
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
  if (t.phase != abort_phase_code(job->phase)) {
    out->value[ABORT_ASTRAY] += 1; /* ended in another phase: not a sample of this one */
    out->value[ABORT_ASTRAY_PHASE] = t.phase;
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
  static abort_task front; /* outlives this function when it fails half-way */
  reqtask_id front_id = 0;
  bool done = true;
  if (queued_phase) {
    sem_init(&front.done, 0, 0);
    abort_before before = abort_look(job);
    done = abort_task_start(job, &o, 0, &front, &front_id) &&
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
