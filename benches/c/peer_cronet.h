/* peer_cronet.h - Cronet, Chromium's network stack, driven through its C API as its documentation
 * and its sample do it.
 *
 * One engine for all requests, with HTTP/1.1 only, no cache and no brotli. Requests run their
 * callbacks on an executor of ours: one thread that runs what Cronet gives it, or, "direct", none:
 * Cronet's network thread runs it at once, which the documentation allows with a warning. The
 * library is looked for in build/cronet when the program runs; benches/cronet/get puts it there.
 */
#ifndef BENCH_PEER_CRONET_H
#define BENCH_PEER_CRONET_H

#include "cronet.h"
#include "slice.h"

#include <pthread.h>
#include <stddef.h>

/** Whether the library is there and starts, as a slice of its own finds out once: this process
 * never loads it. BENCH_CRONET in the environment: the path of another one, or "no". */
bool cronet_peer_here(void);

/** Also when it is not there: why. */
const char *cronet_peer_version(void);

/** Notes that Cronet is left out and why, or what to know about its build. */
void cronet_peer_note(void);

typedef struct cronet_peer {
  Cronet_Engine *engine;
  Cronet_Executor *executor;
  Cronet_UrlRequestCallback *callback;
  bool direct;
  /* The executor's thread, and what it has still to run. */
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t filled;
  Cronet_Runnable **waiting;
  size_t count, room;
  bool idle, stop;
} cronet_peer;

/** The library's functions, once a peer is open. */
extern cronet_api cronet;

/** Only in a slice. *c must not move until cronet_peer_close. False: out->note says why. */
bool cronet_peer_open(cronet_peer *c, bool direct, slice_out *out);

/** When all requests have ended. */
void cronet_peer_close(cronet_peer *c);

/** In a slice, before cronet_peer_open: it will trust the authority in this PEM file. Takes
 * certutil, which cronet_trusts looks for. */
bool cronet_trust(const char *authority, slice_out *out);
bool cronet_trusts(void);

/** Notes that Cronet is left out where TLS is, and why, when it is. */
void cronet_trust_note(void);

typedef enum cronet_result { CRONET_SUCCEEDED, CRONET_FAILED, CRONET_CANCELED } cronet_result;

enum { CRONET_BUFFER = 32768 }; /* of Cronet's sample */

/** A request under way: what to do with it, and how it ended. */
typedef struct cronet_task {
  void *user;
  void (*on_headers)(void *user); /* may be NULL */
  void (*on_chunk)(void *user, const void *data, size_t len);
  void (*on_end)(void *user, const struct cronet_task *task);
  uint64_t buffer; /* bytes to read at a time */
  cronet_result result;
  int status;
  uint64_t ended_ns; /* when the callback that ends it was entered */
  char error[96];
} cronet_task;

/** For cronet_peer_open: the callbacks of all tasks. */
Cronet_UrlRequestCallback *cronet_task_callback(void);

/** The parameters of a request that any number of requests can be made with. */
Cronet_UrlRequestParams *cronet_params(const cronet_peer *c, const char *method);

/** Starts a request. *task must not move until on_end is called. NULL: it did not start. */
Cronet_UrlRequest *cronet_start(const cronet_peer *c, const char *url,
                                Cronet_UrlRequestParams *params, cronet_task *task);

/** A body in memory, and how much of it Cronet has asked for. */
typedef struct cronet_body {
  const char *bytes;
  uint64_t len, at;
  Cronet_UploadDataProvider *provider; /* cronet_body_set makes it; to be destroyed at the end */
} cronet_body;

/** Makes requests with these parameters send the body, one at a time. */
void cronet_body_set(const cronet_peer *c, Cronet_UrlRequestParams *params, cronet_body *body);

/** How a task ended that should have succeeded with 200, or what went wrong: in out->note. */
bool cronet_succeeded(const cronet_task *task, slice_out *out);

#endif
