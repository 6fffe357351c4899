/* peer_bare.h - plain sockets: the limit that no HTTP library can pass. */
#ifndef BENCH_PEER_BARE_H
#define BENCH_PEER_BARE_H

/** A blocking connection to 127.0.0.1 without Nagle's delay; -1: failed. */
int bare_connect(unsigned port);

#endif
