/*
 * connection.h - one connection at the server: plays its turns, over TLS or not, and fails at its
 * byte.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "authority.h"
#include "plan.h"

/** Bytes that wait. */
typedef struct bytes {
  char *at;
  size_t len, room;
} bytes;

enum state {
  LIVE,
  ENDED,   /* FIN is sent; what comes is read and dropped */
  SILENT,  /* stalled: neither reads nor writes, and waits for the client to go */
  FINISHED /* to be forgotten */
};

typedef struct connection {
  int fd;
  shared *shared;
  plan *plan;
  const exchange *ex;
  enum state state;
  bool fails; /* it is the case's first */
  SSL *ssl;
  bool shaken;
  bytes in;  /* read, and decrypted */
  bytes out; /* to be written */
  size_t out_at;
  size_t got, put; /* on the wire, so far */
  size_t plain;    /* of the answers, so far */
  size_t next;     /* turn */
  bool begun;      /* it has read its head */
  size_t left;     /* and wants so many bytes more */
  size_t uploaded; /* and has had so many */
  bool closing, deaf, wants_write;
  struct connection *next_one, *one_before; /* of all */
} connection;

/** For an accepted socket of this case; may fail at once. */
connection *connection_new(int fd, shared *all, plan *plan);

/** Something can be read, or written. */
void connection_readable(connection *c, const authority *tls);
void connection_writable(connection *c);

/** What epoll is to wait for. */
uint32_t connection_events(const connection *c);

void connection_free(connection *c);

#endif
