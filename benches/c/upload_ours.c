/* upload_ours.c - an upload through reqtask; see upload.h. */
#include "upload.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>
#include <string.h>

typedef struct upload {
  char body[64];
  size_t have;
  uint64_t events;
  unsigned http_status;
  reqtask_status status;
  sem_t done;
} upload;

static void on_headers(void *user, const reqtask_headers_event *ev) {
  ((upload *)user)->http_status = ev->http_status;
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  upload *u = user;
  if (u->have + ev->bytes.len >= sizeof u->body)
    return;
  memcpy(u->body + u->have, ev->bytes.data, ev->bytes.len);
  u->have += ev->bytes.len;
}

static void on_progress(void *user, const reqtask_progress_event *ev) {
  (void)ev;
  ((upload *)user)->events++;
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  upload *u = user;
  u->status = ev->status;
  sem_post(&u->done);
}

/** The bytes are this process's and live as long. */
static void keep(void *user) { (void)user; }

bool upload_ours(const void *arg, slice_out *out) {
  const upload_job *job = arg;
  static ours o;
  static upload u; /* its worker may outlive this function when the upload fails */
  char url[64];
  reqtask_id id;
  const char *bytes = upload_bytes(job);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", job->port, job->refused ? "refuse" : "sink");
  sem_init(&u.done, 0, 0);
  if (!bytes || !ours_open(&o, false, 0))
    return false;
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  reqtask_request *request = ours_stream_request("PUT", url);
  bool started =
      request && reqtask_request_set_body(request, bytes, job->bytes, NULL, keep) == REQTASK_OK &&
      reqtask_create(o.client, request, &id) == REQTASK_OK &&
      reqtask_on_headers(id, on_headers, &u, NULL, NULL) == REQTASK_OK &&
      reqtask_on_chunk(id, on_chunk, &u, NULL, NULL) == REQTASK_OK &&
      (!job->progress || reqtask_on_progress(id, on_progress, &u, NULL, NULL) == REQTASK_OK) &&
      reqtask_on_complete(id, on_complete, &u, NULL, NULL) == REQTASK_OK &&
      reqtask_start(id) == REQTASK_OK;
  reqtask_request_free(request);
  bool ended = started && ours_await(&u.done, 30000);
  out->value[UPLOAD_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[UPLOAD_CPU_US] = cpu_us() - cpu;
  out->value[UPLOAD_EVENTS] = (double)u.events;
  if (!ended || u.status != REQTASK_OK) {
    snprintf(out->note, sizeof out->note, "%s, status %d", started ? "started" : ours_error(),
             u.status);
    return false;
  }
  reqtask_release(id);
  ours_close(&o);
  return upload_heard(job, u.http_status, u.body, out);
}
