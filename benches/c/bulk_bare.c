/* bulk_bare.c - a download by recv alone, the limit: the end is where the known number of bytes is
 * reached; see bulk.h. */
#include "bulk.h"

#include "clock.h"
#include "peer_bare.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 65536 };

/** Bytes that one call of recv has brought, or -1. */
static ssize_t hear(int fd, char *into, size_t room) { return recv(fd, into, room, 0); }

/** Reads the head; returns how many bytes of the body came with it, -1: no head. */
static ssize_t read_head(int fd, char *piece) {
  size_t have = 0;
  while (have < PIECE - 1) {
    ssize_t got = hear(fd, piece + have, PIECE - 1 - have);
    if (got <= 0)
      return -1;
    have += (size_t)got;
    piece[have] = '\0';
    const char *body = strstr(piece, "\r\n\r\n");
    if (body)
      return (ssize_t)have - (body + 4 - piece);
  }
  return -1;
}

bool bulk_bare(const void *arg, slice_out *out) {
  const bulk_job *job = arg;
  static char piece[PIECE];
  char request[256];
  int len = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", job->path);
  double cpu = cpu_us();
  uint64_t begin = now_ns(), seen = 0;
  int fd = bare_connect(job->port);
  if (fd < 0 || send(fd, request, (size_t)len, MSG_NOSIGNAL) != len)
    return false;
  ssize_t got = read_head(fd, piece);
  while (got > 0 || (got == 0 && seen == 0)) {
    seen += (uint64_t)got;
    got = hear(fd, piece, PIECE);
  }
  out->value[BULK_SECONDS] = (double)(now_ns() - begin) / 1e9;
  out->value[BULK_CPU_US] = cpu_us() - cpu;
  close(fd);
  /* Chunk sizes and line ends are counted, too, because nobody takes them out here. */
  if (got == 0 && (job->chunked ? seen > job->bytes : seen == job->bytes))
    return true;
  snprintf(out->note, sizeof out->note, "%llu bytes", (unsigned long long)seen);
  return false;
}
