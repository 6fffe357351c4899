/*
 * exchange.h - what is exchanged in a case: requests of one client, and the turns of the server
 * that answers them.
 *
 * A server's turn: it reads a head, or so many bytes, and only then writes its answer. So at each
 * byte of the wire it is known what the other side has sent and received, and the right outcome can
 * be told from the position alone (model.h).
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECES_MAX = 5, TURNS_MAX = 4, ASKS_MAX = 2 };

/** Part of an answer, over TLS a record of its own. bytes NULL: so many bytes of the pattern. */
typedef struct piece {
  const char *bytes;
  size_t len;
} piece;

/** What an answer is to the client. */
enum turn_kind { TURN_PROXY = 1, TURN_CONTINUE, TURN_REDIRECT, TURN_FINAL };

typedef struct turn {
  enum turn_kind kind;
  char path;         /* '2': answers a request for /2; 0: comes after the turn before it */
  bool reads_head;   /* first a head */
  size_t reads_body; /* then so many bytes */
  bool early;  /* answers when the head is there and reads nothing more, with an upload under way */
  bool closes; /* ends the connection behind the answer */
  piece answer[PIECES_MAX];
} turn;

/** A request of the client and what it should get. */
typedef struct ask {
  const char *method;
  size_t body_len; /* bytes of the pattern, to be sent */
  bool expects;    /* expect: 100-continue */
  size_t turns;    /* so many turns answer it */
  const char *right;
  size_t right_len;  /* right NULL: so many bytes of the pattern */
  size_t decoded[3]; /* gzip: bytes that can be decoded after each piece of the body */
} ask;

enum secure { PLAIN, TLS12, TLS13 };
enum way { WAY_DIRECT, WAY_TUNNEL, WAY_SOCKS };

typedef struct exchange {
  const char *name;
  enum secure secure;
  enum way way;
  bool sampled; /* too long for every byte */
  bool slow;    /* for slow networks only */
  bool every;   /* fails on every connection; later ones at their first byte */
  bool kept;    /* the first ask only makes a connection to be kept; faults come after it */
  turn turns[TURNS_MAX];
  ask asks[ASKS_MAX];
} exchange;

extern const exchange exchanges[];
extern const size_t exchange_count;

size_t turn_count(const exchange *ex);
size_t ask_count(const exchange *ex);
size_t answer_len(const turn *t);

/** Byte number i of bodies that are too long to be written down. */
static inline uint8_t pattern(size_t i) { return (uint8_t)((uint32_t)i * 2654435761u >> 24); }

/** A copy of a part of the pattern; the caller frees it. */
char *pattern_new(size_t len);

#endif
