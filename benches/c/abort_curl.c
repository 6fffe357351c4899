/* abort_curl.c - libcurl's trials: a loop in a thread of its own, as an app with an abort button
 * has it; see abort.h. */
#include "abort.h"

#include "clock.h"
#include "peer_ours.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum order { NOTHING, ADD, REMOVE, QUIT };

typedef struct loop {
  CURLM *multi;
  CURL *easy;
  atomic_int order;
  atomic_bool headers, chunk;
  uint64_t done_ns;
  sem_t done;
} loop;

static size_t on_header(char *data, size_t size, size_t count, void *user) {
  if (count == 2 && memcmp(data, "\r\n", 2) == 0)
    atomic_store(&((loop *)user)->headers, true);
  return size * count;
}

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  (void)data;
  atomic_store(&((loop *)user)->chunk, true);
  return size * count;
}

static void *run(void *arg) {
  loop *l = arg;
  int running;
  for (;;) {
    int order = atomic_exchange(&l->order, NOTHING);
    if (order == QUIT)
      return NULL;
    if (order == ADD)
      curl_multi_add_handle(l->multi, l->easy);
    if (order == REMOVE) {
      curl_multi_remove_handle(l->multi, l->easy);
      l->done_ns = now_ns();
      sem_post(&l->done);
    }
    curl_multi_perform(l->multi, &running);
    curl_multi_poll(l->multi, NULL, 0, 1000, NULL);
  }
}

static CURL *easy_new(const abort_job *job, loop *l, unsigned number,
                      struct curl_slist *no_expect) {
  char url[128];
  abort_url(job, number, url, sizeof url);
  CURL *easy = curl_easy_init();
  if (!easy)
    return NULL;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, l);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, l);
  if (job->phase == ABORT_SENDING) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ABORT_BODY);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, job->body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, no_expect);
  }
  return easy;
}

static void give(loop *l, enum order order) {
  atomic_store(&l->order, order);
  curl_multi_wakeup(l->multi);
}

static bool run_trial(const abort_job *job, loop *l, unsigned number, struct curl_slist *no_expect,
                      slice_out *out) {
  atomic_store(&l->headers, false);
  atomic_store(&l->chunk, false);
  l->easy = easy_new(job, l, number, no_expect);
  if (!l->easy)
    return false;
  abort_before before = abort_look(job);
  give(l, ADD);
  bool reached = abort_reached(job, &before, &(abort_signs){&l->headers, &l->chunk});
  uint64_t called = now_ns();
  give(l, REMOVE);
  uint64_t returned = now_ns();
  bool ended = ours_await(&l->done, 20000);
  if (!ended || !reached) {
    snprintf(out->note, sizeof out->note, "trial %u: phase reached %d, removed %d", number, reached,
             ended);
    return false;
  }
  curl_easy_cleanup(l->easy);
  if (number >= ABORT_WARMUP || job->trials < 5) {
    slice_sample(out, 0, us_between(called, l->done_ns));
    slice_sample(out, 1, us_between(called, returned));
  }
  return true;
}

bool abort_curl(const void *arg, slice_out *out) {
  const abort_job *job = arg;
  static loop l; /* its thread may outlive this function when a trial fails */
  pthread_t thread;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  struct curl_slist *no_expect = curl_slist_append(NULL, "Expect:");
  l.multi = curl_multi_init();
  sem_init(&l.done, 0, 0);
  if (!l.multi || pthread_create(&thread, NULL, run, &l) != 0)
    return false;
  unsigned warmup = job->trials < 5 ? 0 : ABORT_WARMUP;
  bool done = true;
  for (unsigned i = 0; done && i < job->trials + warmup; i++)
    done = run_trial(job, &l, i, no_expect, out);
  if (!done)
    return false;
  give(&l, QUIT);
  pthread_join(thread, NULL);
  curl_multi_cleanup(l.multi);
  curl_slist_free_all(no_expect);
  return true;
}
