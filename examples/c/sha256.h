/*
 * sha256.h - SHA-256 (FIPS 180-4), fed piece by piece.
 *
 * The tool hashes a body while it streams through and never holds it, so it needs a hash that takes
 * pieces of any size. sha256_self_test checks the code against the standard's own vectors.
 */
#ifndef EXAMPLE_SHA256_H
#define EXAMPLE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sha256 {
  uint32_t state[8];
  uint64_t length; /* bytes fed so far */
  uint8_t block[64];
} sha256;

void sha256_init(sha256 *hash);
void sha256_update(sha256 *hash, const void *data, size_t len);

/** Ends the hash and writes 64 lower-case hex digits and a NUL. */
void sha256_hex(sha256 *hash, char hex[65]);

/** True when the vectors of FIPS 180-4 come out right, fed whole and in odd pieces. */
bool sha256_self_test(void);

#endif
