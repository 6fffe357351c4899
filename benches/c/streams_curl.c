/* streams_curl.c - open streams in one thread of libcurl multi with epoll; see streams.h. */
#include "streams.h"

#include "clock.h"
#include "peer_curl.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct all {
  curl_drive drive;
  unsigned open;
  unsigned long long bytes;
} all;

static size_t on_header(char *data, size_t size, size_t count, void *user) {
  ((all *)user)->open += count == 2 && memcmp(data, "\r\n", 2) == 0;
  return size * count;
}

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  (void)data;
  ((all *)user)->bytes += size * count;
  return size * count;
}

static size_t drop(char *data, size_t size, size_t count, void *user) {
  (void)data, (void)user;
  return size * count;
}

static CURL *easy_new(const streams_job *job, const char *path) {
  char url[64];
  CURL *easy = curl_easy_init();
  snprintf(url, sizeof url, "http://127.0.0.1:%u%s", job->server->http_port, path);
  if (easy) {
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  }
  return easy;
}

static bool run_gets(const streams_job *job, all *a, int which, slice_out *out) {
  CURL *easy = easy_new(job, "/get");
  for (unsigned i = 0; i < job->gets; i++) {
    uint64_t begin = now_ns(), end = begin + 5000000000u;
    CURLMsg *msg;
    int left;
    curl_multi_add_handle(a->drive.multi, easy);
    curl_drive_kick(&a->drive);
    while (!(msg = curl_multi_info_read(a->drive.multi, &left)) && now_ns() < end)
      curl_drive_turn(&a->drive, 1000);
    if (!msg || msg->easy_handle != easy || msg->data.result != CURLE_OK) {
      snprintf(out->note, sizeof out->note, "GET %u failed", i);
      return false;
    }
    curl_multi_remove_handle(a->drive.multi, easy);
    if (i >= 20)
      slice_sample(out, which, us_between(begin, now_ns()));
  }
  curl_easy_cleanup(easy);
  return true;
}

static bool run_events(const streams_job *job, all *a, slice_out *out) {
  unsigned long long want = (unsigned long long)job->rounds * job->count * EVENT_BYTES;
  uint64_t end = now_ns() + 20000000000u;
  double cpu = cpu_us();
  if (!server_events(job->server, job->rounds, job->gap_us))
    return false;
  while (a->bytes < want && now_ns() < end)
    curl_drive_turn(&a->drive, 1000);
  out->value[STREAMS_EVENT_CPU] = (cpu_us() - cpu) / (job->rounds * job->count);
  if (a->bytes == want)
    return true;
  snprintf(out->note, sizeof out->note, "%llu of %llu event bytes", a->bytes, want);
  return false;
}

bool streams_curl(const void *arg, slice_out *out) {
  const streams_job *job = arg;
  all a = {.open = 0};
  CURL **easy = calloc(job->count, sizeof *easy);
  if (!easy || !curl_drive_open(&a.drive, true) || !run_gets(job, &a, 0, out))
    return false;
  streams_memory before = streams_memory_now();
  uint64_t begin = now_ns(), end = begin + 10000000000u;
  for (unsigned i = 0; i < job->count; i++) {
    easy[i] = easy_new(job, "/stream");
    if (!easy[i])
      return false;
    curl_easy_setopt(easy[i], CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy[i], CURLOPT_HEADERDATA, &a);
    curl_easy_setopt(easy[i], CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy[i], CURLOPT_WRITEDATA, &a);
    curl_multi_add_handle(a.drive.multi, easy[i]);
  }
  curl_drive_kick(&a.drive);
  while (a.open < job->count && now_ns() < end)
    curl_drive_turn(&a.drive, 100);
  if (a.open != job->count) {
    snprintf(out->note, sizeof out->note, "%u of %u streams open", a.open, job->count);
    return false;
  }
  out->value[STREAMS_OPEN_MS] = us_between(begin, now_ns()) / 1000;
  out->value[STREAMS_PEAK_THREADS] = streams_threads_now() - 1;
  for (uint64_t settle = now_ns() + job->settle_ms * 1000000ull; now_ns() < settle;)
    curl_drive_turn(&a.drive, 50);
  out->value[STREAMS_THREADS] = streams_threads_now() - 1;
  streams_memory_each(job, &before, out);
  if (!run_gets(job, &a, 1, out) || !run_events(job, &a, out))
    return false;
  for (unsigned i = 0; i < job->count; i++) {
    curl_multi_remove_handle(a.drive.multi, easy[i]);
    curl_easy_cleanup(easy[i]);
  }
  curl_drive_close(&a.drive);
  free(easy);
  return true;
}
