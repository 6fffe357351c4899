/* upload.h - one slice of a large upload: a body from memory, read by the blaster, or refused by it
 * as soon as it has read the head.
 *
 * All peers send a content length and do not ask for "100 Continue". Ours lends its bytes to the
 * library; libcurl's read callback copies from the same kind of memory.
 */
#ifndef BENCH_UPLOAD_H
#define BENCH_UPLOAD_H

#include "server.h"
#include "slice.h"

typedef enum upload_who {
  UPLOAD_BARE, /* send of 64 KB at a time */
  UPLOAD_OURS,
  UPLOAD_CURL,          /* easy, its default buffer of 64 KB */
  UPLOAD_CURL_512K,     /* easy, CURLOPT_UPLOAD_BUFFERSIZE */
  UPLOAD_CRONET,        /* its provider is asked in an executor's thread */
  UPLOAD_CRONET_DIRECT, /* in its network thread */
  UPLOAD_WHO
} upload_who;

typedef struct upload_job {
  upload_who who;
  unsigned port;
  uint64_t bytes;
  bool refused;  /* PUT /refuse, otherwise PUT /sink */
  bool progress; /* with a listener for progress */
} upload_job;

enum { UPLOAD_SECONDS, UPLOAD_CPU_US, UPLOAD_EVENTS }; /* of out->value */

bool upload_bare(const void *job, slice_out *out);
bool upload_ours(const void *job, slice_out *out);
bool upload_curl(const void *job, slice_out *out);
bool upload_cronet(const void *job, slice_out *out);

/** The bytes that are sent, made before any clock starts; NULL: no memory. */
const char *upload_bytes(const upload_job *job);

/** Whether a peer heard what it had to: 413, or 200 and the number of bytes. */
bool upload_heard(const upload_job *job, unsigned status, const char *body, slice_out *out);

/** The section. */
void upload_section(const server *from, bool full);

#endif
