/*
 * wild.h - random arguments for the API fuzzer: good ones, bad ones, and those at the edge.
 *
 * A source of random numbers belongs to one thread. Texts are exact copies on the heap, so that
 * AddressSanitizer sees a byte read too many.
 */
#ifndef WILD_H
#define WILD_H

#include "harness.h"

typedef struct wild {
  uint64_t state;
  void *texts[4]; /* what was made last; freed when its place is used again */
  unsigned next;
} wild;

/** The same seed gives the same numbers. */
wild wild_from(uint64_t seed);
void wild_end(wild *w);

/** 0 to bound - 1. */
uint64_t wild_below(wild *w, uint64_t bound);
/** True once in `n`. */
bool wild_once_in(wild *w, uint64_t n);
/** Small, large, or at a border of some type. */
uint64_t wild_number(wild *w);

/** A text and its length for a (pointer, length) pair: one of `good`, or odd bytes, or NULL. It is
 * valid until four more have been made. */
typedef struct wild_text {
  const char *ptr;
  size_t len;
} wild_text;
wild_text wild_text_of(wild *w, const char *const *good, size_t count);

/** Memory of exactly this size, filled with 0xA5; as long-lived as a text. */
void *wild_memory(wild *w, size_t size);

#endif
