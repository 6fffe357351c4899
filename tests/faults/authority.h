/*
 * authority.h - certificates for the server's process, and what it needs to speak TLS 1.2 and 1.3
 * with them.
 */
#ifndef AUTHORITY_H
#define AUTHORITY_H

#include <openssl/ssl.h>
#include <stdbool.h>

typedef struct authority {
  SSL_CTX *tls12, *tls13;
} authority;

/** Makes both, for names under faults.test, and writes the authority's certificate to pem. Ends the
 * process when OpenSSL cannot. */
void authority_make(authority *made, char *pem, size_t pem_room);

#endif
