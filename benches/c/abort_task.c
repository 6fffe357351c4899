/* abort_task.c - see abort_task.h. */
#include "abort_task.h"

#include "clock.h"

static void on_headers(void *user, const reqtask_headers_event *ev) {
  (void)ev;
  atomic_store(&((abort_task *)user)->headers, true);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  (void)ev;
  atomic_store(&((abort_task *)user)->chunk, true);
}

void abort_task_completed(void *user, const reqtask_complete_event *ev) {
  abort_task *t = user;
  t->entered_ns = now_ns();
  t->status = ev->status;
  t->phase = ev->phase;
  atomic_store(&t->completed, true);
  sem_post(&t->done);
}

static void keep(void *user) { (void)user; /* the body is the parent's and outlives the slice */ }

uint32_t abort_phase_code(abort_phase phase) {
  static const uint32_t codes[] = {
      REQTASK_PHASE_QUEUE, REQTASK_PHASE_RESOLVE, REQTASK_PHASE_CONNECT,
      REQTASK_PHASE_TLS,   REQTASK_PHASE_SEND,    REQTASK_PHASE_HEADERS,
      REQTASK_PHASE_BODY,  REQTASK_PHASE_BODY,    REQTASK_PHASE_BODY};
  return codes[phase];
}

bool abort_task_start(const abort_job *job, ours *o, unsigned number, abort_task *t,
                      reqtask_id *id) {
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
         reqtask_on_complete(*id, abort_task_completed, t, NULL, NULL) == REQTASK_OK &&
         reqtask_start(*id) == REQTASK_OK;
}
