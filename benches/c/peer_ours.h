/* peer_ours.h - a reqtask client as the benchmark uses it: with direct or queued delivery, and a
 * thread that dispatches. */
#ifndef BENCH_PEER_OURS_H
#define BENCH_PEER_OURS_H

#include <pthread.h>
#include <reqtask.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ours {
  reqtask_client *client;
  bool queued;
  pthread_t pump;
  atomic_bool stop;
} ours;

/** workers_max 0: the default. *o must not move until ours_close. */
bool ours_open(ours *o, bool queued, uint64_t workers_max);

/** The same for https, trusting the certificates in a PEM file too; NULL: none. */
bool ours_open_trusting(ours *o, bool queued, uint64_t workers_max, const char *authority);
void ours_close(ours *o);

/** A request without a total timeout that does not keep its body: a stream. NULL: failed, and said
 * so. */
reqtask_request *ours_stream_request(const char *method, const char *url);

/** sem_wait with a limit. */
bool ours_await(sem_t *sem, unsigned limit_ms);

/** The sentence for this thread's latest failure; static. */
const char *ours_error(void);

#endif
