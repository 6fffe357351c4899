/* queue_curl.c - transfers of libcurl that wait for a connection; see queue.h. */
#include "queue.h"

#include "clock.h"
#include "peer_curl.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  (void)data;
  ++*(unsigned *)user;
  return size * count;
}

static CURL *easy_new(const char *url, unsigned *heard) {
  CURL *easy = curl_easy_init();
  if (easy) {
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, heard);
  }
  return easy;
}

static bool pass(const queue_job *job, curl_drive *drive, const char *url, CURL **easy,
                 unsigned *heard, slice_out *out) {
  double *us = out->value;
  queue_memory before = queue_memory_now();
  double cpu = cpu_us();
  uint64_t at = now_ns();
  for (unsigned i = 0; i < job->count; i++)
    if (!(easy[i] = easy_new(url, heard)))
      return false;
  us[QUEUE_CREATE] = queue_step_us(&at, job->count);
  for (unsigned i = 0; i < job->count; i++)
    if (curl_multi_add_handle(drive->multi, easy[i]) != CURLM_OK)
      return false;
  curl_drive_kick(drive);
  us[QUEUE_START] = queue_step_us(&at, job->count);
  us[QUEUE_CPU] = cpu_us() - cpu;
  queue_memory now = queue_memory_now();
  us[QUEUE_HEAP] = (now.heap - before.heap) / job->count;
  us[QUEUE_RSS] = (now.rss - before.rss) / job->count;
  cpu = cpu_us();
  at = now_ns();
  for (unsigned i = 0; i < job->count; i++)
    if (curl_multi_remove_handle(drive->multi, easy[i]) != CURLM_OK)
      return false;
  us[QUEUE_ABORT] = queue_step_us(&at, job->count);
  for (unsigned i = 0; i < job->count; i++)
    curl_easy_cleanup(easy[i]);
  us[QUEUE_RELEASE] = queue_step_us(&at, job->count);
  us[QUEUE_CPU] = (us[QUEUE_CPU] + cpu_us() - cpu) / job->count;
  us[QUEUE_ALL] = us[QUEUE_CREATE] + us[QUEUE_START] + us[QUEUE_ABORT] + us[QUEUE_RELEASE];
  return *heard == 0;
}

bool queue_curl(const void *arg, slice_out *out) {
  const queue_job *job = arg;
  char url[64];
  unsigned heard = 0, seen = atomic_load(&job->server->seen->heads_read);
  curl_drive drive;
  CURL **easy = calloc(job->count, sizeof *easy);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/silent", job->server->http_port);
  if (!easy || !curl_drive_open(&drive, true))
    return false;
  curl_multi_setopt(drive.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
  CURL *holder = easy_new(url, &heard);
  curl_multi_add_handle(drive.multi, holder);
  curl_drive_kick(&drive);
  uint64_t give_up = now_ns() + 5000000000u;
  while (atomic_load(&job->server->seen->heads_read) == seen && now_ns() < give_up)
    curl_drive_turn(&drive, 10);
  bool done = pass(job, &drive, url, easy, &heard, out);
  for (int v = QUEUE_LISTEN; v <= QUEUE_COMPLETE; v += QUEUE_COMPLETE - QUEUE_LISTEN)
    out->value[v] = 0; /* it has no such step */
  curl_multi_remove_handle(drive.multi, holder);
  curl_easy_cleanup(holder);
  curl_drive_close(&drive);
  free(easy);
  return done;
}
