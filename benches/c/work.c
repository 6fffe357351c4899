/* work.c - see work.h. */
#include "work.h"

#include <stddef.h>

const work works[WORKS] = {
    {"P1", "Small keep-alive GETs",
     "100-byte answers over connections that stay open; each is a whole request, from its creation "
     "to its release.",
     NULL},
    {"P2", "A large download", "One body by HTTP/1.1, its bytes counted.", NULL},
    {"P3", "Chunk latency",
     "A stream's server writes a small chunk each millisecond; the time until the program has it "
     "in hand.",
     NULL},
    {"P4", "Abort", "One thread aborts a request that is in a known phase.", NULL},
    {"P5", "Open silent streams",
     "Many answers without end in one client, silent but for an event now and then.", NULL},
    {"P6", "TLS 1.3", "A large download, and full and resumed handshakes.", NULL},
    {"P7", "The library itself", "Its size on disk, and the time to its first request.", NULL},
    {"P8", "Into JavaScript", "Node's clients beside ours.",
     "[node.md](node.md), by `make bench-js`"},
    {"P9", "A long queue", "100,000 tasks created, started and aborted.", NULL},
    {"P10", "Cost as work grows", "The same work with more and more of it at once.", NULL},
    {"P11", "A large upload", "One body sent, and an early refusal heard.", NULL},
};
