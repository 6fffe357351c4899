/* peer_curl.h - libcurl's multi interface, driven in both ways that its documentation recommends.
 *
 * "poll": curl_multi_perform and curl_multi_poll, for a few transfers. "epoll":
 * curl_multi_socket_action from an epoll loop, for many.
 */
#ifndef BENCH_PEER_CURL_H
#define BENCH_PEER_CURL_H

#include <stdbool.h>

/** Also when libcurl is not compiled in: says so. */
const char *curl_peer_version(void);
bool curl_peer_here(void);

/** Only peers that are compiled with libcurl use what follows. */
typedef struct curl_drive {
  void *multi; /* CURLM */
  int epoll;   /* -1: poll */
  long long expires_ns;
} curl_drive;

bool curl_drive_open(curl_drive *d, bool epoll);
void curl_drive_close(curl_drive *d);

/** Lets transfers that were just added begin. */
void curl_drive_kick(curl_drive *d);

/** Waits for something to do, for wait_ms at most, and does it. */
void curl_drive_turn(curl_drive *d, int wait_ms);

#endif
