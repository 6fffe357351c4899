/* bulk.h - one slice of a large download: one answer, its bytes counted and thrown away.
 *
 * The bulk section (P2) runs it over plain TCP, the tls section (P6) over TLS. Ours does not keep
 * the body, as libcurl does not. The clock runs from the start of the request to its end,
 * connecting included; clients and handles exist before.
 */
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include "budget.h"
#include "report.h"
#include "server.h"
#include "slice.h"

typedef enum bulk_who {
  BULK_BARE, /* recv into 64 KB; finds no end of chunks, and does no TLS */
  BULK_OURS,
  BULK_OURS_QUEUED,
  BULK_CURL,          /* easy, its default buffer of 16 KB */
  BULK_CURL_64K,      /* easy, CURLOPT_BUFFERSIZE */
  BULK_CURL_MULTI,    /* multi with poll, default buffer */
  BULK_CRONET,        /* reads of 32 KB, as in its sample, in an executor's thread */
  BULK_CRONET_DIRECT, /* reads of 256 KB in its network thread */
  BULK_UREQ,          /* plain only: its program trusts no authority of ours */
  BULK_WHO
} bulk_who;

extern const char *const bulk_name[BULK_WHO];

typedef struct bulk_job {
  bulk_who who;
  unsigned port;
  const char *path;
  const char *authority; /* a PEM file: over TLS, trusting this; NULL: plain */
  uint64_t bytes;        /* of the body */
  bool chunked;
} bulk_job;

enum { BULK_SECONDS, BULK_CPU_US }; /* of out->value */

bool bulk_bare(const void *job, slice_out *out);
bool bulk_ours(const void *job, slice_out *out);
bool bulk_curl(const void *job, slice_out *out);
bool bulk_cronet(const void *job, slice_out *out);
bool bulk_ureq(const void *job, slice_out *out);

/** The URL of a job. */
void bulk_url(const bulk_job *job, char *out, size_t room);

/** What a case is measured against. */
typedef struct bulk_goal {
  double least_default, least_64k; /* MB/s to libcurl with each buffer; 0: none */
} bulk_goal;

/** A table for bulk_case. */
report_table *bulk_begin(const char *work, const char *id, const char *title);

/** All peers in turn, as often as the budget allows; `most` rounds at most. */
void bulk_case(report_table *table, const char *what, bulk_job job, bulk_goal goal,
               const budget *share, unsigned most);

/** The panels of such a table. */
void bulk_pictures(const report_table *table);

/** The section. */
void bulk_section(const server *from, bool full);

#endif
