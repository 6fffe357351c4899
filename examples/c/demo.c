/*
 * demo.c - the main job in three acts, against the scripted server of this repository.
 *
 *   1. A streamed answer, chunk by chunk, with the time each one took.
 *   2. The timings of that request as a waterfall.
 *   3. A request aborted in the middle of a silent stream: the time from reqtask_abort to its
 *      completion event, once with a look at it and then a few hundred times for the figures.
 *
 * It uses direct delivery: listeners run on the library's worker threads, so what they share with
 * main is behind a mutex. (The command-line tool beside it shows queued delivery.)
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reqtask.h"
#include "server.h"
#include "text.h"
#include "waterfall.h"

enum { ABORTS = 300 };

typedef struct watch {
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t changed;
  bool print;
  uint64_t chunks;
  bool done;
  reqtask_status status;
  double done_us;
  double started_us;
} watch;

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/** A demo has nobody to hand an error to. */
static void must(reqtask_status status, const char *call) {
  if (status == REQTASK_OK)
    return;
  char text[512];
  reqtask_last_error(text, sizeof text);
  fprintf(stderr, "%s: %s (%s)\n", call, reqtask_status_text(status), text);
  exit(1);
}

static void on_headers(void *user, const reqtask_headers_event *event) {
  watch *w = user;
  pthread_mutex_lock(&w->lock);
  if (w->print)
    printf("  %9.3f ms  headers: status %" PRIu32 "\n", (now_us() - w->started_us) / 1e3,
           event->http_status);
  pthread_mutex_unlock(&w->lock);
}

static void on_chunk(void *user, const reqtask_chunk_event *event) {
  watch *w = user;
  pthread_mutex_lock(&w->lock);
  w->chunks++;
  if (w->print) {
    printf("  %9.3f ms  chunk %2" PRIu64 ", %3zu bytes: ", (now_us() - w->started_us) / 1e3,
           w->chunks, event->bytes.len);
    plain_text(stdout, (const char *)event->bytes.data, event->bytes.len, 52);
    fputc('\n', stdout);
    fflush(stdout);
  }
  pthread_cond_signal(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

static void on_complete(void *user, const reqtask_complete_event *event) {
  watch *w = user;
  double at = now_us();
  pthread_mutex_lock(&w->lock);
  w->done = true;
  w->done_us = at;
  w->status = event->status;
  if (w->print)
    printf("  %9.3f ms  complete: %s\n", (at - w->started_us) / 1e3,
           reqtask_status_text(event->status));
  pthread_cond_signal(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

/** Starts GET http://127.0.0.1:port/path with the listeners above. */
static reqtask_id launch(reqtask_client *client, watch *w, unsigned port, const char *path) {
  char url[256];
  reqtask_request *request;
  reqtask_id task;
  snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
  must(reqtask_request_new("GET", REQTASK_NTS, url, REQTASK_NTS, &request), "reqtask_request_new");
  must(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0), "reqtask_request_set_u64");
  must(reqtask_create(client, request, &task), "reqtask_create");
  reqtask_request_free(request);
  must(reqtask_on_headers(task, on_headers, w, NULL, NULL), "reqtask_on_headers");
  must(reqtask_on_chunk(task, on_chunk, w, NULL, NULL), "reqtask_on_chunk");
  must(reqtask_on_complete(task, on_complete, w, NULL, NULL), "reqtask_on_complete");
  w->started_us = now_us();
  must(reqtask_start(task), "reqtask_start");
  return task;
}

static void show_stream(reqtask_client *client, unsigned port) {
  watch w = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .print = true};
  printf("1. A streamed answer: eight events, one every 150 ms\n\n");
  reqtask_id task = launch(client, &w, port, "/stream?n=8&ms=150&size=96");
  must(reqtask_wait(task, 30000), "reqtask_wait");

  const reqtask_response *response;
  reqtask_timing timing = {.struct_size = sizeof timing};
  must(reqtask_response_get(task, &response), "reqtask_response_get");
  must(reqtask_response_timing(response, &timing), "reqtask_response_timing");
  printf("\n2. Where its time went\n\n");
  waterfall_print(stdout, &timing, isatty(STDOUT_FILENO) == 1);
  reqtask_response_free(response);
  must(reqtask_release(task), "reqtask_release");
}

/** Waits for the first chunk, lets the stream be silent for a while, aborts it, and returns the
 * microseconds from reqtask_abort to the completion event. */
static double abort_once(reqtask_client *client, unsigned port, bool print, unsigned silent_ms) {
  watch w = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  w.print = print;
  reqtask_id task = launch(client, &w, port, "/stream?n=1&size=96&then=stall");
  pthread_mutex_lock(&w.lock);
  while (w.chunks == 0 && !w.done)
    pthread_cond_wait(&w.changed, &w.lock);
  pthread_mutex_unlock(&w.lock);

  struct timespec silence = {.tv_sec = 0, .tv_nsec = (long)silent_ms * 1000000};
  nanosleep(&silence, NULL);
  double before = now_us();
  must(reqtask_abort(task), "reqtask_abort");
  double returned = now_us();
  must(reqtask_wait(task, 10000), "reqtask_wait");

  pthread_mutex_lock(&w.lock);
  double took = w.done_us - before;
  bool aborted = w.status == REQTASK_E_ABORTED;
  pthread_mutex_unlock(&w.lock);
  if (!aborted) {
    fprintf(stderr, "the request ended with \"%s\" instead of being aborted\n",
            reqtask_status_text(w.status));
    exit(1);
  }
  if (print) {
    printf("\n  reqtask_abort returned after %.1f us, the completion event came after %.1f us\n",
           returned - before, took);
  }
  must(reqtask_release(task), "reqtask_release");
  return took;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void show_abort(reqtask_client *client, unsigned port) {
  printf("\n3. A stream that falls silent after its first event\n\n");
  abort_once(client, port, true, 500);
  static double took[ABORTS];
  for (size_t i = 0; i < ABORTS; i++)
    took[i] = abort_once(client, port, false, 1);
  qsort(took, ABORTS, sizeof *took, by_value);
  printf("  and %d more times: p50 %.1f us, p99 %.1f us, worst %.1f us\n", ABORTS, took[ABORTS / 2],
         took[ABORTS * 99 / 100], took[ABORTS - 1]);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s path/to/scripted-server\n", argv[0]);
    return 2;
  }
  server child;
  if (!server_start(&child, argv[1]))
    return 1;
  reqtask_client *client;
  must(reqtask_client_new(NULL, &client), "reqtask_client_new");
  show_stream(client, child.http_port);
  show_abort(client, child.http_port);
  reqtask_client_close(client, 2000);
  server_stop(&child);
  return 0;
}
