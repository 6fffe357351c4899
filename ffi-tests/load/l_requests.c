/* Load: a great number of requests of all kinds, one in ten aborted at a random moment, two threads
 * that start them and one that aborts and releases. Every task completes exactly once, as its kind
 * must or by its abort; afterwards the process holds what it held before. LOAD_REQUESTS is their
 * number in both ways of delivery together; everything random follows from LOAD_SEED, but for how
 * threads interleave. */
#include <inttypes.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>

#include "measure.h"
#include "shapes.h"

enum { STARTERS = 2, SLOTS = 192, KINDS = 4, UPLOAD_MOST = 20000 };
enum { HEAP_SLACK = 256 * 1024, RESIDENT_SLACK = 12 * 1024 * 1024 };

typedef enum plan { NONE, AT_ONCE, IN_HEADERS, IN_CHUNK, FROM_ELSEWHERE } plan;
typedef enum giving { BY_ITSELF, IN_COMPLETE, BY_ANOTHER } giving;

struct load;

/* One task at a time. */
typedef struct slot {
  struct load *in;
  const shape *kind;
  plan abort;
  giving release;
  reqtask_id id;
  atomic_int refs; /* listeners that were not destroyed, and threads that still use it */
  atomic_int headers, completions, after_the_end, aborted;
  atomic_ullong received;
  atomic_int status;
  struct slot *next; /* free */
} slot;

typedef struct errand {
  slot *s;
  bool abort; /* else release */
} errand;

typedef struct load {
  world *w;
  const shape *shapes;
  size_t shape_count;
  long count;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t changed;
  slot *free;
  int busy;
  bool stop;
  errand errands[2 * SLOTS + 2];
  size_t first, waiting;
  long by_status[256], aborts_planned, completed;
  uint64_t seed; /* of the thread that does errands; its own */
} load;

typedef struct starter {
  load *in;
  uint64_t seed;
  long count;
} starter;

static uint8_t upload_bytes[UPLOAD_MOST];

static void run_errand(load *l, slot *s, bool abort) {
  pthread_mutex_lock(&l->lock);
  NEED(l->waiting < COUNT_OF(l->errands));
  l->errands[(l->first + l->waiting++) % COUNT_OF(l->errands)] = (errand){s, abort};
  pthread_cond_broadcast(&l->changed);
  pthread_mutex_unlock(&l->lock);
}

/* Nobody uses the slot any more: what its task has come to is checked here. */
static void settle(slot *s) {
  load *l = s->in;
  int status = atomic_load(&s->status);
  CHECK_INT(1, atomic_load(&s->completions));
  CHECK_INT(0, atomic_load(&s->after_the_end));
  CHECK(atomic_load(&s->headers) <= 1);
  bool by_kind = !s->kind->endless && (status == s->kind->ends || status == s->kind->or_ends);
  bool right = atomic_load(&s->aborted) ? status == REQTASK_E_ABORTED : by_kind;
  if (!right) {
    printf("# \"%s\" ended with %s\n", s->kind->name, status_name(status));
    FAIL("it ends as its kind does, or by its abort");
  }
  if (status == REQTASK_OK && s->kind->length != UINT64_MAX)
    CHECK_INT(s->kind->length, atomic_load(&s->received));
  pthread_mutex_lock(&l->lock);
  l->by_status[(-status) & 255]++;
  l->completed++;
  l->busy--;
  s->next = l->free;
  l->free = s;
  pthread_cond_broadcast(&l->changed);
  pthread_mutex_unlock(&l->lock);
}

static void let_go(void *user) {
  slot *s = user;
  if (atomic_fetch_sub(&s->refs, 1) == 1)
    settle(s);
}

static void abort_it(slot *s) {
  if (reqtask_abort(s->id) == REQTASK_OK)
    atomic_store(&s->aborted, 1);
}

static void heard(slot *s) {
  if (atomic_load(&s->completions) > 0)
    atomic_fetch_add(&s->after_the_end, 1);
}

static void on_headers(void *user, const reqtask_headers_event *ev) {
  slot *s = user;
  (void)ev;
  heard(s);
  if (atomic_fetch_add(&s->headers, 1) == 0 && s->abort == IN_HEADERS)
    abort_it(s);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  slot *s = user;
  heard(s);
  if (atomic_fetch_add(&s->received, ev->bytes.len) == 0 && s->abort == IN_CHUNK)
    abort_it(s);
}

