/* get_curl.c - GETs through libcurl, easy and multi, with handles reused; see get.h. */
#include "get.h"

#include "clock.h"
#include "peer_curl.h"

#include <curl/curl.h>
#include <stdio.h>

enum { AT_ONCE_MOST = 10000 };

typedef struct peer {
  unsigned at_once;
  curl_drive drive;
  CURL *easy[AT_ONCE_MOST];
  uint64_t bytes;
} peer;

static size_t on_write(char *data, size_t size, size_t count, void *user) {
  (void)data;
  ((peer *)user)->bytes += size * count;
  return size * count;
}

static bool was_ok(CURL *easy, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return code == CURLE_OK && status == 200;
}

static bool one_by_one(void *arg, get_run *run) {
  peer *p = arg;
  p->bytes = 0;
  while (run->finished < run->count && now_ns() < run->end_ns) {
    if (!was_ok(p->easy[0], curl_easy_perform(p->easy[0])))
      return false;
    run->finished++;
  }
  run->bytes = p->bytes;
  return true;
}

static bool many(void *arg, get_run *run) {
  peer *p = arg;
  unsigned asked = 0, open = 0;
  uint64_t give_up = run->end_ns + 5000000000u;
  p->bytes = 0;
  for (; asked < p->at_once && asked < run->count; asked++, open++)
    curl_multi_add_handle(p->drive.multi, p->easy[asked]);
  curl_drive_kick(&p->drive);
  while (open > 0) {
    CURLMsg *msg;
    int left;
    while ((msg = curl_multi_info_read(p->drive.multi, &left))) {
      if (msg->msg != CURLMSG_DONE)
        continue;
      CURL *easy = msg->easy_handle;
      bool ok = was_ok(easy, msg->data.result);
      curl_multi_remove_handle(p->drive.multi, easy);
      run->finished++;
      open--;
      if (!ok)
        return false;
      if (asked < run->count && now_ns() < run->end_ns) {
        curl_multi_add_handle(p->drive.multi, easy);
        asked++, open++;
      }
    }
    if (open > 0)
      curl_drive_turn(&p->drive, 1000);
    if (now_ns() > give_up)
      return false;
  }
  run->bytes = p->bytes;
  return true;
}

bool get_curl(const void *arg, slice_out *out) {
  const get_job *job = arg;
  static peer p;
  char url[64];
  p.at_once = job->at_once;
  snprintf(url, sizeof url, "http://127.0.0.1:%u/get", job->port);
  if (!curl_drive_open(&p.drive, job->who == GET_CURL_EPOLL))
    return false;
  for (unsigned i = 0; i < p.at_once; i++) {
    p.easy[i] = curl_easy_init();
    if (!p.easy[i])
      return false;
    curl_easy_setopt(p.easy[i], CURLOPT_URL, url);
    curl_easy_setopt(p.easy[i], CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(p.easy[i], CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(p.easy[i], CURLOPT_WRITEDATA, &p);
  }
  return get_measure(job, job->who == GET_CURL_EASY ? one_by_one : many, &p, out);
}
