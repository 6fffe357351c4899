/* queue_ours.c - queued tasks in reqtask; see queue.h. */
#include "queue.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct all {
  unsigned count;
  atomic_uint ended, wrong;
  sem_t all_ended;
} all;

static void told(void *user) { (void)user; }

static void on_headers(void *user, const reqtask_headers_event *ev) {
  (void)ev;
  atomic_fetch_add(&((all *)user)->wrong, 1);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  (void)ev;
  atomic_fetch_add(&((all *)user)->wrong, 1);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  all *a = user;
  if (ev->status != REQTASK_E_ABORTED || ev->phase != REQTASK_PHASE_QUEUE)
    atomic_fetch_add(&a->wrong, 1);
  if (atomic_fetch_add(&a->ended, 1) + 1 == a->count)
    sem_post(&a->all_ended);
}

static bool open_client(bool queued, reqtask_client **client) {
  reqtask_config *config;
  if (reqtask_config_new(&config) != REQTASK_OK)
    return false;
  bool done = reqtask_config_set_u64(config, REQTASK_OPT_WORKERS_MAX, 1) == REQTASK_OK &&
              (!queued || reqtask_config_set_wakeup(config, told, NULL, NULL) == REQTASK_OK) &&
              reqtask_client_new(config, client) == REQTASK_OK;
  reqtask_config_free(config);
  return done;
}

static bool listen_all(const queue_job *job, all *a, const reqtask_id *ids) {
  for (unsigned i = 0; i < job->count; i++) {
    if (job->listeners == 3 && (reqtask_on_headers(ids[i], on_headers, a, NULL, NULL) != 0 ||
                                reqtask_on_chunk(ids[i], on_chunk, a, NULL, NULL) != 0))
      return false;
    if (reqtask_on_complete(ids[i], on_complete, a, NULL, NULL) != REQTASK_OK)
      return false;
  }
  return true;
}

static bool await_all(const queue_job *job, reqtask_client *client, all *a) {
  if (!job->queued)
    return ours_await(&a->all_ended, 20000);
  while (atomic_load(&a->ended) < job->count)
    if (reqtask_client_dispatch(client, 0, 1000, NULL) != REQTASK_OK)
      return false;
  return true;
}

/** One pass over all steps. The first of a process warms up what is made once. */
static bool pass(const queue_job *job, reqtask_client *client, const reqtask_request *request,
                 reqtask_id *ids, slice_out *out) {
  static all a; /* threads may outlive this function when something fails */
  double *us = out->value;
  a.count = job->count;
  atomic_store(&a.ended, 0);
  queue_memory before = queue_memory_now();
  double cpu = cpu_us();
  uint64_t begin = now_ns(), at = begin;
  for (unsigned i = 0; i < job->count; i++)
    if (reqtask_create(client, request, &ids[i]) != REQTASK_OK)
      return false;
  us[QUEUE_CREATE] = queue_step_us(&at, job->count);
  if (!listen_all(job, &a, ids))
    return false;
  us[QUEUE_LISTEN] = queue_step_us(&at, job->count);
  for (unsigned i = 0; i < job->count; i++)
    if (reqtask_start(ids[i]) != REQTASK_OK)
      return false;
  us[QUEUE_START] = queue_step_us(&at, job->count);
  us[QUEUE_CPU] = cpu_us() - cpu;
  queue_memory now = queue_memory_now();
  us[QUEUE_HEAP] = (now.heap - before.heap) / job->count;
  us[QUEUE_RSS] = (now.rss - before.rss) / job->count;
  cpu = cpu_us();
  at = now_ns();
  for (unsigned i = 0; i < job->count; i++)
    if (reqtask_abort(ids[i]) != REQTASK_OK)
      return false;
  us[QUEUE_ABORT] = queue_step_us(&at, job->count);
  if (!await_all(job, client, &a))
    return false;
  us[QUEUE_COMPLETE] = queue_step_us(&at, job->count);
  for (unsigned i = 0; i < job->count; i++)
    if (reqtask_release(ids[i]) != REQTASK_OK)
      return false;
  us[QUEUE_RELEASE] = queue_step_us(&at, job->count);
  us[QUEUE_CPU] = (us[QUEUE_CPU] + cpu_us() - cpu) / job->count;
  us[QUEUE_ALL] = us[QUEUE_CREATE] + us[QUEUE_LISTEN] + us[QUEUE_START] + us[QUEUE_ABORT] +
                  us[QUEUE_COMPLETE] + us[QUEUE_RELEASE];
  return atomic_load(&a.wrong) == 0;
}

static bool run(const queue_job *job, const char *silent, slice_out *out) {
  reqtask_client *client = NULL;
  reqtask_id *ids = calloc(job->count, sizeof *ids), holder;
  if (ids)
    memset(ids, 1, job->count * sizeof *ids); /* its pages are not the tasks' memory */
  reqtask_request *request = ids ? ours_stream_request("GET", silent) : NULL;
  bool done = request && open_client(job->queued, &client) &&
              reqtask_create(client, request, &holder) == REQTASK_OK &&
              reqtask_start(holder) == REQTASK_OK;
  reqtask_request_free(request);
  done = done && reqtask_request_new("GET", 3, silent, REQTASK_NTS, &request) == REQTASK_OK &&
         pass(job, client, request, ids, out);
  if (!done)
    snprintf(out->note, sizeof out->note, "a step failed: %s", ours_error());
  if (client)
    reqtask_client_close(client, 5000);
  free(ids);
  return done;
}

bool queue_ours(const void *arg, slice_out *out) {
  const queue_job *job = arg;
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/silent", job->server->http_port);
  return run(job, url, out);
}

bool queue_fixed(const char *who, unsigned count, unsigned listeners) {
  static slice_out out;
  queue_job job = {count, listeners, strcmp(who, "queued") == 0, NULL};
  server local;
  if (!server_start(&local))
    return false;
  job.server = &local;
  bool done = queue_ours(&job, &out);
  if (!done)
    fprintf(stderr, "bench: %s: %s\n", who, out.note);
  server_stop(&local);
  return done;
}
