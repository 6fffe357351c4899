/*
 * hostile.h - what the t_hostile programs share: an answer that must be refused, with a sentence
 * that names what is wrong, in bounded time and memory.
 *
 * Memory is the growth of the process's peak, as the kernel counts it, and is looked at only in a
 * plain run on Linux: sanitizers and valgrind use memory of their own.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "world.h"

/** As many as there are: "repeat FOREVER x" ends only when the peer goes. */
#define FOREVER "18446744073709551615"

/** A flood over TLS takes minutes under valgrind: "http" only there, else "https" too. */
static inline size_t ports_to_try(void) { return patience() > 3 ? 1 : 2; }

/** Forgets the peak so far. */
void memory_begin(void);
/** Bytes by which the peak has grown since memory_begin; 0 where nobody can tell. */
int64_t memory_growth(void);
#define MIB (1024 * 1024)
/** Checks the growth. */
#define CHECK_MEMORY(max_mib) check_memory((int64_t)(max_mib)*MIB, __FILE__, __LINE__)
void check_memory(int64_t max, const char *file, int line);

/** A GET of `url` with this option (0: none) and only a completion listener, not started. */
task *quiet_get(world *w, const char *url, uint32_t key, uint64_t value);

/** A GET of `url`: it ends with this status in this phase, its message has `word` in it and is
 * short, and all that takes no more than 8 MiB and ten seconds. */
#define CHECK_REFUSED(w, url, status, phase, word)                                                 \
  check_refused((w), (url), (status), (phase), (word), __FILE__, __LINE__)
void check_refused(world *w, const char *url, reqtask_status status, uint32_t phase,
                   const char *word, const char *file, int line);

#endif
