/*
 * origin.h - the server, in a process of its own.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <sys/types.h>

#include "plan.h"

/** Maps the memory that both processes share. */
shared *shared_new(void);

/** Opens the server's port and forks its process, which ends with this one. Before any thread is
 * started. */
pid_t origin_start(shared *all);

/** Ends it. */
void origin_stop(pid_t origin);

#endif
