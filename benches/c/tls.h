/* tls.h - one slice of TLS 1.3 handshakes: small GETs one after the other, each on a new
 * connection.
 *
 * The server closes after each answer and says in it whether the session was resumed and with which
 * cipher; each answer is checked. All peers negotiate what the server allows: one cipher suite, one
 * curve, a P-256 certificate below an authority of the same kind.
 */
#ifndef BENCH_TLS_H
#define BENCH_TLS_H

#include "nginx.h"
#include "server.h"
#include "slice.h"

typedef enum tls_who { TLS_OURS, TLS_CURL, TLS_CRONET, TLS_WHO } tls_who;

typedef struct tls_job {
  tls_who who;
  unsigned port;
  const char *authority; /* a PEM file */
  bool resumed;          /* every session but the first is to be resumed */
  unsigned limit_ms;
} tls_job;

enum { TLS_COUNT, TLS_SECONDS, TLS_CPU_US }; /* of out->value */

enum { TLS_WARMUP = 3, TLS_ANSWER_MOST = 96 };

/** Makes one request; its answer, ended by a null byte, goes to answer. */
typedef bool (*tls_ask)(void *peer, char answer[TLS_ANSWER_MOST]);

/** Asks until the time is over, checks each answer and fills out. */
bool tls_measure(const tls_job *job, tls_ask ask, void *peer, slice_out *out);

bool tls_ours(const void *job, slice_out *out);
bool tls_curl(const void *job, slice_out *out);
bool tls_cronet(const void *job, slice_out *out);

/** nginx with TLS. */
typedef struct tls_server {
  nginx web;
  unsigned full_port, resumed_port;
  char authority[128]; /* the PEM file that clients trust */
} tls_server;

/** Serves /file of so many bytes at web.port, and what the answers above need at the other ports.
 * False: nginx or openssl is missing, or did not work; it is stopped then. */
bool tls_server_start(tls_server *s, unsigned long long bytes);

extern const char tls_parameters[]; /* what the server allows, for the report */

/** The section. */
void tls_section(const server *from, bool full);

#endif
