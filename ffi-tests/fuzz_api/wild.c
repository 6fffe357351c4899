/*
 * wild.c - see wild.h.
 */
#include "wild.h"

#include <stdlib.h>

wild wild_from(uint64_t seed) {
  /* splitmix64: neighbouring seeds give unlike sequences, and 0 is as good as any. */
  seed += 0x9E3779B97F4A7C15u;
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9u;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBu;
  return (wild){.state = (seed ^ (seed >> 31)) | 1};
}

void wild_end(wild *w) {
  for (size_t i = 0; i < COUNT_OF(w->texts); i++) {
    free(w->texts[i]);
    w->texts[i] = NULL;
  }
}

static uint64_t next(wild *w) {
  w->state ^= w->state << 13;
  w->state ^= w->state >> 7;
  w->state ^= w->state << 17;
  return w->state;
}

uint64_t wild_below(wild *w, uint64_t bound) { return (next(w) >> 11) % bound; }

bool wild_once_in(wild *w, uint64_t n) { return wild_below(w, n) == 0; }

uint64_t wild_number(wild *w) {
  static const uint64_t borders[] = {
      0,         1,        2,          255,        256,       65535,      65536,
      INT32_MAX, 1u << 31, UINT32_MAX, 1ull << 32, INT64_MAX, 1ull << 63, UINT64_MAX,
      1024,      1025,     1000,       1001,       1048576,   1048577,    1073741824};
  switch (wild_below(w, 3)) {
  case 0:
    return borders[wild_below(w, COUNT_OF(borders))];
  case 1:
    return next(w);
  default:
    return wild_below(w, 100);
  }
}

void *wild_memory(wild *w, size_t size) {
  void **place = &w->texts[w->next++ % COUNT_OF(w->texts)];
  free(*place);
  *place = malloc(size > 0 ? size : 1);
  NEED(*place != NULL);
  memset(*place, 0xA5, size);
  return *place;
}

/* Bytes of any kind, now and then as many as no limit allows. */
static wild_text odd_bytes(wild *w) {
  static const char picks[] = "\r\n\0\t \x7f\xff\xc3(\xe4\xb8\xad/:@[]?#%%00=;,\"aZ0.-_";
  size_t len = wild_once_in(w, 50) ? 200000 : wild_below(w, 40);
  char *bytes = wild_memory(w, len);
  for (size_t i = 0; i < len; i++)
    bytes[i] = wild_once_in(w, 4) ? (char)next(w) : picks[wild_below(w, sizeof picks)];
  return (wild_text){bytes, len};
}

wild_text wild_text_of(wild *w, const char *const *good, size_t count) {
  switch (wild_below(w, 12)) {
  case 0:
    return (wild_text){NULL, wild_once_in(w, 2) ? 0 : wild_number(w)};
  case 1:
    return odd_bytes(w);
  default:
    break;
  }
  const char *chosen = good[wild_below(w, count)];
  size_t len = strlen(chosen);
  if (wild_once_in(w, 3)) { /* with a NUL that ends it */
    char *copy = wild_memory(w, len + 1);
    memcpy(copy, chosen, len + 1);
    return (wild_text){copy, REQTASK_NTS};
  }
  if (wild_once_in(w, 10))
    len = wild_below(w, len + 1);
  char *copy = wild_memory(w, len);
  memcpy(copy, chosen, len);
  return (wild_text){copy, len};
}
