/* size.h - P7: the bytes of the library as it is installed, and the time from dlopen to the end of
 * the first request, in processes that have just begun. */
#ifndef BENCH_SIZE_H
#define BENCH_SIZE_H

#include "server.h"

void size_section(const server *from, bool full);

#endif
