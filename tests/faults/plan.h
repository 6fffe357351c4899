/*
 * plan.h - memory that the driver and the server's process share: what is to go wrong in each case,
 * and what has happened.
 *
 * The case is in the address that the client connects to, the plan's, so
 * thousands can run at once and no byte of the exchange is spent on telling them apart.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdatomic.h>

#include "exchange.h"

enum { PLANS_MAX = 19000, FLIGHTS_MAX = 8, MARKS_MAX = 160, RECORDS_MAX = 16 };

enum direction { TO_SERVER = 1, TO_CLIENT };
enum action { NOTHING, CUT, RESET, STALL };

/** What goes wrong on the first connection of a case, on the wire behind byte number `at`. */
typedef struct plan {
  uint16_t exchange;
  uint8_t direction, action;
  bool records; /* the track is written; one at a time */
  uint32_t at;
  /* By the server: */
  atomic_uint connections;  /* accepted so far */
  atomic_uint open;         /* not yet ended by the client */
  atomic_uint upload_wrong; /* bytes came that were not sent */
  atomic_uint over;         /* by the driver: the case has its outcome */
  atomic_uint fired;
  atomic_uint to_server, to_client; /* bytes on the wire when it fired */
  _Atomic int64_t fired_us;
} plan;

/** How an exchange looks on the wire when nothing goes wrong. */
typedef struct track {
  uint32_t to_server, to_client; /* all bytes */
  /* Each flight of the server begins when it has read so many bytes, and ends with so many sent. */
  struct {
    uint32_t begins_at_read, ends_at_sent;
  } flights[FLIGHTS_MAX];
  uint32_t flight_count;
  /* After so many bytes on the wire the client can read so many. */
  struct {
    uint32_t wire, plain;
    bool bye; /* close_notify */
  } marks[MARKS_MAX];
  uint32_t mark_count;
  uint32_t tls_from;  /* bytes sent before TLS began; UINT32_MAX without */
  uint32_t shaken_at; /* with so many bytes the client has finished its handshake */
  uint32_t hello_end; /* the client's first flight of TLS, in bytes to the server */
} track;

typedef struct shared {
  char network[8]; /* the first half of all addresses */
  uint16_t port;
  char authority_pem[2048];
  track track;
  plan plans[PLANS_MAX];
} shared;

/** The address of plan `number` is NETWORK.(100 + number / 128).(100 + number % 128): always as
 * many characters in a URL. */
enum { ADDRESS_LOW = 100, ADDRESS_ROW = 128 };

int64_t now_us(void);

#endif
