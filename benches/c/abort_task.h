/* abort_task.h - a task of reqtask's on its way into a phase, for the trials that abort it. */
#ifndef BENCH_ABORT_TASK_H
#define BENCH_ABORT_TASK_H

#include "abort.h"
#include "peer_ours.h"

typedef struct abort_task {
  atomic_bool headers, chunk, completed;
  uint64_t entered_ns; /* its completion listener */
  reqtask_status status;
  uint32_t phase; /* in which it ended */
  sem_t done;
} abort_task;

/** Starts the task that goes into job->phase. t->done is initialised by the caller. */
bool abort_task_start(const abort_job *job, ours *o, unsigned number, abort_task *t,
                      reqtask_id *id);

/** The completion listener; user: an abort_task. */
void abort_task_completed(void *user, const reqtask_complete_event *ev);

/** The phase in reqtask's words. */
uint32_t abort_phase_code(abort_phase phase);

#endif
