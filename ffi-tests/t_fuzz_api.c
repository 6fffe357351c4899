/* The API fuzzer: threads call every function of the header with live, stale, wild and NULL
 * arguments, outside and inside of listeners, for a fixed number of steps. What must hold: at most
 * one successful start and one completion of a task, and exactly one of a task that was started and
 * not given up; each `user` destroyed exactly once and not called afterwards; failures write
 * nothing; no thread and no descriptor left. Each thread's calls follow from the seed; how threads
 * interleave does not.
 *
 * REQTASK_FUZZ="SEED STEPS" runs that seed alone, so many steps on each thread. */
#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

#include "fuzz_api/fuzz.h"
#include "world.h"

enum { THREADS = 4, HOUR_MS = 3600000 };

/* --------------------------------------------------------------------- runs */

typedef struct job {
  uint64_t seed;
  long steps;
} job;

static void *work(void *arg) {
  job *j = arg;
  hand h = {.random = wild_from(j->seed)};
  for (long n = 0; n < j->steps && atomic_load(&all.broken) == 0; n++) {
    atomic_fetch_add(&all.steps, 1);
    step(&h);
  }
  hand_end(&h);
  return NULL;
}

static int entries_of(const char *folder) {
  int count = 0;
  DIR *dir = opendir(folder);
  NEED(dir != NULL);
  while (readdir(dir))
    count++;
  closedir(dir);
  return count;
}

static void open_client(int which) {
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  hand h = {.random = wild_from((uint64_t)which)};
  if (which > 0)
    NEED_OK(reqtask_config_set_wakeup(config, on_wakeup, ear_new(&h, NULL, 0), destroy));
  if (which > 1)
    NEED_OK(reqtask_config_set_u64(config, REQTASK_OPT_COOKIES, 1));
  NEED_OK(reqtask_config_set_u64(config, REQTASK_OPT_WORKERS_MAX, 8));
  NEED_OK(reqtask_client_new(config, &all.clients[which]));
  reqtask_config_free(config);
}

/* Each task that was started and not given up ends now, and its witness hears it. */
static void settle(void) {
  int count = atomic_load(&all.record_count);
  for (int i = 0; i < count; i++) {
    record *r = &all.records[i];
    if (r->witness == NULL) /* a listener is making it */
      continue;
    waiting_for("the completion of a task that was started");
    while (atomic_load(&r->starts) > 0 && !atomic_load(&r->given_up) &&
           atomic_load(&r->witness->calls) == 0) {
      (void)reqtask_abort(r->id); /* a listener may have started it only now */
      pthread_rwlock_rdlock(&all.use[r->client]);
      if (reqtask_client_dispatch(all.clients[r->client], 0, 1, NULL) != REQTASK_OK)
        sched_yield();
      pthread_rwlock_unlock(&all.use[r->client]);
    }
    (void)reqtask_release(r->id);
  }
}

