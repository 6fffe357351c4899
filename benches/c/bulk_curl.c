/* bulk_curl.c - a download through libcurl, easy with two buffer sizes and multi; see bulk.h. */
#include "bulk.h"

#include "clock.h"
#include "peer_curl.h"

#include <curl/curl.h>
#include <stdio.h>

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  (void)data;
  *(uint64_t *)user += size * count;
  return size * count;
}

static CURLcode perform_multi(CURL *easy) {
  curl_drive drive;
  CURLcode code = CURLE_FAILED_INIT;
  if (!curl_drive_open(&drive, false))
    return code;
  curl_multi_add_handle(drive.multi, easy);
  curl_drive_kick(&drive);
  for (;;) {
    int left;
    const CURLMsg *msg = curl_multi_info_read(drive.multi, &left);
    if (msg && msg->msg == CURLMSG_DONE) {
      code = msg->data.result;
      break;
    }
    curl_drive_turn(&drive, 1000);
  }
  curl_multi_remove_handle(drive.multi, easy);
  curl_drive_close(&drive);
  return code;
}

bool bulk_curl(const void *arg, slice_out *out) {
  const bulk_job *job = arg;
  char url[128];
  uint64_t seen = 0;
  long status = 0;
  bulk_url(job, url, sizeof url);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = curl_easy_init();
  if (!easy)
    return false;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &seen);
  if (job->authority)
    curl_easy_setopt(easy, CURLOPT_CAINFO, job->authority);
  if (job->who == BULK_CURL_64K)
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 65536L);
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  CURLcode code = job->who == BULK_CURL_MULTI ? perform_multi(easy) : curl_easy_perform(easy);
  out->value[BULK_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[BULK_CPU_US] = cpu_us() - cpu;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  if (code == CURLE_OK && status == 200 && seen == job->bytes)
    return true;
  snprintf(out->note, sizeof out->note, "%s, status %ld, %llu bytes", curl_easy_strerror(code),
           status, (unsigned long long)seen);
  return false;
}
