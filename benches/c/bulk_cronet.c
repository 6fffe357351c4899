/* bulk_cronet.c - a download through Cronet; see bulk.h. */
#include "bulk.h"

#include "clock.h"
#include "peer_cronet.h"
#include "peer_ours.h"

#include <stdio.h>

enum { LARGE = 262144 };

typedef struct download {
  uint64_t seen;
  sem_t done;
} download;

static void on_chunk(void *user, const void *data, size_t len) {
  (void)data;
  ((download *)user)->seen += len;
}

static void on_end(void *user, const cronet_task *task) {
  (void)task;
  sem_post(&((download *)user)->done);
}

bool bulk_cronet(const void *arg, slice_out *out) {
  const bulk_job *job = arg;
  bool direct = job->who == BULK_CRONET_DIRECT;
  static cronet_peer c; /* its threads may outlive this function when the download fails */
  static download d;
  static cronet_task task = {.user = &d, .on_chunk = on_chunk, .on_end = on_end};
  char url[128];
  bulk_url(job, url, sizeof url);
  sem_init(&d.done, 0, 0);
  if (job->authority && !cronet_trust(job->authority, out))
    return false;
  if (!cronet_peer_open(&c, direct, out))
    return false;
  task.buffer = direct ? LARGE : CRONET_BUFFER;
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  Cronet_UrlRequestParams *params = cronet_params(&c, "GET");
  bool ended = cronet_start(&c, url, params, &task) && ours_await(&d.done, 60000);
  out->value[BULK_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[BULK_CPU_US] = cpu_us() - cpu;
  if (!ended || !cronet_succeeded(&task, out))
    return false;
  cronet.UrlRequestParams_Destroy(params);
  cronet_peer_close(&c);
  if (d.seen == job->bytes)
    return true;
  snprintf(out->note, sizeof out->note, "%llu bytes", (unsigned long long)d.seen);
  return false;
}
