/*
 * server.h - the repository's scripted HTTP server as a child process.
 *
 * The server says on its standard output which ports it took and ends when its standard input is
 * closed, so it can never outlive the program that started it.
 */
#ifndef EXAMPLE_SERVER_H
#define EXAMPLE_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct server {
  pid_t pid;
  int input; /* its standard input; closing it ends the server */
  unsigned http_port;
} server;

/** Starts the program and waits until it is ready. False: the reason is on standard error. */
bool server_start(server *child, const char *program);

void server_stop(server *child);

#endif
