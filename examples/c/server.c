/* server.c - see server.h. */
#define _POSIX_C_SOURCE 200809L
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** Reads "ready http=PORT ..." from the server. */
static bool read_ready(server *child, int output) {
  char line[512];
  FILE *lines = fdopen(output, "r");
  bool found = false;
  if (lines && fgets(line, sizeof line, lines)) {
    const char *port = strstr(line, "http=");
    child->http_port = port ? (unsigned)strtoul(port + strlen("http="), NULL, 10) : 0;
    found = strncmp(line, "ready ", 6) == 0 && child->http_port != 0;
  }
  if (lines)
    fclose(lines);
  else
    close(output);
  return found;
}

bool server_start(server *child, const char *program) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) {
    perror("pipe");
    return false;
  }
  child->pid = fork();
  if (child->pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    close(in[0]), close(in[1]), close(out[0]), close(out[1]);
    execl(program, program, (char *)NULL);
    perror(program);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  child->input = in[1];
  if (child->pid < 0) {
    perror("fork");
    close(in[1]), close(out[0]);
    return false;
  }
  if (!read_ready(child, out[0])) {
    fprintf(stderr, "%s did not say that it is ready\n", program);
    server_stop(child);
    return false;
  }
  return true;
}

void server_stop(server *child) {
  close(child->input);
  waitpid(child->pid, NULL, 0);
}
