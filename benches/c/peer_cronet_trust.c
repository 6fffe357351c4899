/* peer_cronet_trust.c - an authority for Cronet to trust; see peer_cronet.h.
 *
 * Its API has no way to name one, but on Linux it asks NSS, which looks into the home folder. So a
 * slice gets a home of its own, beside the authority, and certificates are verified as by all
 * peers. */
#include "machine.h"
#include "peer_cronet.h"
#include "report.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

bool cronet_trusts(void) { return cronet_peer_here() && machine_has("certutil"); }

bool cronet_trust(const char *authority, slice_out *out) {
  char folder[256], home[300], command[2048];
  snprintf(folder, sizeof folder, "%s", authority);
  snprintf(home, sizeof home, "%s/home", dirname(folder));
  snprintf(command, sizeof command,
           "test -d '%s' || { mkdir -p '%s/.pki/nssdb' && cd '%s/.pki/nssdb' "
           "&& certutil -d sql:. -N --empty-password "
           "&& certutil -d sql:. -A -t C,, -n bench -i '%s'; } >/dev/null 2>&1",
           home, home, home, authority);
  if (system(command) == 0 && setenv("HOME", home, 1) == 0)
    return true;
  snprintf(out->note, sizeof out->note, "certutil made no store with the authority");
  return false;
}

void cronet_trust_note(void) {
  if (cronet_peer_here() && !cronet_trusts())
    report_note("Cronet over TLS: skipped, certutil is not there (apt-get install libnss3-tools)");
}
