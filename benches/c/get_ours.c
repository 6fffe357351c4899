/* get_ours.c - GETs through reqtask; see get.h. */
#include "get.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>

typedef struct chain {
  ours client;
  char url[64];
  unsigned at_once;
  bool waits; /* the main thread, for each */
  atomic_uint to_start, finished, live;
  atomic_ullong bytes;
  atomic_bool wrong;
  uint64_t end_ns;
  sem_t ended;
} chain;

static void on_headers(void *user, const reqtask_headers_event *ev) {
  if (ev->http_status != 200)
    atomic_store(&((chain *)user)->wrong, true);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  atomic_fetch_add_explicit(&((chain *)user)->bytes, ev->bytes.len, memory_order_relaxed);
}

static void on_complete(void *user, const reqtask_complete_event *ev);

static bool start_one(chain *c, reqtask_id *id) {
  reqtask_request *request;
  if (reqtask_request_new("GET", 3, c->url, REQTASK_NTS, &request) != REQTASK_OK)
    return false;
  bool done = reqtask_create(c->client.client, request, id) == REQTASK_OK;
  reqtask_request_free(request);
  return done && reqtask_on_headers(*id, on_headers, c, NULL, NULL) == REQTASK_OK &&
         reqtask_on_chunk(*id, on_chunk, c, NULL, NULL) == REQTASK_OK &&
         reqtask_on_complete(*id, on_complete, c, NULL, NULL) == REQTASK_OK &&
         reqtask_start(*id) == REQTASK_OK;
}

/** Takes the right to start one more request. */
static bool may_start(chain *c) {
  if (now_ns() >= c->end_ns || atomic_load(&c->wrong))
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

static void on_complete(void *user, const reqtask_complete_event *ev) {
  chain *c = user;
  reqtask_id next;
  atomic_fetch_add_explicit(&c->finished, 1, memory_order_relaxed);
  if (ev->status != REQTASK_OK)
    atomic_store(&c->wrong, true);
  if (c->waits)
    return; /* one_by_one goes on */
  reqtask_release(ev->task);
  if (!may_start(c)) {
    link_ends(c);
  } else if (!start_one(c, &next)) {
    atomic_store(&c->wrong, true);
    link_ends(c);
  }
}

static bool one_by_one(chain *c) {
  while (may_start(c)) {
    reqtask_id id;
    if (!start_one(c, &id) || reqtask_wait(id, 2000) != REQTASK_OK)
      return false;
    reqtask_release(id);
  }
  return true;
}

static bool series(void *peer, get_run *run) {
  chain *c = peer;
  atomic_store(&c->to_start, run->count);
  atomic_store(&c->finished, 0);
  atomic_store(&c->bytes, 0);
  c->end_ns = run->end_ns;
  bool done;
  if (c->waits) {
    done = one_by_one(c);
  } else {
    done = true;
    atomic_store(&c->live, 1);
    for (unsigned i = 0; done && i < c->at_once && may_start(c); i++) {
      reqtask_id id;
      atomic_fetch_add(&c->live, 1);
      done = start_one(c, &id);
    }
    link_ends(c); /* the starter's own share */
    done = done && ours_await(&c->ended, 70000);
  }
  run->finished = atomic_load(&c->finished);
  run->bytes = atomic_load(&c->bytes);
  return done && !atomic_load(&c->wrong);
}

bool get_ours(const void *arg, slice_out *out) {
  const get_job *job = arg;
  static chain c; /* workers may outlive this function when a series fails */
  c.at_once = job->at_once;
  c.waits = job->who == GET_OURS_WAIT;
  snprintf(c.url, sizeof c.url, "http://127.0.0.1:%u/get", job->port);
  sem_init(&c.ended, 0, 0);
  if (!ours_open(&c.client, job->who == GET_OURS_QUEUED, 0))
    return false;
  if (!get_measure(job, series, &c, out)) {
    if (!out->note[0])
      snprintf(out->note, sizeof out->note, "%s", ours_error());
    return false;
  }
  ours_close(&c.client);
  return true;
}
