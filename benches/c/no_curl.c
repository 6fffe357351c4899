/* no_curl.c - takes the place of the *_curl.c files where libcurl's headers are missing: its slices
 * are skipped. */
#include "abort.h"
#include "bulk.h"
#include "get.h"
#include "growth.h"
#include "latency.h"
#include "peer_curl.h"
#include "queue.h"
#include "streams.h"
#include "tls.h"
#include "upload.h"

#include <stdio.h>

static bool skip(slice_out *out) {
  snprintf(out->note, sizeof out->note, "skipped, libcurl's headers were not there to build with");
  return false;
}

const char *curl_peer_version(void) { return "not compiled in"; }
bool curl_peer_here(void) { return false; }

bool abort_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool latency_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool streams_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool bulk_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool tls_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool upload_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool get_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool queue_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
bool idle_curl(const void *job, slice_out *out) { return (void)job, skip(out); }
