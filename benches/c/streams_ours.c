/* streams_ours.c - open streams in reqtask; see streams.h. */
#include "streams.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct all {
  atomic_uint open, ended;
  atomic_ullong bytes;
  sem_t opened;
  unsigned count;
} all;

static void on_headers(void *user, const reqtask_headers_event *ev) {
  all *a = user;
  (void)ev;
  if (atomic_fetch_add(&a->open, 1) + 1 == a->count)
    sem_post(&a->opened);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  atomic_fetch_add(&((all *)user)->bytes, ev->bytes.len);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  (void)ev;
  atomic_fetch_add(&((all *)user)->ended, 1);
}

static void on_get(void *user, const reqtask_complete_event *ev) {
  if (ev->status == REQTASK_OK)
    sem_post(user);
}

/** One short GET after another; each sample is from creation to completion heard in this thread. */
static bool run_gets(const streams_job *job, ours *o, int which, slice_out *out) {
  char url[64];
  sem_t done;
  sem_init(&done, 0, 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/get", job->server->http_port);
  for (unsigned i = 0; i < job->gets; i++) {
    reqtask_request *request;
    reqtask_id id;
    uint64_t begin = now_ns();
    if (reqtask_request_new("GET", 3, url, REQTASK_NTS, &request) != REQTASK_OK ||
        reqtask_create(o->client, request, &id) != REQTASK_OK ||
        reqtask_on_complete(id, on_get, &done, NULL, NULL) != REQTASK_OK ||
        reqtask_start(id) != REQTASK_OK || !ours_await(&done, 5000)) {
      snprintf(out->note, sizeof out->note, "GET %u: %s", i, ours_error());
      return false;
    }
    if (i >= 20)
      slice_sample(out, which, us_between(begin, now_ns()));
    reqtask_release(id);
    reqtask_request_free(request);
  }
  sem_destroy(&done);
  return true;
}

static bool open_all(const streams_job *job, ours *o, all *a, reqtask_id *ids) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/stream", job->server->http_port);
  reqtask_request *request = ours_stream_request("GET", url);
  bool done = request != NULL;
  for (unsigned i = 0; done && i < job->count; i++)
    done = reqtask_create(o->client, request, &ids[i]) == REQTASK_OK &&
           reqtask_on_headers(ids[i], on_headers, a, NULL, NULL) == REQTASK_OK &&
           reqtask_on_chunk(ids[i], on_chunk, a, NULL, NULL) == REQTASK_OK &&
           reqtask_on_complete(ids[i], on_complete, a, NULL, NULL) == REQTASK_OK &&
           reqtask_start(ids[i]) == REQTASK_OK;
  reqtask_request_free(request);
  return done;
}

static bool run_events(const streams_job *job, all *a, slice_out *out) {
  unsigned long long want = (unsigned long long)job->rounds * job->count * EVENT_BYTES;
  uint64_t end = now_ns() + 20000000000u;
  double cpu = cpu_us();
  if (!server_events(job->server, job->rounds, job->gap_us))
    return false;
  while (atomic_load(&a->bytes) < want && now_ns() < end)
    nap_us(20000);
  out->value[STREAMS_EVENT_CPU] = (cpu_us() - cpu) / (job->rounds * job->count);
  if (atomic_load(&a->bytes) == want)
    return true;
  snprintf(out->note, sizeof out->note, "%llu of %llu event bytes", atomic_load(&a->bytes), want);
  return false;
}

bool streams_ours(const void *arg, slice_out *out) {
  const streams_job *job = arg;
  static all a; /* workers may outlive this function when something fails */
  ours o;
  a.count = job->count;
  sem_init(&a.opened, 0, 0);
  reqtask_id *ids = calloc(job->count, sizeof *ids);
  if (!ids || !ours_open(&o, job->queued, job->workers_max) || !run_gets(job, &o, 0, out))
    return false;
  streams_memory before = streams_memory_now();
  uint64_t begin = now_ns();
  bool opened = open_all(job, &o, &a, ids);
  unsigned peak = 0, own_threads = o.queued ? 2 : 1;
  for (unsigned i = 0; opened && atomic_load(&a.open) < job->count && i < 20000; i++) {
    unsigned threads = streams_threads_now();
    peak = threads > peak ? threads : peak;
    nap_us(500);
  }
  if (!opened || !ours_await(&a.opened, 100)) {
    snprintf(out->note, sizeof out->note, "%u of %u streams open: %s", atomic_load(&a.open),
             job->count, ours_error());
    return false;
  }
  out->value[STREAMS_OPEN_MS] = us_between(begin, now_ns()) / 1000;
  out->value[STREAMS_PEAK_THREADS] = peak - own_threads;
  nap_us(job->settle_ms * 1000);
  out->value[STREAMS_THREADS] = streams_threads_now() - own_threads;
  streams_memory_each(job, &before, out);
  if (!run_gets(job, &o, 1, out) || !run_events(job, &a, out))
    return false;
  for (unsigned i = 0; i < job->count; i++)
    reqtask_abort(ids[i]);
  for (unsigned i = 0; atomic_load(&a.ended) < job->count && i < 5000; i++)
    nap_us(1000);
  for (unsigned i = 0; i < job->count; i++)
    reqtask_release(ids[i]);
  if (atomic_load(&a.ended) != job->count) {
    snprintf(out->note, sizeof out->note, "%u of %u streams ended", atomic_load(&a.ended),
             job->count);
    return false;
  }
  ours_close(&o);
  free(ids);
  return true;
}
