/* server_write.c - the answers that take long: each is written by a thread, with blocking sends.
 * See server.h. */
#include "server.h"

#include "clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";

typedef struct writing {
  int fd;
  unsigned size, count;
} writing;

static bool send_all(int fd, const void *data, size_t len) {
  const char *at = data;
  while (len > 0) {
    ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    at += sent;
    len -= (size_t)sent;
  }
  return true;
}

size_t server_record(char *out, size_t size) {
  int line = sprintf(out, "%x\r\n", (unsigned)size);
  char *body = out + line;
  uint64_t stamp = now_ns();
  memcpy(body, &stamp, sizeof stamp);
  memset(body + sizeof stamp, 'x', size - sizeof stamp);
  memcpy(body + size, "\r\n", 2);
  return (size_t)line + size + 2;
}

static void *flood(void *arg) {
  writing *w = arg;
  enum { SIZE = 65536 };
  char *chunk = malloc(SIZE + 16);
  if (chunk) {
    int line = sprintf(chunk, "%x\r\n", SIZE);
    memset(chunk + line, 'f', SIZE);
    memcpy(chunk + line + SIZE, "\r\n", 2);
    size_t len = (size_t)line + SIZE + 2;
    if (send_all(w->fd, head, sizeof head - 1))
      while (send_all(w->fd, chunk, len))
        continue;
  }
  free(chunk);
  close(w->fd);
  free(w);
  return NULL;
}

static void *drip(void *arg) {
  writing *w = arg;
  char record[RECORD_MOST + 16];
  bool alive = send_all(w->fd, head, sizeof head - 1);
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (unsigned i = 0; alive && i < w->count; i++) {
    next.tv_nsec += 1000000;
    if (next.tv_nsec >= 1000000000) {
      next.tv_nsec -= 1000000000;
      next.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    size_t len = server_record(record, w->size);
    alive = send_all(w->fd, record, len);
  }
  if (alive)
    send_all(w->fd, "0\r\n\r\n", 5);
  shutdown(w->fd, SHUT_WR);
  close(w->fd);
  free(w);
  return NULL;
}

static void write_on(void *(*run)(void *), int fd, unsigned size, unsigned count) {
  pthread_t thread;
  writing *w = malloc(sizeof *w);
  if (w)
    *w = (writing){fd, size, count};
  if (w && pthread_create(&thread, NULL, run, w) == 0) {
    pthread_detach(thread);
    return;
  }
  free(w);
  close(fd);
}

void server_flood(int fd) { write_on(flood, fd, 0, 0); }

void server_drip(int fd, unsigned size, unsigned count) {
  if (size < sizeof(uint64_t) || size > RECORD_MOST)
    close(fd);
  else
    write_on(drip, fd, size, count);
}
