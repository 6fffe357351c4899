/* TLS in memory, and the track of what is on the wire. */
#include "secure.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static void append(bytes *to, const char *from, size_t len) {
  if (to->len + len > to->room) {
    to->room = (to->len + len) * 2;
    to->at = realloc(to->at, to->room);
    if (to->at == NULL)
      abort();
  }
  memcpy(to->at + to->len, from, len);
  to->len += len;
}

static uint32_t sent(const connection *c) { return (uint32_t)(c->put + c->out.len - c->out_at); }

/* What the client has of the answers when it has all that is in `out` now. */
static void mark(connection *c, bool bye) {
  track *seen = &c->shared->track;
  if (!c->plan->records)
    return;
  if (seen->mark_count == MARKS_MAX)
    abort();
  seen->marks[seen->mark_count].wire = sent(c);
  seen->marks[seen->mark_count].plain = (uint32_t)c->plain;
  seen->marks[seen->mark_count++].bye = bye;
}

/* Moves what OpenSSL has written into `out`. */
static void take(connection *c) {
  char *made = NULL;
  BIO *wire = SSL_get_wbio(c->ssl);
  long len = BIO_get_mem_data(wire, &made);
  if (len > 0)
    append(&c->out, made, (size_t)len);
  (void)BIO_reset(wire);
}

static bool wants_tls(const connection *c) {
  return c->ex->secure != PLAIN && c->ex->turns[c->next].kind != TURN_PROXY;
}

static void begin(connection *c, const authority *tls) {
  c->ssl = SSL_new(c->ex->secure == TLS12 ? tls->tls12 : tls->tls13);
  if (c->ssl == NULL)
    abort();
  SSL_set_bio(c->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(c->ssl);
  if (c->plan->records)
    c->shared->track.tls_from = sent(c);
}

/* A flight of the handshake is in `out`, if it has grown. */
static void shake(connection *c) {
  track *seen = &c->shared->track;
  uint32_t before = sent(c);
  c->shaken = SSL_do_handshake(c->ssl) == 1;
  take(c);
  if (!c->plan->records || sent(c) == before)
    return;
  if (seen->hello_end == 0)
    seen->hello_end = (uint32_t)c->got;
  /* What TLS 1.3 sends when it has heard "finished", tickets, the client does not wait for. */
  if (c->shaken && c->ex->secure == TLS13)
    return;
  seen->flights[seen->flight_count].begins_at_read = (uint32_t)c->got;
  seen->flights[seen->flight_count++].ends_at_sent = sent(c);
  seen->shaken_at = sent(c);
}

bool secure_read(connection *c, const authority *tls, const char *from, size_t len) {
  if (c->ssl == NULL && !wants_tls(c)) {
    append(&c->in, from, len);
    return true;
  }
  if (c->ssl == NULL)
    begin(c, tls);
  if (BIO_write(SSL_get_rbio(c->ssl), from, (int)len) != (int)len)
    abort();
  ERR_clear_error();
  if (!c->shaken)
    shake(c);
  char buffer[16 * 1024];
  while (c->shaken) {
    int n = SSL_read(c->ssl, buffer, (int)sizeof buffer);
    take(c);
    if (n <= 0)
      break;
    append(&c->in, buffer, (size_t)n);
  }
  return ERR_peek_error() == 0;
}

void secure_write(connection *c, const char *from, size_t len) {
  enum { RECORD = 16 * 1024 };
  if (c->ssl == NULL) {
    append(&c->out, from, len);
    c->plain += len;
    return;
  }
  for (size_t at = 0; at < len; at += RECORD) {
    size_t n = len - at < RECORD ? len - at : RECORD;
    if (SSL_write(c->ssl, from + at, (int)n) != (int)n)
      abort();
    take(c);
    c->plain += n;
    mark(c, false);
  }
}

void secure_goodbye(connection *c) {
  if (c->ssl == NULL)
    return;
  (void)SSL_shutdown(c->ssl);
  take(c);
  mark(c, true);
}
