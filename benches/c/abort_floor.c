/* abort_floor.c - what the machine itself takes to wake a thread that sleeps: the floor below which
 * no abort can come. See abort.h. */
#include "abort.h"

#include "clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct sleeper {
  abort_floor_kind kind;
  unsigned wakes;
  int pipe[2];
  atomic_uint word; /* counts the wakes asked for */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  uint64_t woken_ns;
  sem_t awake;
} sleeper;

static void sleep_until(sleeper *s, unsigned number) {
  char byte;
  switch (s->kind) {
  case ABORT_FLOOR_PIPE: {
    struct pollfd p = {s->pipe[0], POLLIN, 0};
    while (poll(&p, 1, -1) != 1)
      continue;
    s->woken_ns = now_ns();
    if (read(s->pipe[0], &byte, 1) != 1)
      s->woken_ns = 0;
    return;
  }
  case ABORT_FLOOR_FUTEX:
    while (atomic_load(&s->word) < number)
      syscall(SYS_futex, &s->word, FUTEX_WAIT_PRIVATE, number - 1, NULL, NULL, 0);
    break;
  case ABORT_FLOOR_CONDITION:
    pthread_mutex_lock(&s->lock);
    while (atomic_load(&s->word) < number)
      pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
    break;
  }
  s->woken_ns = now_ns();
}

static void *sleeping(void *arg) {
  sleeper *s = arg;
  for (unsigned number = 1; number <= s->wakes; number++) {
    sleep_until(s, number);
    sem_post(&s->awake);
  }
  return NULL;
}

static void wake(sleeper *s) {
  switch (s->kind) {
  case ABORT_FLOOR_PIPE:
    if (write(s->pipe[1], "", 1) != 1)
      perror("write");
    return;
  case ABORT_FLOOR_FUTEX:
    atomic_fetch_add(&s->word, 1);
    syscall(SYS_futex, &s->word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    return;
  case ABORT_FLOOR_CONDITION:
    pthread_mutex_lock(&s->lock);
    atomic_fetch_add(&s->word, 1);
    pthread_mutex_unlock(&s->lock);
    pthread_cond_signal(&s->changed);
    return;
  }
}

bool abort_floor(const void *arg, slice_out *out) {
  const abort_floor_job *job = arg;
  sleeper s = {.kind = job->kind,
               .wakes = job->trials + ABORT_WARMUP,
               .lock = PTHREAD_MUTEX_INITIALIZER,
               .changed = PTHREAD_COND_INITIALIZER};
  pthread_t thread;
  sem_init(&s.awake, 0, 0);
  if (pipe(s.pipe) != 0 || pthread_create(&thread, NULL, sleeping, &s) != 0)
    return false;
  for (unsigned i = 0; i < s.wakes; i++) {
    nap_us(1500); /* as long as a task is given to block in its phase */
    uint64_t called = now_ns();
    wake(&s);
    uint64_t returned = now_ns();
    while (sem_wait(&s.awake) != 0)
      continue;
    if (i < ABORT_WARMUP)
      continue;
    slice_sample(out, 0, us_between(called, s.woken_ns));
    slice_sample(out, 1, us_between(called, returned));
  }
  pthread_join(thread, NULL);
  return true;
}
