/* A server's connection: reads until its turn comes, writes its answer, and fails at its byte of
 * the wire. */
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "secure.h"

static bool fails_towards(const connection *c, enum direction direction) {
  return c->fails && c->plan->action != NOTHING && c->plan->direction == direction;
}

/* The byte has been reached. */
static void fire(connection *c) {
  plan *p = c->plan;
  atomic_store(&p->to_server, (unsigned)c->got);
  atomic_store(&p->to_client, (unsigned)c->put);
  atomic_store(&p->fired_us, now_us());
  c->out_at = c->out.len;
  switch (p->action) {
  case CUT:
    shutdown(c->fd, SHUT_WR);
    c->state = ENDED;
    break;
  case RESET: {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(c->fd);
    c->fd = -1;
    c->state = FINISHED;
    break;
  }
  default:
    c->state = SILENT;
  }
  atomic_store(&p->fired, 1); /* last: the driver goes on from here */
}

static void flush(connection *c) {
  c->wants_write = false;
  while (c->state == LIVE && c->out_at < c->out.len) {
    size_t most = c->out.len - c->out_at;
    if (fails_towards(c, TO_CLIENT) && most > c->plan->at - c->put)
      most = c->plan->at - c->put;
    if (most > 0) {
      ssize_t n = send(c->fd, c->out.at + c->out_at, most, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) {
        c->wants_write = true;
        return;
      }
      if (n < 0) {
        c->state = FINISHED;
        return;
      }
      c->out_at += (size_t)n;
      c->put += (size_t)n;
    }
    if (fails_towards(c, TO_CLIENT) && c->put == c->plan->at) {
      fire(c);
      return;
    }
  }
  if (c->state != LIVE || c->out_at < c->out.len)
    return;
  c->out.len = c->out_at = 0;
  if (c->closing) {
    shutdown(c->fd, SHUT_WR);
    c->state = ENDED;
  }
}

/* The turn that answers this head. */
static size_t turn_of(const connection *c, const char *head, size_t len) {
  bool connects = len > 8 && memcmp(head, "CONNECT ", 8) == 0;
  const char *slash = memchr(head, '/', len);
  for (size_t i = 0; i < turn_count(c->ex); i++) {
    const turn *t = &c->ex->turns[i];
    if (connects ? t->kind == TURN_PROXY : slash != NULL && t->path != 0 && slash[1] == t->path)
      return i;
  }
  return TURNS_MAX;
}

static void consume(connection *c, size_t n) {
  if (n == 0)
    return;
  c->in.len -= n;
  memmove(c->in.at, c->in.at + n, c->in.len);
}

static void answer(connection *c, const turn *t) {
  if (c->plan->records) {
    track *seen = &c->shared->track;
    seen->flights[seen->flight_count].begins_at_read = (uint32_t)c->got;
  }
  for (size_t i = 0; i < PIECES_MAX && t->answer[i].len > 0; i++) {
    const piece *part = &t->answer[i];
    char *made = part->bytes == NULL ? pattern_new(part->len) : NULL;
    secure_write(c, made != NULL ? made : part->bytes, part->len);
    free(made);
  }
  if (t->closes)
    secure_goodbye(c);
  if (c->plan->records) {
    track *seen = &c->shared->track;
    seen->flights[seen->flight_count++].ends_at_sent = (uint32_t)(c->put + c->out.len - c->out_at);
  }
  c->closing |= t->closes;
  c->deaf |= t->early;
}

/* The body of a request is the pattern. */
static void check_upload(connection *c, size_t n) {
  for (size_t i = 0; i < n; i++)
    if ((uint8_t)c->in.at[i] != pattern(c->uploaded + i))
      atomic_store(&c->plan->upload_wrong, 1);
  c->uploaded += n;
}

/* Answers as long as all that a turn waits for is there. */
static void play(connection *c) {
  while (c->next < turn_count(c->ex)) {
    const turn *t = &c->ex->turns[c->next];
    if (!c->begun) {
      if (t->reads_head) {
        if (c->in.len == 0)
          return;
        const char *end = memmem(c->in.at, c->in.len, "\r\n\r\n", 4);
        if (end == NULL)
          return;
        size_t len = (size_t)(end - c->in.at) + 4;
        c->next = turn_of(c, c->in.at, len);
        if (c->next == TURNS_MAX) {
          c->state = FINISHED;
          return;
        }
        t = &c->ex->turns[c->next];
        consume(c, len);
      }
      c->left = t->early ? 0 : t->reads_body;
      c->begun = true;
      c->uploaded = 0;
    }
    size_t n = c->in.len < c->left ? c->in.len : c->left;
    if (t->kind != TURN_PROXY)
      check_upload(c, n);
    consume(c, n);
    c->left -= n;
    if (c->left > 0)
      return;
    answer(c, t);
    c->begun = false;
    c->next++;
  }
}

connection *connection_new(int fd, shared *all, plan *p) {
  connection *c = calloc(1, sizeof *c);
  if (c == NULL)
    abort();
  c->fd = fd;
  c->shared = all;
  c->plan = p;
  c->ex = &exchanges[p->exchange];
  c->fails = atomic_fetch_add(&p->connections, 1) == 0;
  atomic_fetch_add(&p->open, 1);
  if (fails_towards(c, TO_SERVER) && p->at == 0)
    fire(c);
  return c;
}

void connection_readable(connection *c, const authority *tls) {
  static char buffer[64 * 1024];
  while (c->state == LIVE || c->state == ENDED) {
    size_t most = sizeof buffer;
    bool counts = c->state == LIVE && fails_towards(c, TO_SERVER);
    if (counts && most > c->plan->at - c->got)
      most = c->plan->at - c->got;
    if (c->state == LIVE && c->ex->every && !c->fails) {
      most = 1;
      counts = true;
    }
    ssize_t n = recv(c->fd, buffer, most, 0);
    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0) {
      c->state = FINISHED;
      return;
    }
    if (c->state == ENDED)
      continue;
    c->got += (size_t)n;
    if (counts && (!c->fails || c->got == c->plan->at)) {
      fire(c);
      return;
    }
    if (!secure_read(c, tls, buffer, (size_t)n)) {
      c->state = FINISHED;
      return;
    }
    play(c);
    flush(c);
    if (c->deaf)
      return;
  }
}

void connection_writable(connection *c) { flush(c); }

uint32_t connection_events(const connection *c) {
  uint32_t events = EPOLLRDHUP;
  if (c->state == ENDED || (c->state == LIVE && !c->deaf))
    events |= EPOLLIN;
  if (c->wants_write)
    events |= EPOLLOUT;
  return events;
}

void connection_free(connection *c) {
  if (c->plan->records) {
    c->shared->track.to_server = (uint32_t)c->got;
    c->shared->track.to_client = (uint32_t)c->put;
  }
  SSL_free(c->ssl);
  if (c->fd >= 0)
    close(c->fd);
  free(c->in.at);
  free(c->out.at);
  atomic_fetch_sub(&c->plan->open, 1);
  free(c);
}
