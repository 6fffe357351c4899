/*
 * model.h - how a request must end when something goes wrong at a byte of the wire.
 *
 * Told from the position alone, by RFC 9110, RFC 9112 and the contract of the library (status and
 * phase in reqtask.h), with a reading of answers of its own. It knows nothing of how the library
 * works.
 */
#ifndef MODEL_H
#define MODEL_H

#include "plan.h"
#include "reqtask.h"

enum { ENDINGS_MAX = 3 };

#define IN(phase) (1u << (REQTASK_PHASE_##phase))

typedef struct expectation {
  /* One of these; each with one of these phases (bits, IN). */
  struct {
    reqtask_status status;
    unsigned phases;
  } endings[ENDINGS_MAX];
  size_t ending_count;
  bool headers, or_none; /* the headers event comes; it may also not */
  size_t least, most;    /* bytes of the body that are delivered */
  unsigned connections;
} expectation;

/** What the last request of an exchange must come to. `seen` is the exchange's track. */
expectation expect(const exchange *ex, const track *seen, enum direction direction,
                   enum action action, size_t at);

/** Positions that make sense in this direction: the first and the last. */
void positions(const exchange *ex, const track *seen, enum direction direction, size_t *first,
               size_t *last);

#endif
