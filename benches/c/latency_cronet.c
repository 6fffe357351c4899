/* latency_cronet.c - chunks through Cronet, in its network thread or an executor's; see
 * latency.h. */
#include "latency.h"

#include "clock.h"
#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>

typedef struct stream {
  records records;
  slice_out *out;
  sem_t done;
} stream;

static void on_chunk(void *user, const void *data, size_t len) {
  uint64_t now = now_ns();
  stream *s = user;
  records_feed(&s->records, data, len, now, s->out);
}

static void on_end(void *user, const cronet_task *task) {
  (void)task;
  sem_post(&((stream *)user)->done);
}

bool latency_cronet(const void *arg, slice_out *out) {
  const latency_job *job = arg;
  char url[96];
  static cronet_peer c; /* its threads may outlive this function when the stream fails */
  static stream s;
  static cronet_task task = {
      .user = &s, .on_chunk = on_chunk, .on_end = on_end, .buffer = CRONET_BUFFER};
  s = (stream){.records = {.size = job->size}, .out = out};
  sem_init(&s.done, 0, 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/drip/%u/%u", job->port, job->size, job->count);
  if (!cronet_peer_open(&c, !job->queued, out))
    return false;
  Cronet_UrlRequestParams *params = cronet_params(&c, "GET");
  if (!cronet_start(&c, url, params, &task) || !ours_await(&s.done, job->count * 2 + 5000)) {
    snprintf(out->note, sizeof out->note, "%u records", s.records.seen);
    return false;
  }
  if (!cronet_succeeded(&task, out))
    return false;
  cronet.UrlRequestParams_Destroy(params);
  cronet_peer_close(&c);
  return records_all(&s.records, job, out);
}
