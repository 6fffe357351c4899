/* latency_curl.c - chunks through libcurl's easy write callback; see latency.h. */
#include "latency.h"

#include "clock.h"

#include <curl/curl.h>
#include <stdio.h>

typedef struct stream {
  records records;
  slice_out *out;
} stream;

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  uint64_t now = now_ns();
  stream *s = user;
  records_feed(&s->records, data, size * count, now, s->out);
  return size * count;
}

bool latency_curl(const void *arg, slice_out *out) {
  const latency_job *job = arg;
  char url[96];
  stream s = {.records = {.size = job->size}, .out = out};
  snprintf(url, sizeof url, "http://127.0.0.1:%u/drip/%u/%u", job->port, job->size, job->count);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = curl_easy_init();
  if (!easy)
    return false;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &s);
  CURLcode code = curl_easy_perform(easy);
  curl_easy_cleanup(easy);
  if (code != CURLE_OK) {
    snprintf(out->note, sizeof out->note, "%s", curl_easy_strerror(code));
    return false;
  }
  return records_all(&s.records, job, out);
}