static void on_progress(void *user, const reqtask_progress_event *ev) {
  (void)ev;
  heard(user);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  slot *s = user;
  atomic_fetch_add(&s->completions, 1);
  atomic_store(&s->status, ev->status);
  if (s->release == IN_COMPLETE)
    CHECK_OK(reqtask_release(ev->task));
  else if (s->release == BY_ANOTHER)
    run_errand(s->in, s, false);
}

static void choose(slot *s, uint64_t *seed) {
  load *l = s->in;
  s->kind = shapes_pick(l->shapes, l->shape_count, seed);
  s->abort = random_below(seed, 10) == 0 ? (plan)(1 + random_below(seed, 4)) : NONE;
  if (s->kind->endless)
    s->abort = FROM_ELSEWHERE;
  s->release = (giving)random_below(seed, 3);
  atomic_store(&s->headers, 0);
  atomic_store(&s->completions, 0);
  atomic_store(&s->aborted, 0);
  atomic_store(&s->received, 0);
  atomic_store(&s->status, 0);
  /* Listeners, this thread, whoever aborts and whoever releases. */
  bool another = s->abort == FROM_ELSEWHERE, gives = s->release == BY_ANOTHER;
  atomic_store(&s->refs, KINDS + 1 + another + gives);
}

static void start_one(slot *s, uint64_t *seed) {
  choose(s, seed);
  reqtask_request *request = request_new(s->kind->method, s->kind->url);
  if (s->release == BY_ITSELF)
    NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_AUTO_RELEASE, 1));
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, random_below(seed, 2)));
  if (s->kind->upload > 0)
    NEED_OK(reqtask_request_set_body(request, upload_bytes, s->kind->upload, NULL, NULL));
  NEED_OK(reqtask_create(s->in->w->client, request, &s->id));
  reqtask_request_free(request);
  NEED_OK(reqtask_on_headers(s->id, on_headers, s, let_go, NULL));
  NEED_OK(reqtask_on_chunk(s->id, on_chunk, s, let_go, NULL));
  NEED_OK(reqtask_on_progress(s->id, on_progress, s, let_go, NULL));
  NEED_OK(reqtask_on_complete(s->id, on_complete, s, let_go, NULL));
  NEED_OK(reqtask_start(s->id));
  if (s->abort == AT_ONCE)
    abort_it(s);
  else if (s->abort == FROM_ELSEWHERE)
    run_errand(s->in, s, true);
  let_go(s);
}

static void *start_many(void *arg) {
  starter *me = arg;
  load *l = me->in;
  for (long i = 0; i < me->count; i++) {
    pthread_mutex_lock(&l->lock);
    while (!l->free)
      pthread_cond_wait(&l->changed, &l->lock);
    slot *s = l->free;
    l->free = s->next;
    l->busy++;
    pthread_mutex_unlock(&l->lock);
    start_one(s, &me->seed);
    if (i % 1000 == 0)
      still_going();
  }
  return NULL;
}

/* Aborts and releases, after a random while in which the task gets on. */
static void *do_errands(void *arg) {
  load *l = arg;
  for (;;) {
    pthread_mutex_lock(&l->lock);
    while (l->waiting == 0 && !l->stop)
      pthread_cond_wait(&l->changed, &l->lock);
    if (l->waiting == 0) {
      pthread_mutex_unlock(&l->lock);
      return NULL;
    }
    errand e = l->errands[l->first];
    l->first = (l->first + 1) % COUNT_OF(l->errands);
    l->waiting--;
    pthread_mutex_unlock(&l->lock);
    if (e.abort) {
      for (uint64_t n = random_below(&l->seed, 30); n > 0; n--)
        sched_yield();
      abort_it(e.s);
    } else {
      CHECK_OK(reqtask_release(e.s->id));
    }
    let_go(e.s);
  }
}

static void *dispatch(void *arg) {
  load *l = arg;
  for (;;) {
    pthread_mutex_lock(&l->lock);
    bool stop = l->stop;
    pthread_mutex_unlock(&l->lock);
    if (stop)
      return NULL;
    CHECK_OK(reqtask_client_dispatch(l->w->client, 0, 20, NULL));
  }
}

