/* tls_cronet.c - handshakes through Cronet; see tls.h. */
#include "tls.h"

#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>
#include <string.h>

typedef struct peer {
  cronet_peer client;
  Cronet_UrlRequestParams *params;
  char url[64];
  char *answer;
  size_t have;
  slice_out *out;
  cronet_task task;
  sem_t done;
} peer;

static void on_chunk(void *user, const void *data, size_t len) {
  peer *p = user;
  if (p->have + len >= TLS_ANSWER_MOST)
    return;
  memcpy(p->answer + p->have, data, len);
  p->have += len;
  p->answer[p->have] = '\0';
}

static void on_end(void *user, const cronet_task *task) {
  (void)task;
  sem_post(&((peer *)user)->done);
}

static bool ask(void *arg, char answer[TLS_ANSWER_MOST]) {
  peer *p = arg;
  p->answer = answer;
  p->have = 0;
  return cronet_start(&p->client, p->url, p->params, &p->task) && ours_await(&p->done, 5000) &&
         cronet_succeeded(&p->task, p->out);
}

bool tls_cronet(const void *arg, slice_out *out) {
  const tls_job *job = arg;
  static peer p; /* its threads may outlive this function when a request fails */
  p.out = out;
  p.task =
      (cronet_task){.user = &p, .on_chunk = on_chunk, .on_end = on_end, .buffer = CRONET_BUFFER};
  snprintf(p.url, sizeof p.url, "https://127.0.0.1:%u/", job->port);
  sem_init(&p.done, 0, 0);
  if (!cronet_trust(job->authority, out) || !cronet_peer_open(&p.client, false, out))
    return false;
  p.params = cronet_params(&p.client, "GET");
  if (!tls_measure(job, ask, &p, out))
    return false;
  cronet.UrlRequestParams_Destroy(p.params);
  cronet_peer_close(&p.client);
  return true;
}
