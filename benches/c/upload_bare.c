/* upload_bare.c - an upload by send alone, the limit; see upload.h. */
#include "upload.h"

#include "clock.h"
#include "peer_bare.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 65536 };

static bool send_all(int fd, const char *at, uint64_t left) {
  while (left > 0) {
    ssize_t sent = send(fd, at, left < PIECE ? (size_t)left : PIECE, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    at += sent;
    left -= (uint64_t)sent;
  }
  return true;
}

bool upload_bare(const void *arg, slice_out *out) {
  const upload_job *job = arg;
  char head[128], answer[512];
  unsigned status = 0;
  const char *bytes = upload_bytes(job);
  int len =
      snprintf(head, sizeof head, "PUT /sink HTTP/1.1\r\nHost: a\r\nContent-Length: %llu\r\n\r\n",
               (unsigned long long)job->bytes);
  double cpu = cpu_us();
  uint64_t begin = now_ns();
  int fd = bare_connect(job->port);
  if (!bytes || fd < 0 || !send_all(fd, head, (uint64_t)len) || !send_all(fd, bytes, job->bytes))
    return false;
  ssize_t got = recv(fd, answer, sizeof answer - 1, 0);
  out->value[UPLOAD_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[UPLOAD_CPU_US] = cpu_us() - cpu;
  close(fd);
  answer[got > 0 ? got : 0] = '\0';
  const char *body = strstr(answer, "\r\n\r\n");
  return sscanf(answer, "HTTP/1.1 %u", &status) == 1 && body &&
         upload_heard(job, status, body + 4, out);
}
