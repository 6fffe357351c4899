/* get_count.c - what one request takes in instructions, by valgrind's callgrind, and in system
 * calls, by strace: a program runs twice with a fixed number of requests, and the difference leaves
 * out its start and end. See get.h. */
#include "get.h"

#include "machine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FEW = 300, MANY = 1300, MANY_QUICK = 700 };

/** Starts the job's program with `count` requests below a tool; NULL: failed. */
static FILE *start(const char *tool, const get_job *job, unsigned count) {
  char command[1200], path[512];
  if (job->who == GET_UREQ)
    snprintf(command, sizeof command, "timeout 60 %s '%s' get %u %u 0 %u 60000 2>&1", tool,
             machine_program("bench-ureq", path, sizeof path), job->port, job->at_once, count);
  else
    snprintf(command, sizeof command, "timeout 60 %s '%s' --fixed %s %u %u %u 2>&1", tool,
             machine_program(NULL, path, sizeof path), get_word[job->who], job->at_once, count,
             job->port);
  return popen(command, "r");
}

/** Reads to the end; the number in the line that the format fits, or NAN. */
static double finish(FILE *lines, double (*number)(const char *line)) {
  char line[512];
  double found = (double)NAN;
  if (!lines)
    return found;
  while (fgets(line, sizeof line, lines)) {
    double here = number(line);
    found = isnan(here) ? found : here;
  }
  return pclose(lines) == 0 ? found : (double)NAN;
}

/** valgrind's "==123== Collected : 456". */
static double collected(const char *line) {
  double found = (double)NAN;
  const char *at = strstr(line, "Collected : ");
  if (at)
    sscanf(at, "Collected : %lf", &found);
  return found;
}

/** The last line of strace's table, "456 total". */
static double total(const char *line) {
  double found = (double)NAN;
  char word[32];
  return sscanf(line, " %lf %31s", &found, word) == 2 && strcmp(word, "total") == 0 ? found
                                                                                    : (double)NAN;
}

double get_instructions(const get_job *job, bool full) {
  static const char tool[] = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
  unsigned more = full ? MANY : MANY_QUICK;
  /* Counts do not mind that both run at once. */
  FILE *few = start(tool, job, FEW), *many = start(tool, job, more);
  double low = finish(few, collected), high = finish(many, collected);
  return (high - low) / (more - FEW);
}

double get_calls(const get_job *job) {
  static const char tool[] = "strace -f -c -U calls,name";
  double low = finish(start(tool, job, FEW), total);
  return (finish(start(tool, job, MANY), total) - low) / (MANY - FEW);
}
