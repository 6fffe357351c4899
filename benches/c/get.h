/* get.h - one slice of the GET section: small keep-alive GETs, `at_once` of them always under way.
 *
 * Ours is the whole task each time: request, create, three listeners, start, delivery, release.
 * libcurl's easy handles are reused, as its documentation advises.
 */
#ifndef BENCH_GET_H
#define BENCH_GET_H

#include "server.h"
#include "slice.h"

typedef enum get_who {
  GET_BARE,
  GET_OURS,        /* direct delivery; each completion listener starts the next */
  GET_OURS_WAIT,   /* one at once; the main thread waits for it, then starts the next */
  GET_OURS_QUEUED, /* as GET_OURS, but listeners run in a thread that dispatches */
  GET_CURL_EASY,
  GET_CURL_POLL,
  GET_CURL_EPOLL,
  GET_CRONET,
  GET_UREQ,
  GET_WHO
} get_who;

extern const char *const get_name[GET_WHO];
extern const char *const get_word[GET_WHO]; /* for the command line */

typedef struct get_job {
  get_who who;
  unsigned at_once, port;
  unsigned warmup;   /* requests before the clock starts */
  unsigned count;    /* at most; 0: no limit */
  unsigned limit_ms; /* at most */
} get_job;

enum { GET_REQUESTS, GET_SECONDS, GET_CPU_US }; /* of out->value */

/** When a series ends, and what it received. */
typedef struct get_run {
  unsigned count;
  uint64_t end_ns;
  unsigned finished;
  uint64_t bytes;
} get_run;

/** Runs fn as warm-up and again as the measured series, checks the bytes and fills out. */
typedef bool (*get_series)(void *peer, get_run *run);
bool get_measure(const get_job *job, get_series series, void *peer, slice_out *out);

bool get_bare(const void *job, slice_out *out);
bool get_ours(const void *job, slice_out *out);
bool get_curl(const void *job, slice_out *out);
bool get_cronet(const void *job, slice_out *out);
bool get_ureq(const void *job, slice_out *out);

/** The slice function of a peer. */
slice_fn get_function(get_who who);

/** A series of count requests without fork or warm-up, for callgrind. */
bool get_fixed(const char *word, unsigned at_once, unsigned count, unsigned port);

/** The section. */
void get_section(const server *from, bool full);

/** Instructions and system calls per request, each from two runs; NAN when they cannot be told. */
double get_instructions(const get_job *job, bool full);
double get_calls(const get_job *job);

#endif
