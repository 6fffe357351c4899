/* Stress: four threads make, steer and drop tasks at random. Each started task that was not given
 * up completes exactly once and hears nothing afterwards; each user pointer is destroyed exactly
 * once; no thread is left. The sequence of calls follows from the seed; how threads interleave does
 * not. */
#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

#include "world.h"

enum { THREADS = 4, ROUNDS = 400, HELD = 8, KINDS = 4, ENDLESS = 4 };

/* One listener's user data. */
typedef struct ear {
  struct heard *task;
  atomic_int destroyed;
} ear;

/* What one task heard. */
typedef struct heard {
  ear ears[KINDS];
  atomic_int headers, completions, after_the_end, running, overlaps;
  atomic_ullong next_offset;
  atomic_int gaps;
} heard;

typedef struct held {
  reqtask_id id;
  heard *h;
  bool started, endless;
} held;

typedef struct job {
  world *w;
  uint64_t seed;
  const char *const *urls;
  size_t url_count;
  int completions, given_up;
} job;

static uint64_t next_random(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static void enter(heard *h) {
  if (atomic_fetch_add(&h->running, 1) != 0)
    atomic_fetch_add(&h->overlaps, 1);
  if (atomic_load(&h->completions) > 0)
    atomic_fetch_add(&h->after_the_end, 1);
}

static void leave(heard *h) { atomic_fetch_sub(&h->running, 1); }

static void on_headers(void *user, const reqtask_headers_event *ev) {
  heard *h = ((ear *)user)->task;
  enter(h);
  atomic_fetch_add(&h->headers, 1);
  if (ev->task % 11 == 0)
    (void)reqtask_abort(ev->task);
  leave(h);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  heard *h = ((ear *)user)->task;
  enter(h);
  unsigned long long expected = atomic_load(&h->next_offset);
  if (ev->offset < expected ||
      pattern_length(ev->bytes.data, ev->bytes.len, ev->offset) != ev->bytes.len)
    atomic_fetch_add(&h->gaps, 1);
  atomic_store(&h->next_offset, ev->offset + ev->bytes.len);
  if (ev->task % 13 == 0)
    (void)reqtask_off(ev->task, REQTASK_EVENT_CHUNK, 0, REQTASK_OFF_WAIT);
  leave(h);
}

static void on_progress(void *user, const reqtask_progress_event *ev) {
  heard *h = ((ear *)user)->task;
  (void)ev;
  enter(h);
  leave(h);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  heard *h = ((ear *)user)->task;
  enter(h);
  atomic_fetch_add(&h->completions, 1);
  if (ev->task % 17 == 0)
    (void)reqtask_release(ev->task);
  leave(h);
}

static void destroy(void *user) { atomic_fetch_add(&((ear *)user)->destroyed, 1); }

static held make(job *j, heard *h, uint64_t *seed) {
  size_t which = next_random(seed) % j->url_count;
  held made = {0, h, false, which < ENDLESS};
  reqtask_request *request = request_new("GET", j->urls[which]);
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, next_random(seed) % 2));
  NEED_OK(reqtask_create(j->w->client, request, &made.id));
  reqtask_request_free(request);
  for (int i = 0; i < KINDS; i++)
    h->ears[i].task = h;
  NEED_OK(reqtask_on_headers(made.id, on_headers, &h->ears[0], destroy, NULL));
  NEED_OK(reqtask_on_chunk(made.id, on_chunk, &h->ears[1], destroy, NULL));
  NEED_OK(reqtask_on_progress(made.id, on_progress, &h->ears[2], destroy, NULL));
  NEED_OK(reqtask_on_complete(made.id, on_complete, &h->ears[3], destroy, NULL));
  return made;
}

/* One random call on one task; each may be refused, for another thread of the library is faster. */
static void steer(held *t, uint64_t *seed) {
  switch (next_random(seed) % 8) {
  case 0:
    (void)reqtask_abort(t->id);
    break;
  case 1:
    (void)reqtask_pause(t->id);
    break;
  case 2:
    (void)reqtask_resume(t->id);
    break;
  case 3:
    (void)reqtask_off(t->id, REQTASK_EVENT_PROGRESS, 0, 0);
    break;
  case 4: {
    const reqtask_response *response = NULL;
    if (reqtask_response_get(t->id, &response) == REQTASK_OK)
      reqtask_response_free(response);
    break;
  }
  case 5:
    (void)reqtask_wait(t->id, 0);
    break;
  default:
    if (!t->started)
      t->started = reqtask_start(t->id) == REQTASK_OK;
  }
}

/* Ends a task: given up, or aborted and awaited. */
static void finish(job *j, held *t, uint64_t *seed) {
  bool give_up = !t->started || next_random(seed) % 3 == 0;
  if (give_up) {
    (void)reqtask_release(t->id);
    j->given_up++;
    return;
  }
  (void)reqtask_resume(t->id);
  if (t->endless || next_random(seed) % 2 == 0)
    (void)reqtask_abort(t->id);
  reqtask_status end = reqtask_wait(t->id, 20000);
  if (end != REQTASK_E_NOT_FOUND) /* its own listener releases every 17th */
    CHECK_STATUS(REQTASK_OK, end);
}

