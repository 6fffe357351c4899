/* peer_ureq.c - see peer_ureq.h. */
#include "peer_ureq.h"

#include "machine.h"
#include "report.h"

#include <stdio.h>
#include <unistd.h>

bool ureq_peer_here(void) {
  char path[512];
  return access(machine_program("bench-ureq", path, sizeof path), X_OK) == 0;
}

void ureq_peer_note(void) {
  if (!ureq_peer_here())
    report_note("ureq: skipped, its program bench-ureq is not beside this one (make bench builds "
                "it)");
}

bool ureq_peer_run(const char *words, ureq_result *result, slice_out *out) {
  char path[512], command[800];
  snprintf(command, sizeof command, "timeout 60 '%s' %.200s",
           machine_program("bench-ureq", path, sizeof path), words);
  FILE *line = popen(command, "r");
  int read = line ? fscanf(line, "%lf %lf %lf %lf", &result->requests, &result->bytes,
                           &result->seconds, &result->cpu_us)
                  : 0;
  if (line && pclose(line) == 0 && read == 4)
    return true;
  snprintf(out->note, sizeof out->note, "bench-ureq %.200s failed", words);
  return false;
}
