/* get_instructions.c - instructions per request by valgrind's callgrind: this program runs itself
 * twice with a fixed count, and the difference leaves out start and end. See get.h. */
#include "get.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 300, MANY = 1300 };

/** Instructions of one run; negative: failed. */
static double collected(const get_job *job, unsigned count) {
  char program[512], command[768], line[512];
  ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
  if (len < 0)
    return -1;
  program[len] = '\0';
  double found = -1;
  snprintf(command, sizeof command,
           "timeout 60 valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' --fixed %s %u "
           "%u %u 2>&1",
           program, get_word[job->who], job->at_once, count, job->port);
  FILE *lines = popen(command, "r");
  if (!lines)
    return -1;
  while (fgets(line, sizeof line, lines)) {
    const char *at = strstr(line, "Collected : ");
    if (at)
      sscanf(at, "Collected : %lf", &found);
  }
  return pclose(lines) == 0 ? found : -1;
}

double get_instructions(const get_job *job) {
  double few = collected(job, FEW), many = collected(job, MANY);
  if (few < 0 || many < few)
    return (double)NAN;
  return (many - few) / (MANY - FEW);
}
