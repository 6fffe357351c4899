/* latency_ours.c - chunks through reqtask; see latency.h. */
#include "latency.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>

typedef struct stream {
  records records;
  slice_out *out;
  reqtask_status status;
  sem_t done;
} stream;

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  uint64_t now = now_ns();
  stream *s = user;
  records_feed(&s->records, ev->bytes.data, ev->bytes.len, now, s->out);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  stream *s = user;
  s->status = ev->status;
  sem_post(&s->done);
}

bool latency_ours(const void *arg, slice_out *out) {
  const latency_job *job = arg;
  char url[96];
  ours o;
  static stream s;
  reqtask_id id;
  s = (stream){.records = {.size = job->size}, .out = out};
  sem_init(&s.done, 0, 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/drip/%u/%u", job->port, job->size, job->count);
  if (!ours_open(&o, job->queued, 0))
    return false;
  reqtask_request *request = ours_stream_request("GET", url);
  bool started = request && reqtask_create(o.client, request, &id) == REQTASK_OK &&
                 reqtask_on_chunk(id, on_chunk, &s, NULL, NULL) == REQTASK_OK &&
                 reqtask_on_complete(id, on_complete, &s, NULL, NULL) == REQTASK_OK &&
                 reqtask_start(id) == REQTASK_OK;
  reqtask_request_free(request);
  if (!started || !ours_await(&s.done, job->count * 2 + 5000) || s.status != REQTASK_OK) {
    snprintf(out->note, sizeof out->note, "started %d, status %d, %u records", started, s.status,
             s.records.seen);
    return false;
  }
  reqtask_release(id);
  ours_close(&o);
  return records_all(&s.records, job, out);
}
