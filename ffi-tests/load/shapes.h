/*
 * shapes.h - the kinds of request that the load is mixed of, and how each must end if nobody aborts
 * it.
 */
#ifndef SHAPES_H
#define SHAPES_H

#include "world.h"

typedef struct shape {
  const char *name;
  const char *method, *url;
  size_t upload; /* bytes of body to send */
  /* It ends so, or (a second word of the server's that races with the first) so. */
  reqtask_status ends, or_ends;
  uint64_t length;  /* of the decoded body of a success */
  bool endless;     /* ends only by an abort */
  unsigned percent; /* of the mix; what is left goes to the first */
} shape;

/** All of them. The URLs live until the end of the case. */
const shape *shapes_all(size_t *count);

/** One of them, by its share. */
const shape *shapes_pick(const shape *all, size_t count, uint64_t *seed);

#endif
