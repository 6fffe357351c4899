/*
 * link.h - a slow network in one program: two network namespaces, each with a TUN device, and a
 * process between them that carries their packets with delay, loss and a low rate. Needs no netem,
 * only namespaces.
 */
#ifndef LINK_H
#define LINK_H

#include "plan.h"

/** What the link is like; may be changed at any moment. Shared with the process that carries. */
typedef struct link_state {
  atomic_uint delay_ms;    /* each way */
  atomic_uint loss_ppm;    /* packets lost of a million */
  atomic_uint bytes_per_s; /* each way; 0: as fast as it goes */
  atomic_bool dead;        /* a black hole */
  atomic_ulong carried, lost;
} link_state;

/** Makes the namespaces, and the server in one of them; the calling process is in the other from
 * then on. `addresses` of the server answer, those of plans 1 to so many. NULL when this system
 * does not let us, and *why says what it refused. */
link_state *link_open(shared *all, unsigned addresses, unsigned long seed, const char **why);

#endif
