/* peer_curl.c - see peer_curl.h. */
#include "peer_curl.h"

#include "clock.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

const char *curl_peer_version(void) { return curl_version(); }

bool curl_peer_here(void) { return true; }

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known) {
  curl_drive *d = user;
  (void)easy;
  struct epoll_event ev = {.data.fd = fd};
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(d->epoll, EPOLL_CTL_DEL, fd, NULL);
    curl_multi_assign(d->multi, fd, NULL);
    return 0;
  }
  ev.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
              (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
  if (epoll_ctl(d->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev) != 0)
    epoll_ctl(d->epoll, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &ev);
  curl_multi_assign(d->multi, fd, d);
  return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
  curl_drive *d = user;
  (void)multi;
  d->expires_ns = timeout_ms < 0 ? -1 : (long long)now_ns() + timeout_ms * 1000000LL;
  return 0;
}

bool curl_drive_open(curl_drive *d, bool epoll) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  *d = (curl_drive){curl_multi_init(), -1, -1};
  if (!d->multi)
    return false;
  if (epoll) {
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    curl_multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d);
    curl_multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(d->multi, CURLMOPT_TIMERDATA, d);
  }
  return true;
}

void curl_drive_close(curl_drive *d) {
  curl_multi_cleanup(d->multi);
  if (d->epoll >= 0)
    close(d->epoll);
}

void curl_drive_kick(curl_drive *d) {
  int running;
  if (d->epoll < 0)
    curl_multi_perform(d->multi, &running);
  else
    curl_multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void curl_drive_turn(curl_drive *d, int wait_ms) {
  int running;
  if (d->epoll < 0) {
    curl_multi_poll(d->multi, NULL, 0, wait_ms, NULL);
    curl_multi_perform(d->multi, &running);
    return;
  }
  struct epoll_event ready[64];
  if (d->expires_ns >= 0) {
    long long left = (d->expires_ns - (long long)now_ns() + 999999) / 1000000;
    if (left < wait_ms)
      wait_ms = left < 0 ? 0 : (int)left;
  }
  int count = epoll_wait(d->epoll, ready, 64, wait_ms);
  for (int i = 0; i < count; i++) {
    int what = (ready[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
               (ready[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (ready[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    curl_multi_socket_action(d->multi, ready[i].data.fd, what, &running);
  }
  if (d->expires_ns >= 0 && (long long)now_ns() >= d->expires_ns) {
    d->expires_ns = -1;
    curl_multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}