static void *work(void *arg) {
  job *j = arg;
  uint64_t seed = j->seed;
  held tasks[HELD] = {{0, NULL, false, false}};
  heard *all = calloc(ROUNDS, sizeof *all);
  reqtask_id *ids = calloc(ROUNDS, sizeof *ids);
  bool *must_complete = calloc(ROUNDS, sizeof *must_complete);
  NEED(all && ids && must_complete);
  for (int round = 0; round < ROUNDS; round++) {
    held *t = &tasks[round % HELD];
    if (t->h) {
      int before = j->given_up;
      finish(j, t, &seed);
      must_complete[t->h - all] = j->given_up == before;
    }
    *t = make(j, &all[round], &seed);
    ids[round] = t->id;
    for (int i = 0; i < 6; i++)
      steer(&tasks[next_random(&seed) % HELD], &seed);
  }
  for (int i = 0; i < HELD; i++) {
    int before = j->given_up;
    finish(j, &tasks[i], &seed);
    must_complete[tasks[i].h - all] = j->given_up == before;
  }
  /* Queued: what is over is delivered by the thread that dispatches; release drops the rest. */
  for (int round = 0; round < ROUNDS; round++) {
    if (must_complete[round]) {
      while (atomic_load(&all[round].completions) == 0) {
        waiting_for("a completion in the stress test");
        sched_yield();
      }
      j->completions++;
    }
    (void)reqtask_release(ids[round]);
  }
  for (int round = 0; round < ROUNDS; round++) {
    heard *h = &all[round];
    while (atomic_load(&h->running) > 0)
      sched_yield();
    CHECK(atomic_load(&h->completions) <= 1);
    CHECK(atomic_load(&h->headers) <= 1);
    CHECK_INT(0, atomic_load(&h->after_the_end));
    CHECK_INT(0, atomic_load(&h->overlaps));
    CHECK_INT(0, atomic_load(&h->gaps));
    for (int i = 0; i < KINDS; i++) {
      while (atomic_load(&h->ears[i].destroyed) == 0)
        sched_yield(); /* a call that had begun gives it back when it returns */
      CHECK_INT(1, atomic_load(&h->ears[i].destroyed));
    }
  }
  free(must_complete);
  free(ids);
  free(all);
  return NULL;
}

static atomic_bool stop_dispatching;

static void *dispatch(void *arg) {
  world *w = arg;
  while (!atomic_load(&stop_dispatching))
    CHECK_OK(reqtask_client_dispatch(w->client, 0, 10, NULL));
  return NULL;
}

static int threads_of_this_process(void) {
  int count = 0;
  DIR *dir = opendir("/proc/self/task");
  NEED(dir != NULL);
  while (readdir(dir))
    count++;
  closedir(dir);
  return count;
}

static void four_threads_at_random(delivery how) {
  int threads_before = threads_of_this_process();
  world *w = world_new(how);
  /* One for each task that is held at a time: those that wait for a silent server keep theirs. */
  world_u64(w, REQTASK_OPT_WORKERS_MAX, THREADS * HELD);
  world_u64(w, REQTASK_OPT_WINDOW_BYTES, 40000);
  world_u64(w, REQTASK_OPT_TIMEOUT_MS, 120000);
  world_start(w);
  /* The first ENDLESS of them end only by an abort. */
  const char *urls[] = {
      url_on("http", "/script?status 200 OK&chunked&head-end&bytes 7&stall"),
      url_on("http", "/script?status 200 OK&length 9000&head-end&bytes 100&stall"),
      url_on("http", "/script?stall"),
      url_on("silent", "/"),
      url_on("http", "/bytes/10"),
      url_on("http", "/bytes/300000"),
      url_on("http", "/chunked/50000?size=777"),
      url_on("http", "/redirect-to?url=/bytes/500"),
      url_on("https", "/bytes/20000"),
      url_on("refused", "/")};
  job jobs[THREADS];
  pthread_t threads[THREADS], dispatcher;
  atomic_store(&stop_dispatching, false);
  if (how == QUEUED)
    NEED(pthread_create(&dispatcher, NULL, dispatch, w) == 0);
  for (int i = 0; i < THREADS; i++) {
    jobs[i] = (job){w, 0x9E3779B97F4A7C15u * (uint64_t)(i + 1), urls, COUNT_OF(urls), 0, 0};
    NEED(pthread_create(&threads[i], NULL, work, &jobs[i]) == 0);
  }
  int completions = 0, given_up = 0;
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    completions += jobs[i].completions;
    given_up += jobs[i].given_up;
  }
  if (how == QUEUED) {
    atomic_store(&stop_dispatching, true);
    pthread_join(dispatcher, NULL);
  }
  printf("# %d completed, %d given up\n", completions, given_up);
  CHECK(completions > 0 && given_up > 0);
  world_close(w);
  /* A thread that was joined is still listed for a moment, until the kernel has taken it away. */
  waiting_for("the threads of the client to end");
  while (threads_of_this_process() > threads_before)
    sched_yield();
}

static const test_case cases[] = {CASE(BOTH, four_threads_at_random)};
MAIN(cases)
