/* nginx.h - nginx on loopback: one process, no log. It serves a small answer from memory, a large
 * file, or what a section configures. */
#ifndef BENCH_NGINX_H
#define BENCH_NGINX_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct nginx {
  pid_t pid;
  unsigned port;
  char folder[64];
} nginx;

/** A small answer for the GETs. False: not there, or did not start. */
bool nginx_start(nginx *n);

/** A file of so many bytes at /file. */
bool nginx_start_file(nginx *n, unsigned long long bytes);

/** With configuration of the caller's: first prepare, which makes folder and chooses port, then run
 * with the server blocks that may use them. After prepare, nginx_stop is due in any case. */
bool nginx_prepare(nginx *n);
bool nginx_run(nginx *n, const char *servers);

/** Makes an empty file of so many bytes, which are zeros and take no room on disk, in folder. */
bool nginx_file(const nginx *n, const char *name, unsigned long long bytes);

void nginx_stop(nginx *n);

#endif
