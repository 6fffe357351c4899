/* The server's process: accepts, finds the case by the address that was called, and waits for all
 * its connections. */
#include "origin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

enum { SWEEP_MS = 50 };

/* All that are watched. */
static connection *connections;

int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

shared *shared_new(void) {
  void *made =
      mmap(NULL, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED)
    abort();
  shared *all = made;
  strcpy(all->network, "127.1");
  return all;
}

static void must(int result, const char *what) {
  if (result >= 0)
    return;
  perror(what);
  exit(1);
}

static int listen_anywhere(uint16_t *port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  must(fd, "socket");
  /* Small, so that a large upload is under way for long. Inherited by the connections. */
  int room = 64 * 1024;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_in at = {.sin_family = AF_INET};
  must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
  must(listen(fd, 4096), "listen");
  socklen_t len = sizeof at;
  must(getsockname(fd, (struct sockaddr *)&at, &len), "getsockname");
  *port = ntohs(at.sin_port);
  return fd;
}

static void watch(int epoll, connection *c, int how) {
  struct epoll_event event = {.events = connection_events(c), .data.ptr = c};
  epoll_ctl(epoll, how, c->fd, &event);
}

static void accept_all(int listener, int epoll, shared *all) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct sockaddr_in called;
    socklen_t len = sizeof called;
    getsockname(fd, (struct sockaddr *)&called, &len);
    uint32_t at = ntohl(called.sin_addr.s_addr);
    uint32_t number = ((at >> 8 & 0xff) - ADDRESS_LOW) * ADDRESS_ROW + (at & 0xff) - ADDRESS_LOW;
    if (number >= PLANS_MAX) {
      close(fd);
      continue;
    }
    connection *c = connection_new(fd, all, &all->plans[number]);
    if (c->state == FINISHED) {
      connection_free(c);
      continue;
    }
    c->next_one = connections;
    if (connections != NULL)
      connections->one_before = c;
    connections = c;
    watch(epoll, c, EPOLL_CTL_ADD);
  }
}

static void forget(connection *c) {
  *(c->one_before == NULL ? &connections : &c->one_before->next_one) = c->next_one;
  if (c->next_one != NULL)
    c->next_one->one_before = c->one_before;
  connection_free(c);
}

static void handle(int epoll, connection *c, uint32_t events, const authority *tls) {
  uint32_t before = connection_events(c);
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 || (c->state == SILENT && (events & EPOLLRDHUP) != 0))
    c->state = FINISHED;
  if ((events & EPOLLOUT) != 0)
    connection_writable(c);
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0)
    connection_readable(c, tls);
  if (c->state == FINISHED)
    forget(c);
  else if (connection_events(c) != before)
    watch(epoll, c, EPOLL_CTL_MOD);
}

/* A client that has given up an upload cannot be seen to go before what it has sent is read. */
static void sweep(int epoll) {
  for (connection *c = connections; c != NULL; c = c->next_one)
    if (c->state == SILENT && atomic_load(&c->plan->over) != 0) {
      c->state = ENDED;
      watch(epoll, c, EPOLL_CTL_MOD);
    }
}

static void serve(int listener, shared *all, const authority *tls) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  must(epoll, "epoll_create1");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
  int64_t sweep_at = 0;
  for (;;) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, SWEEP_MS);
    if (n < 0 && errno != EINTR)
      must(n, "epoll_wait");
    if (now_us() >= sweep_at) {
      sweep(epoll);
      sweep_at = now_us() + SWEEP_MS * 1000;
    }
    for (int i = 0; i < n; i++) {
      if (events[i].data.ptr == NULL)
        accept_all(listener, epoll, all);
      else
        handle(epoll, events[i].data.ptr, events[i].events, tls);
    }
  }
}

pid_t origin_start(shared *all) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  int listener = listen_anywhere(&all->port);
  authority tls;
  authority_make(&tls, all->authority_pem, sizeof all->authority_pem);
  pid_t parent = getpid();
  pid_t child = fork();
  must(child, "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
      _exit(1);
    serve(listener, all, &tls);
  }
  close(listener);
  SSL_CTX_free(tls.tls12);
  SSL_CTX_free(tls.tls13);
  return child;
}

void origin_stop(pid_t origin) {
  kill(origin, SIGKILL);
  waitpid(origin, NULL, 0);
}
