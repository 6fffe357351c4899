/* tls_ours.c - handshakes through reqtask, one client; see tls.h. */
#include "tls.h"

#include "peer_ours.h"

#include <stdio.h>
#include <string.h>

typedef struct peer {
  ours client;
  char url[64];
  char *answer;
  size_t have;
  reqtask_status status;
} peer;

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  peer *p = user;
  if (p->have + ev->bytes.len >= TLS_ANSWER_MOST)
    return;
  memcpy(p->answer + p->have, ev->bytes.data, ev->bytes.len);
  p->have += ev->bytes.len;
  p->answer[p->have] = '\0';
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  ((peer *)user)->status = ev->status;
}

static bool ask(void *arg, char answer[TLS_ANSWER_MOST]) {
  peer *p = arg;
  reqtask_request *request;
  reqtask_id id;
  p->answer = answer;
  p->have = 0;
  if (reqtask_request_new("GET", 3, p->url, REQTASK_NTS, &request) != REQTASK_OK)
    return false;
  bool done = reqtask_create(p->client.client, request, &id) == REQTASK_OK &&
              reqtask_on_chunk(id, on_chunk, p, NULL, NULL) == REQTASK_OK &&
              reqtask_on_complete(id, on_complete, p, NULL, NULL) == REQTASK_OK &&
              reqtask_start(id) == REQTASK_OK && reqtask_wait(id, 5000) == REQTASK_OK;
  reqtask_request_free(request);
  reqtask_release(id);
  return done && p->status == REQTASK_OK;
}

bool tls_ours(const void *arg, slice_out *out) {
  const tls_job *job = arg;
  static peer p; /* its workers may outlive this function when a request fails */
  snprintf(p.url, sizeof p.url, "https://127.0.0.1:%u/", job->port);
  if (!ours_open_trusting(&p.client, false, 0, job->authority) || !tls_measure(job, ask, &p, out))
    return false;
  ours_close(&p.client);
  return true;
}