static void one_seed(uint64_t seed, long steps) {
  int threads_before = entries_of("/proc/self/task"), files_before = entries_of("/proc/self/fd");
  for (int i = 0; i < CLIENTS; i++)
    open_client(i);
  pthread_t threads[THREADS];
  job jobs[THREADS];
  for (int i = 0; i < THREADS; i++) {
    jobs[i] = (job){seed * THREADS + (uint64_t)i, steps};
    NEED(pthread_create(&threads[i], NULL, work, &jobs[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  int completed = 0, destroyed = 0;
  settle();
  for (int i = 0; i < CLIENTS; i++) {
    waiting_for("reqtask_client_close after the fuzzer");
    pthread_rwlock_wrlock(&all.use[i]);
    if (all.clients[i] != NULL)
      CHECK_OK(reqtask_client_close(all.clients[i], HOUR_MS));
    all.clients[i] = NULL;
    pthread_rwlock_unlock(&all.use[i]);
  }
  CHECK_OK(reqtask_set_log(REQTASK_LOG_OFF, NULL, NULL, NULL));
  waiting_for("destroy of every user");
  for (ear *e = atomic_load(&all.ears), *after; e != NULL; e = after, destroyed++) {
    while (atomic_load(&e->destroyed) == 0)
      sched_yield(); /* closed clients without a wait end in the background */
    CHECK_INT(1, atomic_load(&e->destroyed));
    after = e->next;
  }
  for (int i = 0; i < atomic_load(&all.record_count); i++) {
    int calls = atomic_load(&all.records[i].witness->calls),
        starts = atomic_load(&all.records[i].starts);
    promise(calls <= starts && starts <= 1, "one start at most, and no completion without it");
    completed += calls;
  }
  waiting_for("threads and descriptors to go");
  while (entries_of("/proc/self/task") > threads_before ||
         entries_of("/proc/self/fd") > files_before)
    sched_yield();
  for (ear *e = atomic_load(&all.ears), *after; e != NULL; e = after) {
    after = e->next;
    free(e);
  }
  printf("# seed %llu: %ld calls and %ld in listeners, %ld refused, %d tasks, %d completions, %d "
         "users destroyed\n",
         (unsigned long long)seed, atomic_load(&all.steps), atomic_load(&all.inner_steps),
         atomic_load(&all.refused), atomic_load(&all.record_count), completed, destroyed);
  CHECK(completed > 0 && atomic_load(&all.inner_steps) > 0);
  atomic_store(&all.ears, NULL);
  memset(all.records, 0, sizeof all.records);
  atomic_store(&all.record_count, 0);
  atomic_store(&all.steps, 0);
  atomic_store(&all.inner_steps, 0);
  atomic_store(&all.refused, 0);
}

static void random_calls(delivery how) {
  (void)how;
  const char *urls[] = {url_on("http", "/bytes/10"),
                        url_on("http", "/bytes/300000"),
                        url_on("http", "/chunked/50000?size=777"),
                        url_on("http", "/redirect-to?url=/bytes/500"),
                        url_on("http", "/script?status 200 OK&chunked&head-end&bytes 7&stall"),
                        url_on("http", "/script?stall"),
                        url_on("http", "/echo"),
                        url_on("http", "/gzip?n=3"),
                        url_on("http", "/cookies/set?a=b"),
                        url_on("silent", "/"),
                        url_on("https", "/bytes/20000"),
                        url_on("refused", "/"),
                        "http://[::1",
                        "ftp://a/",
                        "http://a b/"};
  const char *texts[] = {"",
                         "a",
                         "localhost=127.0.0.1",
                         "a.test:443=10.0.0.1,[::1]",
                         "agent/1.0",
                         "*",
                         "http://user:pw@127.0.0.1:1",
                         "socks5h://127.0.0.1:1",
                         "localhost",
                         "10.0.0.0/8",
                         "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                         "a=b; c=d",
                         "5",
                         "text/plain"};
  all.url_count = COUNT_OF(urls);
  memcpy(all.urls, urls, sizeof urls);
  all.text_count = COUNT_OF(texts);
  memcpy(all.texts, texts, sizeof texts);
  for (int i = 0; i < CLIENTS; i++)
    NEED(pthread_rwlock_init(&all.use[i], NULL) == 0);
  unsigned long long seed = 0;
  long steps = 4000 / (patience() > 3 ? patience() : 1);
  const char *given = getenv("REQTASK_FUZZ");
  if (given != NULL && sscanf(given, "%llu %ld", &seed, &steps) >= 1)
    one_seed(seed, steps);
  else {
    for (seed = 1; seed <= 8; seed++)
      one_seed(seed, steps);
    printf("# counted: api_calls\t%ld\tcalls of the C API with random arguments on four threads, "
           "by 8 seeds; again under "
           "AddressSanitizer and Valgrind\n",
           8 * THREADS * steps);
  }
}

static const test_case cases[] = {CASE(DIRECT, random_calls)};
MAIN(cases)