/* `count` requests with one client, which is closed at the end. */
static void load_of(delivery how, long count, uint64_t seed, long *by_status) {
  load *l = calloc(1, sizeof *l);
  slot *slots = calloc(SLOTS, sizeof *slots);
  NEED(l && slots);
  l->w = world_new(how);
  world_u64(l->w, REQTASK_OPT_WORKERS_MAX, SLOTS);
  world_u64(l->w, REQTASK_OPT_TIMEOUT_MS, 60000);
  world_start(l->w);
  l->shapes = shapes_all(&l->shape_count);
  l->seed = seed ^ 0x5555;
  NEED(pthread_mutex_init(&l->lock, NULL) == 0 && pthread_cond_init(&l->changed, NULL) == 0);
  for (int i = 0; i < SLOTS; i++) {
    slots[i].in = l;
    slots[i].next = l->free;
    l->free = &slots[i];
  }
  pthread_t threads[STARTERS], errands, dispatcher;
  starter starters[STARTERS];
  NEED(pthread_create(&errands, NULL, do_errands, l) == 0);
  if (how == QUEUED)
    NEED(pthread_create(&dispatcher, NULL, dispatch, l) == 0);
  for (int i = 0; i < STARTERS; i++) {
    starters[i] = (starter){l, seed * 31 + (uint64_t)i + 1, count / STARTERS};
    NEED(pthread_create(&threads[i], NULL, start_many, &starters[i]) == 0);
  }
  for (int i = 0; i < STARTERS; i++)
    pthread_join(threads[i], NULL);
  waiting_for("the last tasks to complete and all user pointers to be destroyed");
  pthread_mutex_lock(&l->lock);
  while (l->busy > 0)
    pthread_cond_wait(&l->changed, &l->lock);
  l->stop = true;
  pthread_cond_broadcast(&l->changed);
  pthread_mutex_unlock(&l->lock);
  pthread_join(errands, NULL);
  if (how == QUEUED)
    pthread_join(dispatcher, NULL);
  CHECK_INT(count / STARTERS * STARTERS, l->completed);
  for (size_t i = 0; i < 256; i++)
    by_status[i] += l->by_status[i];
  world_close(l->w);
  pthread_cond_destroy(&l->changed);
  pthread_mutex_destroy(&l->lock);
  free(slots);
  free(l);
}

static void every_task_completes_once(delivery how) {
  if (nginx_port(0) == 0) {
    skip_case("nginx is not installed");
    return;
  }
  /* With an arena for each thread, resident memory depends on which threads met which arena. */
  NEED(mallopt(M_ARENA_MAX, 2) == 1);
  long count = setting("LOAD_REQUESTS", 40000) / 2;
  uint64_t seed = (uint64_t)setting("LOAD_SEED", 6) + (uint64_t)how;
  printf("# %ld requests, seed %" PRIu64 "\n", count, seed - (uint64_t)how);
  long by_status[256] = {0};
  /* What a process gets only once: malloc's arenas, the C library's and the library's own tables.
   */
  load_of(how, 4000, seed + 99, by_status);
  memset(by_status, 0, sizeof by_status);
  holdings before = holdings_now();
  holdings_print("before", before);
  int64_t began = now_us();
  load_of(how, count, seed, by_status);
  double seconds = (double)(now_us() - began) / 1e6;
  (void)holdings_return(before, HEAP_SLACK, RESIDENT_SLACK);
  printf("# %.0f requests/s\n", (double)count / seconds);
  long aborted = by_status[-REQTASK_E_ABORTED];
  CHECK(aborted > count / 20); /* the mix is what it is meant to be */
  CHECK(by_status[0] > count / 2);
  const char *way = how == DIRECT ? "direct" : "queued";
  counted(text("load_requests_%s", way), count,
          text("requests under load with %s delivery, each with exactly one completion and nothing "
               "after it",
               way));
  counted(text("load_aborted_%s", way), aborted, "of them ended by an abort at a random moment");
  counted(text("load_failed_%s", way), count - aborted - by_status[0],
          "of them ended by an error that the server made, as it had to");
}

static const test_case cases[] = {CASE(BOTH, every_task_completes_once)};
MAIN(cases)
