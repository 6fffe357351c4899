/* Out of threads: pthread_create fails, at the start of a client, in mid-life, for workers, helpers
 * and lookups. One call or one task gets an error, or things go slower; nothing hangs, no listener
 * is called inside a call of the app's, and when threads are to be had again all is as before. */
#include <dlfcn.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include "measure.h"
#include "world.h"

static atomic_bool refuse;
static atomic_int refused;

/* Stands before the C library's, for the library too. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
  if (atomic_load(&refuse)) {
    atomic_fetch_add(&refused, 1);
    return EAGAIN;
  }
  return real(thread, attr, run, arg);
}

static void no_threads(bool none) {
  atomic_store(&refused, 0);
  atomic_store(&refuse, none);
}

static void was_refused(void) { CHECK(atomic_load(&refused) > 0); }

static const char *hello(world *w) { return task_text(task_get(w, url_on("http", "/hello")), 200); }

#define CHECK_WORKS(w) CHECK_STR("Hello, world!\n", hello(w))

/* A stream that has said "first" and waits for its gate to say "second". */
static task *stream_open(world *w, const char *tag) {
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  task *t = task_get(w, url_on("http", path));
  await_body(t, 5);
  return t;
}

/* The completion came, and not on this thread with direct delivery. */
static void check_told_elsewhere(task *t, reqtask_status status) {
  CHECK_STATUS(status, await_complete(t));
  recorded end = recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0);
  if (t->in->how == DIRECT)
    CHECK(!pthread_equal(end.thread, pthread_self()));
}

static void at_the_first_start(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  no_threads(true);
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(REQTASK_E_NO_MEMORY, reqtask_start(t->id));
    char why[200];
    reqtask_last_error(why, sizeof why);
    CHECK(strstr(why, "thread") != NULL);
  }
  CHECK_STATUS(REQTASK_E_STATE, reqtask_abort(t->id));
  was_refused();
  pump(w);
  for (uint32_t kind = 1; kind < 5; kind++)
    CHECK_INT(0, recorder_seen(t->rec, kind));
  no_threads(false);
  task_start(t);
  CHECK_STR("Hello, world!\n", task_text(t, 200));
  world_close(w);
}

/* One asks for ever, one waits in line behind it, one streams. */
static void aborts_are_told_elsewhere(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_WORKERS_MAX, 1);
  world_start(w);
  task *streams = stream_open(w, unique());
  const char *tag = unique();
  task *asks = task_get(w, url_on("http", script_path(tag, "stall", NULL)));
  server_wait("stall", tag);
  task *waits = task_get(w, url_on("http", "/hello"));
  no_threads(true);
  task *all[] = {waits, asks, streams};
  for (size_t i = 0; i < COUNT_OF(all); i++) {
    task_abort(all[i]);
    if (how == QUEUED)
      CHECK_INT(0, recorder_seen(all[i]->rec, REQTASK_EVENT_COMPLETE));
    check_told_elsewhere(all[i], REQTASK_E_ABORTED);
  }
  was_refused();
  server_wait("gone", tag);
  CHECK_WORKS(w);
  no_threads(false);
  CHECK_WORKS(w);
  world_close(w);
}

static void what_was_held_back_is_told_elsewhere(delivery how) {
  world *w = world_open(how);
  task *other = stream_open(w, unique());
  const char *tag = unique();
  task *t = task_make(w, request_new("GET", url_on("http", script_path(tag, "ok late", NULL))));
  CHECK_OK(reqtask_pause(t->id));
  task_start(t);
  server_wait("done", tag);
  waiting_for("the transfer of a paused task to be over");
  while (how == QUEUED && reqtask_wait(t->id, 20) != REQTASK_OK) {
  }
  no_threads(true);
  CHECK_OK(reqtask_resume(t->id));
  check_told_elsewhere(t, REQTASK_OK);
  no_threads(false);
  task_abort(other);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(other));
  world_close(w);
}

/* The only worker is held up in a connect. The next request waits, and runs when a thread is to be
 * had again, although the first still blocks and nobody calls the library. */
static void a_blocked_worker_is_replaced_when_threads_return(delivery how) {
  world *w = world_open(how);
  unsigned port = server_port("blackhole");
  task *blocked = task_get(w, url_at(port, "/"));
  control("/_connecting?port=%u&n=1", port);
  no_threads(true);
  task *next = task_get(w, url_on("http", "/hello"));
  waiting_for("a worker that blocks to say so a second time");
  while (atomic_load(&refused) < 2)
    pump(w);
  CHECK_INT(0, recorder_seen(next->rec, REQTASK_EVENT_COMPLETE));
  no_threads(false);
  CHECK_STR("Hello, world!\n", task_text(next, 200));
  CHECK_INT(0, recorder_seen(blocked->rec, REQTASK_EVENT_COMPLETE));
  no_threads(true);
  task_abort(blocked);
  check_told_elsewhere(blocked, REQTASK_E_ABORTED);
  no_threads(false);
  world_close(w);
}

/* All threads have ended for want of work, and none is to be had to tell what was held back: it is
 * told when somebody waits for it and one can be had, or never, when the client is closed first. */
