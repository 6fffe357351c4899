/* transfer.c - see transfer.h. */
#define _POSIX_C_SOURCE 200809L
#include "transfer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "loop.h"
#include "request.h"
#include "sha256.h"

/** What the listeners of a running transfer need. */
typedef struct running {
  transfer *result;
  const transfer_watch *watch;
  sha256 hash;
  double started_ms;
  bool done;
} running;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static char *copy_text(const char *text, size_t len) {
  char *copy = malloc(len + 1);
  if (copy) {
    memcpy(copy, text, len);
    copy[len] = '\0';
  }
  return copy;
}

const char *status_word(reqtask_status status) {
  static const struct {
    reqtask_status status;
    const char *word;
  } words[] = {
      {REQTASK_E_INVALID_ARG, "invalid"},
      {REQTASK_E_NOT_FOUND, "not-found"},
      {REQTASK_E_STATE, "state"},
      {REQTASK_E_UNSUPPORTED, "unsupported"},
      {REQTASK_E_REENTRANT, "reentrant"},
      {REQTASK_E_BUSY, "busy"},
      {REQTASK_E_CLOSED, "closed"},
      {REQTASK_E_NO_MEMORY, "memory"},
      {REQTASK_E_PANIC, "panic"},
      {REQTASK_E_ABORTED, "aborted"},
      {REQTASK_E_TIMEOUT, "timeout"},
      {REQTASK_E_RESOLVE, "resolve"},
      {REQTASK_E_CONNECT, "connect"},
      {REQTASK_E_PROXY, "proxy"},
      {REQTASK_E_TLS, "tls"},
      {REQTASK_E_CERTIFICATE, "certificate"},
      {REQTASK_E_IO, "io"},
      {REQTASK_E_PROTOCOL, "protocol"},
      {REQTASK_E_REDIRECT, "redirect"},
      {REQTASK_E_TOO_LARGE, "too-large"},
      {REQTASK_E_DECODE, "decode"},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (words[i].status == status)
      return words[i].word;
  }
  return "failed";
}

static void on_headers(void *user, const reqtask_headers_event *event) {
  running *run = user;
  const reqtask_response *response;
  if (run->watch->head && reqtask_response_get(event->task, &response) == REQTASK_OK) {
    run->watch->head(response, now_ms() - run->started_ms);
    reqtask_response_free(response);
  }
}

static void on_chunk(void *user, const reqtask_chunk_event *event) {
  running *run = user;
  sha256_update(&run->hash, event->bytes.data, event->bytes.len);
  run->result->body_len += event->bytes.len;
  run->result->chunks++;
  if (run->watch->chunk) {
    run->watch->chunk(event->bytes.data, event->bytes.len, run->result->chunks,
                      now_ms() - run->started_ms);
  }
}

static void on_complete(void *user, const reqtask_complete_event *event) {
  running *run = user;
  run->result->status = event->status;
  run->result->phase = event->phase;
  if (event->status != REQTASK_OK)
    run->result->message = copy_text(event->message.ptr, event->message.len);
  if (event->response)
    reqtask_response_get(event->task, &run->result->response);
  run->done = true;
}

static bool is_followable(const reqtask_response *response) {
  reqtask_response_info info = {.struct_size = sizeof info};
  if (reqtask_response_read(response, &info) != REQTASK_OK)
    return false;
  uint32_t code = info.http_status;
  if (code != 301 && code != 302 && code != 303 && code != 307 && code != 308)
    return false;
  for (size_t i = 0; i < info.header_count; i++) {
    if (strcmp(info.headers[i].name.ptr, "location") == 0)
      return true;
  }
  return false;
}

/** For the library a maximum of 0 redirects means "hand back the 3xx"; on this command line that is
 * --no-follow, and --max-redirs 0 means that the first redirect is one too many. */
static void judge_redirect(transfer *result, const settings *set) {
  bool none_allowed = !set->no_follow && set->has_max_redirects && set->max_redirects == 0;
  if (!none_allowed || result->status != REQTASK_OK || !is_followable(result->response))
    return;
  static const char text[] = "a redirect, and none may be followed";
  result->status = REQTASK_E_REDIRECT;
  result->message = copy_text(text, sizeof text - 1);
}

static void set_refusal(transfer *result, refusal why) {
  result->status = why.status;
  result->message = why.message;
}

void transfer_refused(transfer *result, reqtask_status status, const char *text) {
  *result = (transfer){0};
  sha256 empty;
  sha256_init(&empty);
  sha256_hex(&empty, result->body_sha256);
  refusal why;
  refuse(&why, status, text);
  set_refusal(result, why);
}

/** Creates and starts the task. False: it will never complete. */
static bool launch(running *run, reqtask_client *client, const reqtask_request *request,
                   reqtask_id *task) {
  reqtask_status status = reqtask_create(client, request, task);
  if (status == REQTASK_OK)
    status = reqtask_on_headers(*task, on_headers, run, NULL, NULL);
  if (status == REQTASK_OK)
    status = reqtask_on_chunk(*task, on_chunk, run, NULL, NULL);
  if (status == REQTASK_OK)
    status = reqtask_on_complete(*task, on_complete, run, NULL, NULL);
  run->started_ms = now_ms();
  if (status == REQTASK_OK)
    status = reqtask_start(*task);
  if (status != REQTASK_OK) {
    refusal why;
    refuse(&why, status, NULL);
    set_refusal(run->result, why);
  }
  return status == REQTASK_OK;
}

void transfer_run(transfer *result, reqtask_client *client, const request_args *args,
                  const transfer_watch *watch) {
  *result = (transfer){0};
  running run = {.result = result, .watch = watch};
  sha256_init(&run.hash);
  refusal why;
  reqtask_request *request = request_build(args, &why);
  if (request) {
    reqtask_id task = 0;
    if (launch(&run, client, request, &task))
      loop_run(client, task, &run.done);
    reqtask_request_free(request);
    if (task != 0)
      reqtask_release(task);
    judge_redirect(result, &args->settings);
  } else {
    set_refusal(result, why);
  }
  sha256_hex(&run.hash, result->body_sha256);
}

void transfer_free(transfer *result) {
  reqtask_response_free(result->response);
  free(result->message);
}
