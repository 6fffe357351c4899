/* abort_free.c - how long an abort keeps the worker; see abort.h.
 *
 * The client has one worker. While the first task is in its phase, a second one waits in the queue:
 * a GET to a port where nobody listens, which needs a worker and ends as soon as it has one. From
 * the abort of the first to the completion of the second, the worker has torn the first down, taken
 * the second and run it; so the figure is a little more than what it is called.
 */
#include "abort.h"

#include "abort_task.h"
#include "clock.h"

#include <stdio.h>
#include <unistd.h>

/** A port of which nobody else takes hold: bound, and never listening. */
static unsigned closed_port(void) {
  unsigned port;
  close(server_listen(1, &port));
  return port;
}

static bool follower_start(ours *o, unsigned port, abort_task *t, reqtask_id *id) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
  reqtask_request *request = ours_stream_request("GET", url);
  bool done = request && reqtask_create(o->client, request, id) == REQTASK_OK;
  reqtask_request_free(request);
  return done && reqtask_on_complete(*id, abort_task_completed, t, NULL, NULL) == REQTASK_OK &&
         reqtask_start(*id) == REQTASK_OK;
}

static bool run_trial(const abort_job *job, ours *o, unsigned port, unsigned number,
                      slice_out *out) {
  abort_task first = {.phase = REQTASK_PHASE_NONE}, next = {.phase = REQTASK_PHASE_NONE};
  reqtask_id first_id = 0, next_id = 0;
  sem_init(&first.done, 0, 0);
  sem_init(&next.done, 0, 0);
  abort_before before = abort_look(job);
  if (!abort_task_start(job, o, number, &first, &first_id) ||
      !follower_start(o, port, &next, &next_id)) {
    snprintf(out->note, sizeof out->note, "start: %s", ours_error());
    return false;
  }
  bool reached = abort_reached(job, &before, &(abort_signs){&first.headers, &first.chunk});
  bool early = atomic_load(&next.completed);
  uint64_t called = now_ns();
  reqtask_status answer = reqtask_abort(first_id);
  bool ended = ours_await(&first.done, 5000) && ours_await(&next.done, 5000);
  reqtask_release(first_id);
  reqtask_release(next_id);
  if (!reached || !ended || answer != REQTASK_OK || next.status != REQTASK_E_CONNECT) {
    snprintf(out->note, sizeof out->note,
             "trial %u: phase reached %d, abort answered %d, completed %d, the next with status %d",
             number, reached, answer, ended, next.status);
    return false;
  }
  if (early) {
    out->value[ABORT_HELD_NONE] += 1;
  } else if (first.phase != abort_phase_code(job->phase)) {
    out->value[ABORT_ASTRAY] += 1;
    out->value[ABORT_ASTRAY_PHASE] = first.phase;
  } else if (number >= ABORT_WARMUP) {
    slice_sample(out, 0, us_between(called, next.entered_ns));
  }
  sem_destroy(&first.done);
  sem_destroy(&next.done);
  return true;
}

bool abort_free(const void *arg, slice_out *out) {
  const abort_job *job = arg;
  ours o;
  unsigned port = closed_port();
  if (!ours_open(&o, job->queued, 1))
    return false;
  for (unsigned i = 0; i < job->trials + ABORT_WARMUP; i++)
    if (!run_trial(job, &o, port, i, out))
      return false;
  ours_close(&o);
  return true;
}
