/* bulk_ours.c - a download through reqtask; see bulk.h. */
#include "bulk.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>

typedef struct download {
  uint64_t seen;
  reqtask_status status;
  unsigned http_status;
  sem_t done;
} download;

static void on_headers(void *user, const reqtask_headers_event *ev) {
  ((download *)user)->http_status = ev->http_status;
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  ((download *)user)->seen += ev->bytes.len;
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  download *d = user;
  d->status = ev->status;
  sem_post(&d->done);
}

bool bulk_ours(const void *arg, slice_out *out) {
  const bulk_job *job = arg;
  static ours o;
  static download d; /* its worker may outlive this function when the download fails */
  char url[128];
  reqtask_id id;
  bulk_url(job, url, sizeof url);
  sem_init(&d.done, 0, 0);
  if (!ours_open_trusting(&o, job->who == BULK_OURS_QUEUED, 0, job->authority))
    return false;
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  reqtask_request *request = ours_stream_request("GET", url);
  bool started = request && reqtask_create(o.client, request, &id) == REQTASK_OK &&
                 reqtask_on_headers(id, on_headers, &d, NULL, NULL) == REQTASK_OK &&
                 reqtask_on_chunk(id, on_chunk, &d, NULL, NULL) == REQTASK_OK &&
                 reqtask_on_complete(id, on_complete, &d, NULL, NULL) == REQTASK_OK &&
                 reqtask_start(id) == REQTASK_OK;
  reqtask_request_free(request);
  bool ended = started && ours_await(&d.done, 60000);
  out->value[BULK_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[BULK_CPU_US] = cpu_us() - cpu;
  if (!ended || d.status != REQTASK_OK || d.http_status != 200 || d.seen != job->bytes) {
    snprintf(out->note, sizeof out->note, "%s, status %d, %llu bytes",
             started ? "started" : ours_error(), d.status, (unsigned long long)d.seen);
    return false;
  }
  reqtask_release(id);
  ours_close(&o);
  return true;
}
