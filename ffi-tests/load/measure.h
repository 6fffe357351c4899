/*
 * measure.h - what a process holds: threads, descriptors, memory; to be compared before and after.
 *
 * All of it is read from the kernel and from malloc, nothing from the library.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "harness.h"

typedef struct holdings {
  long threads, descriptors;
  /* What malloc has given out and not got back, in all its arenas. */
  long heap_bytes;
  /* Resident memory, after malloc was asked to give back what it can. */
  long resident_bytes;
} holdings;

holdings holdings_now(void);

/** Prints them as a comment. */
void holdings_print(const char *when, holdings h);

/** Waits until threads and descriptors are as before (the kernel takes a joined thread away a
 * moment later; the watchdog ends a wait in vain), then checks that the heap has grown by no more
 * than `heap_slack` and the resident memory by no more than `resident_slack` bytes. Answers what
 * there is now. */
holdings holdings_return(holdings before, long heap_slack, long resident_slack);

/** "counted: NAME<TAB>NUMBER<TAB>MEANING", for the table of proofs. */
void counted(const char *name, long number, const char *meaning);

/** A whole number from the environment, or `otherwise`. */
long setting(const char *name, long otherwise);

/** xorshift64*; the seed is never 0. */
uint64_t random_next(uint64_t *seed);
uint64_t random_below(uint64_t *seed, uint64_t limit);

/** Port number i of nginx (LOAD_NGINX); 0 when there is none. */
unsigned nginx_port(unsigned i);

#endif
