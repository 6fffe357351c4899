/* upload_curl.c - an upload through libcurl's easy interface; see upload.h. */
#include "upload.h"

#include "clock.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

typedef struct upload {
  const char *bytes;
  uint64_t at, len;
  char body[64];
  size_t have;
  uint64_t events;
} upload;

static size_t on_read(char *into, size_t size, size_t count, void *user) {
  upload *u = user;
  size_t most = size * count;
  size_t n = u->len - u->at < most ? (size_t)(u->len - u->at) : most;
  memcpy(into, u->bytes + u->at, n);
  u->at += n;
  return n;
}

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  upload *u = user;
  size_t len = size * count;
  if (u->have + len >= sizeof u->body)
    return 0;
  memcpy(u->body + u->have, data, len);
  u->have += len;
  u->body[u->have] = '\0';
  return len;
}

static int on_progress(void *user, curl_off_t down, curl_off_t downed, curl_off_t up,
                       curl_off_t upped) {
  (void)down, (void)downed, (void)up, (void)upped;
  ((upload *)user)->events++;
  return 0;
}

bool upload_curl(const void *arg, slice_out *out) {
  const upload_job *job = arg;
  char url[64];
  long status = 0;
  upload u = {.bytes = upload_bytes(job), .len = job->bytes};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = curl_easy_init();
  if (!easy || !u.bytes)
    return false;
  snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", job->port, job->refused ? "refuse" : "sink");
  struct curl_slist *fields = curl_slist_append(NULL, "Expect:");
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)job->bytes);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, &u);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &u);
  if (job->who == UPLOAD_CURL_512K)
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 524288L);
  if (job->progress) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &u);
  }
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  CURLcode code = curl_easy_perform(easy);
  out->value[UPLOAD_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[UPLOAD_CPU_US] = cpu_us() - cpu;
  out->value[UPLOAD_EVENTS] = (double)u.events;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  curl_slist_free_all(fields);
  if (code != CURLE_OK) {
    snprintf(out->note, sizeof out->note, "%s", curl_easy_strerror(code));
    return false;
  }
  return upload_heard(job, (unsigned)status, u.body, out);
}
