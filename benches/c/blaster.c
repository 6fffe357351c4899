/* blaster.c - see blaster.h. */
#include "blaster.h"

#include "server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 256 * 1024, CHUNK = 16 * 1024, HEAD_MOST = 4096 };

static blaster_seen *seen;
static char length_piece[PIECE];
static char chunk_piece[PIECE + 1024]; /* whole chunks */
static size_t chunk_piece_len, chunk_len;

static bool send_all(int fd, const char *at, size_t len) {
  while (len > 0) {
    ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    at += sent;
    len -= (size_t)sent;
  }
  return true;
}

/** `whole` bytes from a piece, again and again from its front. */
static bool send_many(int fd, const char *piece, size_t len, uint64_t whole) {
  while (whole > 0) {
    size_t now = whole < len ? (size_t)whole : len;
    if (!send_all(fd, piece, now))
      return false;
    whole -= now;
  }
  return true;
}

static bool send_head(int fd, int status, const char *fields, const char *body) {
  char text[256];
  int len = snprintf(text, sizeof text, "HTTP/1.1 %d X\r\n%s\r\n%s", status, fields, body);
  return send_all(fd, text, (size_t)len);
}

static bool blast_length(int fd, uint64_t bytes) {
  char field[64];
  snprintf(field, sizeof field, "Content-Length: %llu\r\n", (unsigned long long)bytes);
  return send_head(fd, 200, field, "") && send_many(fd, length_piece, PIECE, bytes);
}

/** `bytes` is taken to be a multiple of a chunk. */
static bool blast_chunked(int fd, uint64_t bytes) {
  return send_head(fd, 200, "Transfer-Encoding: chunked\r\n", "") &&
         send_many(fd, chunk_piece, chunk_piece_len, bytes / CHUNK * chunk_len) &&
         send_all(fd, "0\r\n\r\n", 5);
}

/** Reads `left` bytes of a body, `room` of memory at a time; returns how many came. */
static uint64_t swallow(int fd, char *room, uint64_t left) {
  uint64_t got = 0;
  while (got < left) {
    uint64_t want = left - got;
    ssize_t n = recv(fd, room, want < PIECE ? (size_t)want : PIECE, 0);
    if (n <= 0)
      break;
    got += (uint64_t)n;
  }
  return got;
}

static bool take_upload(int fd, char *room, uint64_t begun, uint64_t bytes) {
  char field[64], body[32];
  if (begun + swallow(fd, room, bytes - begun) != bytes)
    return false;
  int len = snprintf(body, sizeof body, "%llu", (unsigned long long)bytes);
  snprintf(field, sizeof field, "Content-Length: %d\r\n", len);
  return send_head(fd, 200, field, body);
}

static bool refuse(int fd, char *room, uint64_t begun, uint64_t bytes) {
  send_head(fd, 413, "Content-Length: 4\r\nConnection: close\r\n", "no\r\n");
  uint64_t came = begun + swallow(fd, room, bytes - begun);
  atomic_fetch_add(&seen->refused_bytes, came);
  atomic_fetch_add(&seen->refused, 1);
  return false;
}

/** One request. False: the connection is to be closed. */
static bool answer(int fd, char *room) {
  size_t have = 0;
  char *end = NULL;
  while (!end && have < HEAD_MOST) {
    ssize_t got = recv(fd, room + have, PIECE - have, 0);
    if (got <= 0)
      return false;
    have += (size_t)got;
    room[have] = '\0';
    end = strstr(room, "\r\n\r\n");
  }
  unsigned long long bytes = 0;
  bool persists = !strstr(room, "\r\nConnection: close\r\n");
  if (sscanf(room, "GET /length/%llu ", &bytes) == 1)
    return blast_length(fd, bytes) && persists;
  if (sscanf(room, "GET /chunked/%llu ", &bytes) == 1)
    return blast_chunked(fd, bytes) && persists;
  const char *length = end ? strcasestr(room, "\r\ncontent-length:") : NULL;
  if (!length || length > end || sscanf(length + 17, "%llu", &bytes) != 1)
    return false;
  uint64_t begun = have - (size_t)(end + 4 - room);
  return strncmp(room, "PUT /refuse ", 12) == 0 ? refuse(fd, room, begun, bytes)
                                                : take_upload(fd, room, begun, bytes);
}

static void *serve(void *arg) {
  int fd = (int)(intptr_t)arg, on = 1;
  char *room = malloc(PIECE + 1);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (room && answer(fd, room))
    continue;
  free(room);
  close(fd);
  return NULL;
}

static void accept_for_ever(int from) {
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  fcntl(from, F_SETFL, fcntl(from, F_GETFL) & ~O_NONBLOCK);
  for (;;) {
    pthread_t thread;
    int fd = accept4(from, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0 && pthread_create(&thread, &detached, serve, (void *)(intptr_t)fd) != 0)
      close(fd);
  }
}

static void fill_pieces(void) {
  memset(length_piece, 'b', PIECE);
  int line = snprintf(chunk_piece, sizeof chunk_piece, "%x\r\n", CHUNK);
  memset(chunk_piece + line, 'b', CHUNK);
  memcpy(chunk_piece + line + CHUNK, "\r\n", 2);
  chunk_len = (size_t)line + CHUNK + 2;
  while (chunk_piece_len + chunk_len <= sizeof chunk_piece) {
    memmove(chunk_piece + chunk_piece_len, chunk_piece, chunk_len);
    chunk_piece_len += chunk_len;
  }
}

bool blaster_start(blaster *b) {
  int from = server_listen(64, &b->port);
  seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (seen == MAP_FAILED) {
    perror("blaster");
    return false;
  }
  b->seen = seen;
  b->pid = fork();
  if (b->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    fill_pieces();
    accept_for_ever(from);
  }
  close(from);
  return b->pid > 0;
}

void blaster_stop(blaster *b) {
  kill(b->pid, SIGTERM);
  waitpid(b->pid, NULL, 0);
}
