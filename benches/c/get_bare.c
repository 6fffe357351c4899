/* get_bare.c - GETs by plain sockets, in one thread with epoll; see get.h. It finds the end of an
 * answer by its known content length and nothing else. */
#include "get.h"

#include "clock.h"
#include "peer_bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE_MOST = 256, ANSWER_MOST = 1024 };

typedef struct bare {
  int epoll;
  unsigned at_once;
  int fd[AT_ONCE_MOST];
  size_t have[AT_ONCE_MOST];
  char answer[AT_ONCE_MOST][ANSWER_MOST];
  char request[128];
  size_t request_len;
} bare;

static bool ask(const bare *b, unsigned i) {
  return send(b->fd[i], b->request, b->request_len, MSG_NOSIGNAL) == (ssize_t)b->request_len;
}

/** Reads once. -1: broken, 0: more to come, 1: one whole answer. */
static int hear(bare *b, unsigned i, get_run *run) {
  char *answer = b->answer[i];
  ssize_t got = recv(b->fd[i], answer + b->have[i], ANSWER_MOST - 1 - b->have[i], 0);
  if (got <= 0)
    return -1;
  b->have[i] += (size_t)got;
  answer[b->have[i]] = '\0';
  const char *body = strstr(answer, "\r\n\r\n");
  if (!body)
    return 0;
  size_t len = b->have[i] - (size_t)(body + 4 - answer);
  if (len < GET_BODY)
    return 0;
  b->have[i] = 0;
  run->bytes += len;
  run->finished++;
  return strncmp(answer, "HTTP/1.1 200", 12) == 0 ? 1 : -1;
}

static bool one_by_one(bare *b, get_run *run) {
  while (run->finished < run->count && now_ns() < run->end_ns) {
    if (!ask(b, 0))
      return false;
    int heard;
    while ((heard = hear(b, 0, run)) == 0)
      continue;
    if (heard < 0)
      return false;
  }
  return true;
}

static bool series(void *peer, get_run *run) {
  bare *b = peer;
  unsigned asked = 0, open = 0;
  if (b->at_once == 1)
    return one_by_one(b, run);
  for (; asked < b->at_once && asked < run->count; asked++, open++)
    if (!ask(b, asked))
      return false;
  while (open > 0) {
    struct epoll_event ready[64];
    int count = epoll_wait(b->epoll, ready, 64, 2000);
    if (count <= 0)
      return false;
    for (int n = 0; n < count; n++) {
      unsigned i = ready[n].data.u32;
      int heard = hear(b, i, run);
      if (heard < 0)
        return false;
      if (heard == 0)
        continue;
      open--;
      if (asked < run->count && now_ns() < run->end_ns) {
        if (!ask(b, i))
          return false;
        asked++, open++;
      }
    }
  }
  return true;
}

bool get_bare(const void *arg, slice_out *out) {
  const get_job *job = arg;
  static bare b;
  b.at_once = job->at_once;
  b.epoll = epoll_create1(EPOLL_CLOEXEC);
  b.request_len =
      (size_t)snprintf(b.request, sizeof b.request,
                       "GET /get HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: */*\r\n\r\n", job->port);
  for (unsigned i = 0; i < b.at_once; i++) {
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};
    b.fd[i] = bare_connect(job->port);
    if (b.fd[i] < 0 || epoll_ctl(b.epoll, EPOLL_CTL_ADD, b.fd[i], &ev) != 0)
      return false;
  }
  return get_measure(job, series, &b, out);
}
