/* server.c - the server of the Node benchmark: a process of its own, a thread for each connection,
 * answers by plain blocking sends, so that it costs less than any of its clients. Prints its port
 * and ends with its standard input.
 *
 *   GET /get                    200 with 100 bytes of JSON (where there is no nginx)
 *   GET /body/SIZE              SIZE bytes with a content-length
 *   GET /chunked/SIZE/CHUNK     SIZE bytes in chunks of CHUNK
 *   GET /events/GAP_US/COUNT    COUNT server-sent events, one each GAP_US microseconds
 *
 * An event is a chunk and a segment of its own, "data: NANOSECONDS\n\n": the sender's
 * CLOCK_MONOTONIC just before it wrote.
 * Byte number i of a body is i % 251, so that a client can check what it counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MOST = 4096, PERIOD = 251, PIECE = 262144 };

static unsigned char pattern[PIECE + PERIOD];

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

static bool send_parts(int fd, struct iovec *parts, size_t count) {
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
  while (message.msg_iovlen > 0) {
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    size_t left = (size_t)sent;
    while (message.msg_iovlen > 0 && left >= message.msg_iov->iov_len) {
      left -= message.msg_iov->iov_len;
      message.msg_iov++;
      message.msg_iovlen--;
    }
    if (message.msg_iovlen > 0) {
      message.msg_iov->iov_base = (char *)message.msg_iov->iov_base + left;
      message.msg_iov->iov_len -= left;
    }
  }
  return true;
}

static bool send_head(int fd, const char *type, const char *framing) {
  char head[256];
  int len = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n\r\n", type,
                     framing);
  return send_all(fd, head, (size_t)len);
}

static bool answer_get(int fd) {
  static const char body[] = "{\"id\":12345,\"name\":\"a small answer\",\"tags\":[\"one\",\"two\"],"
                             "\"ok\":true,\"note\":\"a hundred bytes in all.\"}";
  char out[512];
  int len =
      snprintf(out, sizeof out,
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
               sizeof body - 1, body);
  return send_all(fd, out, (size_t)len);
}

static bool answer_body(int fd, uint64_t size) {
  char framing[64];
  snprintf(framing, sizeof framing, "Content-Length: %llu", (unsigned long long)size);
  if (!send_head(fd, "application/octet-stream", framing))
    return false;
  for (uint64_t at = 0; at < size;) {
    size_t len = size - at < PIECE ? (size_t)(size - at) : PIECE;
    if (!send_all(fd, pattern + at % PERIOD, len))
      return false;
    at += len;
  }
  return true;
}

static bool answer_chunked(int fd, uint64_t size, size_t chunk) {
  if (chunk == 0 || chunk > PIECE ||
      !send_head(fd, "application/octet-stream", "Transfer-Encoding: chunked"))
    return false;
  for (uint64_t at = 0; at < size;) {
    size_t len = size - at < chunk ? (size_t)(size - at) : chunk;
    char line[24];
    struct iovec parts[] = {
        {line, (size_t)sprintf(line, "%zx\r\n", len)}, {pattern + at % PERIOD, len}, {"\r\n", 2}};
    if (!send_parts(fd, parts, 3))
      return false;
    at += len;
  }
  return send_all(fd, "0\r\n\r\n", 5);
}

static bool answer_events(int fd, unsigned gap_us, unsigned count) {
  if (!send_head(fd, "text/event-stream", "Transfer-Encoding: chunked"))
    return false;
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (unsigned i = 0; i < count; i++) {
    next.tv_nsec += (long)gap_us * 1000;
    next.tv_sec += next.tv_nsec / 1000000000;
    next.tv_nsec %= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char data[64], out[96];
    int size = snprintf(data, sizeof data, "data: %lld\n\n",
                        (long long)now.tv_sec * 1000000000 + now.tv_nsec);
    int len = snprintf(out, sizeof out, "%x\r\n%s\r\n", (unsigned)size, data);
    if (!send_all(fd, out, (size_t)len))
      return false;
  }
  return send_all(fd, "0\r\n\r\n", 5);
}

/** Answers one request; false ends the connection. */
static bool answer(int fd, const char *head) {
  unsigned long long size;
  unsigned first, second;
  if (strncmp(head, "GET /get ", 9) == 0)
    return answer_get(fd);
  if (sscanf(head, "GET /body/%llu ", &size) == 1)
    return answer_body(fd, size);
  if (sscanf(head, "GET /chunked/%llu/%u ", &size, &first) == 2)
    return answer_chunked(fd, size, first);
  if (sscanf(head, "GET /events/%u/%u ", &first, &second) == 2)
    return answer_events(fd, first, second);
  return false;
}

/** Requests come one at a time on a connection: none of the clients sends the next one early. */
static void *serve(void *arg) {
  int fd = (int)(intptr_t)arg;
  char head[HEAD_MOST];
  size_t have = 0;
  for (;;) {
    ssize_t got = recv(fd, head + have, sizeof head - 1 - have, 0);
    if (got <= 0)
      break;
    have += (size_t)got;
    head[have] = '\0';
    if (strstr(head, "\r\n\r\n")) {
      have = 0;
      if (!answer(fd, head))
        break;
    }
  }
  close(fd);
  return NULL;
}

static void *accept_all(void *arg) {
  int from = (int)(intptr_t)arg;
  for (;;) {
    int fd = accept4(from, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
      continue;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0)
      pthread_detach(thread);
    else
      close(fd);
  }
  return NULL;
}

int main(void) {
  for (size_t i = 0; i < sizeof pattern; i++)
    pattern[i] = (unsigned char)(i % PERIOD);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  pthread_t thread;
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 1024) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
      pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)fd) != 0) {
    perror("server");
    return 1;
  }
  printf("%u\n", ntohs(at.sin_port));
  fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0)
    continue;
  return 0;
}
