/* server.c - one epoll loop in a child process; see server.h. */
#include "server.h"

#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A request of the benchmark comes in one segment or two, so a small buffer for each descriptor is
 * enough. */
enum { HEAD_MOST = 2048, FILES = 32768, MUTE_KEPT = 4 };

enum kind { CLOSED, PLAIN, STREAM, MUTE };

typedef struct connection {
  enum kind kind;
  size_t have;
  char *head;
} connection;

typedef struct command {
  unsigned rounds, gap_us;
} command;

typedef struct loop {
  int poll, http, mute, commands;
  server_seen *seen;
  connection of[FILES];
  int kept[MUTE_KEPT]; /* mute connections, oldest overwritten */
  unsigned kept_next;
} loop;

static void watch(const loop *l, int fd, uint32_t events) {
  struct epoll_event ev = {.events = events, .data.fd = fd};
  epoll_ctl(l->poll, EPOLL_CTL_ADD, fd, &ev);
}

static void forget(loop *l, int fd) {
  connection *c = &l->of[fd];
  if (c->kind == STREAM)
    atomic_fetch_sub(&l->seen->streams_open, 1);
  free(c->head);
  *c = (connection){CLOSED, 0, NULL};
}

static void drop(loop *l, int fd) {
  if (l->of[fd].kind == CLOSED)
    return;
  forget(l, fd);
  close(fd);
}

static void accept_all(loop *l, int from) {
  for (;;) {
    int fd = accept4(from, NULL, NULL, SOCK_CLOEXEC | (from == l->http ? SOCK_NONBLOCK : 0));
    if (fd < 0)
      return;
    if (fd >= FILES) {
      close(fd);
      continue;
    }
    if (from == l->mute) {
      l->of[fd].kind = MUTE;
      /* Closing an old one resets it, which frees the body that its client left in the kernel. */
      int *slot = &l->kept[l->kept_next++ % MUTE_KEPT];
      if (*slot > 0)
        drop(l, *slot);
      *slot = fd;
      watch(l, fd, EPOLLIN | EPOLLONESHOT);
    } else {
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      l->of[fd] = (connection){PLAIN, 0, malloc(HEAD_MOST)};
      watch(l, fd, EPOLLIN | EPOLLRDHUP);
    }
  }
}

/** Answers one complete request head. False: the connection is no longer ours. */
static bool answer(loop *l, int fd) {
  connection *c = &l->of[fd];
  unsigned size, count;
  char body[GET_BODY], out[GET_BODY + 128];
  atomic_fetch_add(&l->seen->heads_read, 1);
  if (strncmp(c->head, "GET /get ", 9) == 0) {
    memset(body, 'g', sizeof body);
    int len = snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%.*s",
                       GET_BODY, GET_BODY, body);
    return send(fd, out, (size_t)len, MSG_NOSIGNAL) == len;
  }
  if (strncmp(c->head, "GET /stream ", 12) == 0) {
    static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    c->kind = STREAM;
    atomic_fetch_add(&l->seen->streams_open, 1);
    return send(fd, head, sizeof head - 1, MSG_NOSIGNAL) == (ssize_t)sizeof head - 1;
  }
  bool flood = strncmp(c->head, "GET /flood ", 11) == 0;
  bool drip = sscanf(c->head, "GET /drip/%u/%u ", &size, &count) == 2;
  if (!flood && !drip)
    return true; /* /silent */
  epoll_ctl(l->poll, EPOLL_CTL_DEL, fd, NULL);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  forget(l, fd);
  if (flood)
    server_flood(fd);
  else
    server_drip(fd, size, count);
  return true;
}

static void read_head(loop *l, int fd) {
  connection *c = &l->of[fd];
  ssize_t got = recv(fd, c->head + c->have, HEAD_MOST - 1 - c->have, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0) {
    drop(l, fd);
    return;
  }
  c->have += (size_t)got;
  c->head[c->have] = '\0';
  if (!strstr(c->head, "\r\n\r\n"))
    return;
  c->have = 0;
  if (!answer(l, fd))
    drop(l, fd);
}

static void send_events(loop *l) {
  command order;
  if (read(l->commands, &order, sizeof order) != (ssize_t)sizeof order)
    _exit(0); /* the benchmark has ended */
  char record[RECORD_MOST + 16];
  for (unsigned round = 0; round < order.rounds; round++)
    for (int fd = 0; fd < FILES; fd++)
      if (l->of[fd].kind == STREAM) {
        size_t len = server_record(record, EVENT_BYTES);
        if (send(fd, record, len, MSG_NOSIGNAL) == (ssize_t)len)
          atomic_fetch_add(&l->seen->events_sent, 1);
        if (order.gap_us)
          nap_us(order.gap_us);
      }
}

static void serve(loop *l) {
  watch(l, l->http, EPOLLIN);
  watch(l, l->mute, EPOLLIN);
  watch(l, l->commands, EPOLLIN);
  for (;;) {
    struct epoll_event ready[256];
    int count = epoll_wait(l->poll, ready, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == l->http || fd == l->mute)
        accept_all(l, fd);
      else if (fd == l->commands)
        send_events(l);
      else if (l->of[fd].kind == MUTE)
        atomic_fetch_add(&l->seen->mute_heard, 1);
      else if (l->of[fd].kind != CLOSED)
        read_head(l, fd);
    }
  }
}

int server_listen(int backlog, unsigned *port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, backlog) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
    perror("listen");
    exit(1);
  }
  *port = ntohs(at.sin_port);
  return fd;
}

bool server_start(server *s) {
  static loop l;
  int pipes[2];
  s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (s->seen == MAP_FAILED || pipe2(pipes, O_CLOEXEC) != 0) {
    perror("server");
    return false;
  }
  l.http = server_listen(4096, &s->http_port);
  l.mute = server_listen(4096, &s->mute_port);
  l.commands = pipes[0];
  l.seen = s->seen;
  s->pid = fork();
  if (s->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(pipes[1]);
    l.poll = epoll_create1(EPOLL_CLOEXEC);
    serve(&l);
  }
  close(l.http), close(l.mute), close(pipes[0]);
  s->command = pipes[1];
  return s->pid > 0;
}

void server_stop(server *s) {
  kill(s->pid, SIGTERM);
  waitpid(s->pid, NULL, 0);
  close(s->command);
}

bool server_events(const server *s, unsigned rounds, unsigned gap_us) {
  command order = {rounds, gap_us};
  return write(s->command, &order, sizeof order) == (ssize_t)sizeof order;
}

bool server_wait(const atomic_uint *seen, unsigned at_least) {
  uint64_t end = now_ns() + 2000000000u;
  while (atomic_load(seen) < at_least) {
    if (now_ns() > end)
      return false;
    nap_us(50);
  }
  return true;
}
