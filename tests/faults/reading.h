/*
 * reading.h - as much of HTTP/1.1 as the model needs: where the final head of an answer ends, and
 * how much of its body the first so many bytes hold.
 */
#ifndef READING_H
#define READING_H

#include "exchange.h"

/** Bytes up to the end of the final head; interim ones are part of it. */
size_t head_len(const turn *t);

typedef struct body_so_far {
  size_t produced; /* bytes of the body */
  bool whole;
  bool until_close; /* only the end of the connection tells its end */
} body_so_far;

/** The body in the first `len` bytes of an answer, which hold its head. Codings are not undone. */
body_so_far read_body(const turn *t, size_t len);

bool is_gzip(const turn *t);

#endif
