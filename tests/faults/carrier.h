/*
 * carrier.h - the process that carries packets from one device to another, as slow and as badly as
 * the link is said to be.
 */
#ifndef CARRIER_H
#define CARRIER_H

#include "link.h"

/** Forks it; it ends with this process and has both descriptors for itself. */
void carrier_start(link_state *state, int ends[2], unsigned long seed);

#endif
