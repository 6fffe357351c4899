/* idle_curl.c - idle connections in the cache of libcurl multi; see growth.h. */
#include "growth.h"

#include "clock.h"
#include "peer_curl.h"

#include <curl/curl.h>
#include <stdio.h>

static size_t drop(char *data, size_t size, size_t count, void *user) {
  (void)data, (void)user;
  return size * count;
}

static bool get_one(curl_drive *drive, CURL *easy) {
  uint64_t end = now_ns() + 5000000000u;
  CURLMsg *msg;
  int left;
  curl_multi_add_handle(drive->multi, easy);
  curl_drive_kick(drive);
  while (!(msg = curl_multi_info_read(drive->multi, &left)) && now_ns() < end)
    curl_drive_turn(drive, 1000);
  bool ok = msg && msg->data.result == CURLE_OK;
  curl_multi_remove_handle(drive->multi, easy);
  return ok;
}

static bool gets(const idle_job *job, curl_drive *drive, CURL *easy, int which, slice_out *out) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/get", job->server->http_port);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  for (unsigned i = 0; i < 50; i++)
    if (!get_one(drive, easy))
      return false;
  double cpu = cpu_us();
  for (unsigned i = 0; i < job->gets; i++) {
    uint64_t begin = now_ns();
    if (!get_one(drive, easy))
      return false;
    slice_sample(out, which, us_between(begin, now_ns()));
  }
  out->value[which == 0 ? IDLE_CPU_ALONE : IDLE_CPU_BESIDE] = (cpu_us() - cpu) / job->gets;
  return true;
}

bool idle_curl(const void *arg, slice_out *out) {
  const idle_job *job = arg;
  curl_drive drive;
  char url[64], to[64];
  CURL *easy = curl_easy_init();
  if (!easy || !curl_drive_open(&drive, true))
    return false;
  curl_multi_setopt(drive.multi, CURLMOPT_MAXCONNECTS, (long)job->connections + 8);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  snprintf(to, sizeof to, "::127.0.0.1:%u", job->server->http_port);
  struct curl_slist *everywhere = curl_slist_append(NULL, to);
  bool ok = gets(job, &drive, easy, 0, out);
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, everywhere);
  for (unsigned i = 0; ok && i < job->connections; i++) {
    snprintf(url, sizeof url, "http://h%u:%u/get", i, job->server->http_port);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    ok = get_one(&drive, easy);
  }
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, NULL);
  if (!ok || !gets(job, &drive, easy, 1, out)) {
    snprintf(out->note, sizeof out->note, "a GET failed");
    return false;
  }
  double switches = idle_switches_now(), cpu = cpu_us();
  unsigned turns = 0;
  for (uint64_t end = now_ns() + 1000000000u; now_ns() < end; turns++)
    curl_drive_turn(&drive, 1000);
  out->value[IDLE_WAKEUPS] = idle_switches_now() - switches - 1;
  out->value[IDLE_CPU] = cpu_us() - cpu;
  out->value[IDLE_SOCKETS] = idle_sockets_now();
  curl_easy_cleanup(easy);
  curl_drive_close(&drive);
  curl_slist_free_all(everywhere);
  if (out->value[IDLE_SOCKETS] > job->connections)
    return true;
  snprintf(out->note, sizeof out->note, "only %.0f sockets are open", out->value[IDLE_SOCKETS]);
  return false;
}
