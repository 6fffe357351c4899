/*
 * secure.h - what stands between a connection's turns and the wire: nothing, or TLS by OpenSSL in
 * memory. Writes the track of an exchange that is recorded.
 */
#ifndef SECURE_H
#define SECURE_H

#include "connection.h"

/** Bytes came from the wire: whatever they decrypt to is added to `in`. False when they are not
 * TLS. */
bool secure_read(connection *c, const authority *tls, const char *bytes, size_t len);

/** Puts bytes of an answer into `out`; over TLS as one record, if they are not too many. */
void secure_write(connection *c, const char *bytes, size_t len);

/** Over TLS: close_notify into `out`. */
void secure_goodbye(connection *c);

#endif
