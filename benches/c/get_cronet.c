/* get_cronet.c - GETs through Cronet: each completion starts the next; see get.h.
 *
 * Always in the executor's thread: Cronet's network thread, which a direct executor runs in, must
 * not make requests. */
#include "get.h"

#include "clock.h"
#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>

enum { MOST = 64 };

typedef struct chain {
  cronet_peer client;
  Cronet_UrlRequestParams *params;
  char url[64];
  unsigned at_once;
  atomic_uint to_start, live;
  cronet_task task[MOST];
  /* Only in the executor's one thread. */
  unsigned finished;
  uint64_t bytes, end_ns;
  bool wrong;
  slice_out *out;
  sem_t ended;
} chain;

static void on_chunk(void *user, const void *data, size_t len) {
  (void)data;
  ((chain *)user)->bytes += len;
}

/** Takes the right to start one more request. */
static bool may_start(chain *c) {
  if (now_ns() >= c->end_ns)
    return false;
  unsigned left = atomic_load(&c->to_start);
  while (left > 0)
    if (atomic_compare_exchange_weak(&c->to_start, &left, left - 1))
      return true;
  return false;
}

static void link_ends(chain *c) {
  if (atomic_fetch_sub(&c->live, 1) == 1)
    sem_post(&c->ended);
}

static void on_end(void *user, const cronet_task *task) {
  chain *c = user;
  c->finished++;
  if (!cronet_succeeded(task, c->out))
    c->wrong = true;
  if (c->wrong || !may_start(c)) {
    link_ends(c);
  } else if (!cronet_start(&c->client, c->url, c->params, &c->task[task - c->task])) {
    c->wrong = true;
    link_ends(c);
  }
}

static bool series(void *peer, get_run *run) {
  chain *c = peer;
  c->finished = 0;
  c->bytes = 0;
  c->end_ns = run->end_ns;
  atomic_store(&c->to_start, run->count);
  atomic_store(&c->live, 1);
  bool done = true;
  for (unsigned i = 0; done && i < c->at_once && may_start(c); i++) {
    atomic_fetch_add(&c->live, 1);
    c->task[i] =
        (cronet_task){.user = c, .on_chunk = on_chunk, .on_end = on_end, .buffer = CRONET_BUFFER};
    done = cronet_start(&c->client, c->url, c->params, &c->task[i]) != NULL;
  }
  link_ends(c); /* the starter's own share */
  done = done && ours_await(&c->ended, 70000) && !c->wrong;
  run->finished = c->finished;
  run->bytes = c->bytes;
  return done;
}

bool get_cronet(const void *arg, slice_out *out) {
  const get_job *job = arg;
  static chain c; /* its threads may outlive this function when a series fails */
  c.at_once = job->at_once < MOST ? job->at_once : MOST;
  c.out = out;
  snprintf(c.url, sizeof c.url, "http://127.0.0.1:%u/get", job->port);
  sem_init(&c.ended, 0, 0);
  if (!cronet_peer_open(&c.client, false, out))
    return false;
  c.params = cronet_params(&c.client, "GET");
  if (!get_measure(job, series, &c, out))
    return false;
  cronet.UrlRequestParams_Destroy(c.params);
  cronet_peer_close(&c.client);
  return true;
}