static void nobody_is_left_to_tell(delivery how) {
  for (int closed = 0; closed < 2; closed++) {
    long before = holdings_now().threads;
    world *w = world_new(how);
    world_u64(w, REQTASK_OPT_WORKER_IDLE_MS, 1);
    world_u64(w, REQTASK_OPT_IDLE_CONNECTIONS, 0);
    world_start(w);
    task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
    CHECK_OK(reqtask_pause(t->id));
    task_start(t);
    const reqtask_response *response = NULL;
    waiting_for("the answer to a paused task, and all threads to end");
    while (reqtask_response_get(t->id, &response) != REQTASK_OK || holdings_now().threads > before)
      reqtask_response_free(response);
    reqtask_response_free(response);
    no_threads(true);
    CHECK_OK(reqtask_resume(t->id));
    CHECK_STATUS(REQTASK_E_TIMEOUT, reqtask_wait(t->id, 20));
    was_refused();
    CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_HEADERS));
    if (!closed) {
      no_threads(false);
      CHECK_OK(reqtask_wait(t->id, 20000));
      check_told_elsewhere(t, REQTASK_OK);
    }
    world_close(w);
    no_threads(false);
  }
}

typedef struct gate {
  sem_t inside, open;
} gate;

static void hold(recorder *rec, uint32_t kind, const void *event, void *arg) {
  gate *g = arg;
  (void)rec;
  (void)event;
  if (kind != REQTASK_EVENT_HEADERS)
    return;
  sem_post(&g->inside);
  while (sem_wait(&g->open) != 0) {
  }
}

/* A listener holds the only worker. Others wait for it, and no longer once threads return. */
static void a_listener_that_blocks_holds_up_only_what_it_must(delivery how) {
  world *w = world_open(how);
  gate g;
  sem_init(&g.inside, 0, 0);
  sem_init(&g.open, 0, 0);
  no_threads(false);
  task *held = task_make(w, request_new("GET", url_on("http", "/hello")));
  held->rec->hook = hold;
  held->rec->hook_arg = &g;
  task_start(held);
  sem_wait(&g.inside);
  no_threads(true);
  task *next = task_get(w, url_on("http", "/hello"));
  task *third = task_get(w, url_on("http", "/hello"));
  task_abort(third);
  was_refused();
  no_threads(false);
  task *last = task_get(w, url_on("http", "/hello"));
  CHECK_STR("Hello, world!\n", task_text(last, 200));
  CHECK_STR("Hello, world!\n", task_text(next, 200));
  check_told_elsewhere(third, REQTASK_E_ABORTED);
  CHECK_INT(0, recorder_seen(held->rec, REQTASK_EVENT_COMPLETE));
  sem_post(&g.open);
  CHECK_STR("Hello, world!\n", task_text(held, 200));
  world_close(w);
}

static void a_lookup_without_a_thread_fails_alone(delivery how) {
  world *w = world_open(how);
  CHECK_WORKS(w);
  task *stream = stream_open(w, "lookup-beside");
  no_threads(true);
  task *t = task_get(w, "http://no-such-name.invalid/");
  CHECK_ENDS(REQTASK_E_NO_MEMORY, REQTASK_PHASE_RESOLVE, t);
  CHECK(strstr(t->rec->message, "thread") != NULL);
  CHECK_INT(EAGAIN, recorder_event(t->rec, REQTASK_EVENT_COMPLETE, 0).os_error);
  was_refused();
  CHECK_WORKS(w);
  no_threads(false);
  server_open("lookup-beside");
  CHECK_STR("firstsecond", task_text(stream, 200));
  CHECK_ENDS(REQTASK_E_RESOLVE, REQTASK_PHASE_RESOLVE, task_get(w, "http://no-such-name.invalid/"));
  world_close(w);
}

/* Refused now and then, at random, under a load of requests that block and abort. */
static void now_and_then(delivery how) {
  enum { ROUNDS = 60, EACH = 8 };
  uint64_t seed = (uint64_t)setting("LOAD_SEED", 6);
  long ended = 0, not_started = 0;
  for (int round = 0; round < ROUNDS; round++) {
    world *w = world_open(how);
    task *all[EACH];
    for (size_t i = 0; i < EACH; i++) {
      no_threads(random_below(&seed, 2) == 0);
      const char *urls[] = {url_on("http", "/hello"), url_on("https", "/bytes/3000"),
                            url_on("http", "/script?stall"), url_on("http", "/chunked/40000")};
      uint64_t which = random_below(&seed, COUNT_OF(urls));
      all[i] = task_make(w, request_new("GET", urls[which]));
      reqtask_status status = reqtask_start(all[i]->id);
      if (status != REQTASK_OK) {
        CHECK_STATUS(REQTASK_E_NO_MEMORY, status);
        all[i] = NULL;
        not_started++;
      } else if (which == 2 || random_below(&seed, 3) == 0) {
        (void)reqtask_abort(all[i]->id);
      }
    }
    for (size_t i = 0; i < EACH; i++) {
      if (!all[i])
        continue;
      reqtask_status status = await_complete(all[i]);
      CHECK(status == REQTASK_OK || status == REQTASK_E_ABORTED);
      ended++;
    }
    no_threads(false);
    world_close(w);
    still_going();
  }
  counted(text("threads_%s", how == DIRECT ? "direct" : "queued"), ended,
          text("requests that ended as they must while every second moment no thread was to be had "
               "(%ld were refused at their start)",
               not_started));
}

static const test_case cases[] = {
    CASE(BOTH, at_the_first_start),
    CASE(BOTH, aborts_are_told_elsewhere),
    CASE(BOTH, what_was_held_back_is_told_elsewhere),
    CASE(DIRECT, nobody_is_left_to_tell),
    CASE(BOTH, a_blocked_worker_is_replaced_when_threads_return),
    CASE(DIRECT, a_listener_that_blocks_holds_up_only_what_it_must),
    CASE(BOTH, a_lookup_without_a_thread_fails_alone),
    CASE(BOTH, now_and_then),
};
MAIN(cases)
