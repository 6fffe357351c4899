/* nginx.h - nginx on loopback for the small GETs: one process, a fixed answer from memory, no log.
 */
#ifndef BENCH_NGINX_H
#define BENCH_NGINX_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct nginx {
  pid_t pid;
  unsigned port;
  char folder[64];
} nginx;

/** False: not there, or did not start. */
bool nginx_start(nginx *n);
void nginx_stop(nginx *n);

#endif
