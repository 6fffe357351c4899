/* upload_cronet.c - an upload through Cronet; see upload.h. It tells nothing of an upload's
 * progress but what its provider was asked for. */
#include "upload.h"

#include "clock.h"
#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>
#include <string.h>

typedef struct upload {
  char text[64];
  size_t have;
  sem_t done;
} upload;

static void on_chunk(void *user, const void *data, size_t len) {
  upload *u = user;
  if (u->have + len >= sizeof u->text)
    return;
  memcpy(u->text + u->have, data, len);
  u->have += len;
}

static void on_end(void *user, const cronet_task *task) {
  (void)task;
  sem_post(&((upload *)user)->done);
}

bool upload_cronet(const void *arg, slice_out *out) {
  const upload_job *job = arg;
  static cronet_peer c; /* its threads may outlive this function when the upload fails */
  static upload u;
  static cronet_body body;
  static cronet_task task = {
      .user = &u, .on_chunk = on_chunk, .on_end = on_end, .buffer = CRONET_BUFFER};
  char url[64];
  body = (cronet_body){.bytes = upload_bytes(job), .len = job->bytes};
  snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", job->port, job->refused ? "refuse" : "sink");
  sem_init(&u.done, 0, 0);
  if (!body.bytes || !cronet_peer_open(&c, job->who == UPLOAD_CRONET_DIRECT, out))
    return false;
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  Cronet_UrlRequestParams *params = cronet_params(&c, "PUT");
  cronet_body_set(&c, params, &body);
  bool ended = cronet_start(&c, url, params, &task) && ours_await(&u.done, 30000);
  out->value[UPLOAD_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[UPLOAD_CPU_US] = cpu_us() - cpu;
  if (!ended || task.result != CRONET_SUCCEEDED) {
    snprintf(out->note, sizeof out->note, "%s", task.error);
    return false;
  }
  cronet.UrlRequestParams_Destroy(params);
  cronet_peer_close(&c);
  cronet.UploadDataProvider_Destroy(body.provider);
  return upload_heard(job, (unsigned)task.status, u.text, out);
}
