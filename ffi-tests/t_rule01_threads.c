/* Rule 1: any function from any thread, at the same time as any other. */
#include "world.h"

enum { THREADS = 6, EACH = 20 };

typedef struct job {
  world *w;
  task *tasks[EACH];
  unsigned seed;
} job;

static void *work(void *arg) {
  job *j = arg;
  for (int i = 0; i < EACH; i++) {
    task *t = task_make(j->w, request_new("GET", url_on("http", "/chunked/3000?size=500")));
    j->tasks[i] = t;
    task_start(t);
    j->seed = j->seed * 1103515245u + 12345u;
    switch (j->seed >> 16 & 7) {
    case 0:
      reqtask_abort(t->id); /* may be too late */
      break;
    case 1:
      CHECK_OK(reqtask_pause(t->id));
      CHECK_OK(reqtask_resume(t->id));
      break;
    case 2:
      CHECK_OK(reqtask_off(t->id, REQTASK_EVENT_PROGRESS, 0, 0));
      break;
    case 3: {
      const reqtask_response *response = NULL;
      if (reqtask_response_get(t->id, &response) == REQTASK_OK)
        reqtask_response_free(response);
      break;
    }
    default:
      break;
    }
  }
  return NULL;
}

static void many_threads_one_client(delivery how) {
  world *w = world_open(how);
  job jobs[THREADS];
  pthread_t threads[THREADS];
  for (unsigned i = 0; i < THREADS; i++) {
    jobs[i] = (job){.w = w, .seed = i + 1};
    NEED(pthread_create(&threads[i], NULL, work, &jobs[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  for (int i = 0; i < THREADS; i++)
    for (int k = 0; k < EACH; k++) {
      reqtask_status end = await_complete(jobs[i].tasks[k]);
      CHECK(end == REQTASK_OK || end == REQTASK_E_ABORTED);
    }
  world_close(w);
}

typedef struct watcher {
  reqtask_id id;
  atomic_bool *stop;
} watcher;

/* Calls everything that is harmless on an id that another thread lives with. */
static void *pester(void *arg) {
  watcher *me = arg;
  while (!atomic_load(me->stop)) {
    reqtask_pause(me->id);
    reqtask_resume(me->id);
    const reqtask_response *response = NULL;
    if (reqtask_response_get(me->id, &response) == REQTASK_OK) {
      reqtask_response_info info = {.struct_size = sizeof info};
      reqtask_timing timing = {.struct_size = sizeof timing};
      CHECK_OK(reqtask_response_read(response, &info));
      CHECK_OK(reqtask_response_timing(response, &timing));
      reqtask_response_free(response);
    }
    reqtask_wait(me->id, 0);
    reqtask_off(me->id, REQTASK_EVENT_CHUNK, 987654321, 0);
  }
  return NULL;
}

static void reading_while_it_runs(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/chunked/3000000?size=3000")));
  atomic_bool stop = false;
  watcher me = {t->id, &stop};
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    NEED(pthread_create(&threads[i], NULL, pester, &me) == 0);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  atomic_store(&stop, true);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  CHECK_INT(3000000, recorder_body_len(t->rec));
  CHECK_INT(3000000, pattern_length(t->rec->body, t->rec->body_len, 0));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, many_threads_one_client),
                                  CASE(BOTH, reading_while_it_runs)};
MAIN(cases)
