/* report.c - see report.h. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "waterfall.h"

static bool colour;

void report_colour(bool on) { colour = on; }

static const char *paint(const char *escape) { return colour ? escape : ""; }

/** The answer's status and headers; zeros if there is none. */
static reqtask_response_info read_response(const reqtask_response *response) {
  reqtask_response_info info = {.struct_size = sizeof info};
  if (response)
    reqtask_response_read(response, &info);
  return info;
}

void report_json(const transfer *result) {
  reqtask_response_info info = read_response(result->response);
  bool ok = result->status == REQTASK_OK;
  printf("{\"ok\":%s,\"error\":", ok ? "true" : "false");
  if (ok) {
    fputs("null", stdout);
  } else {
    char text[2048];
    snprintf(text, sizeof text, "%s: %s", status_word(result->status),
             result->message ? result->message : reqtask_status_text(result->status));
    json_string(stdout, text, strlen(text));
  }
  printf(",\"status\":%" PRIu32 ",\"headers\":[", info.http_status);
  for (size_t i = 0; i < info.header_count; i++) {
    const reqtask_header *header = &info.headers[i];
    fputs(i == 0 ? "[" : ",[", stdout);
    json_string(stdout, header->name.ptr, header->name.len);
    fputc(',', stdout);
    json_string(stdout, header->value.ptr, header->value.len);
    fputc(']', stdout);
  }
  printf("],\"body_sha256\":\"%s\",\"body_len\":%" PRIu64 ",\"chunks\":%" PRIu64 "}\n",
         result->body_sha256, result->body_len, result->chunks);
  fflush(stdout);
}

void report_begin(const request_args *args) {
  fputs(paint("\033[1m"), stdout);
  plain_text(stdout, args->method, strlen(args->method), 40);
  fputc(' ', stdout);
  /* Reports are pasted into mails: what stands before an "@" may be a password. */
  const char *host = strrchr(args->url, '@');
  const char *user = strstr(args->url, "//");
  if (host && user && user < host) {
    plain_text(stdout, args->url, (size_t)(user + 2 - args->url), 400);
    fputs("...", stdout);
  }
  const char *rest = host && user && user < host ? host : args->url;
  plain_text(stdout, rest, strlen(rest), 400);
  printf("%s\n", paint("\033[0m"));
  fflush(stdout);
}

void report_head(const reqtask_response *response, double ms) {
  reqtask_response_info info = read_response(response);
  printf("%sHTTP/%" PRIu32 ".%" PRIu32 " %" PRIu32 "%s  after %.3f ms, from %s",
         paint(info.http_status < 400 ? "\033[1;32m" : "\033[1;31m"), info.http_version / 10,
         info.http_version % 10, info.http_status, paint("\033[0m"), ms, info.peer.ptr);
  if (info.redirects > 0) {
    printf(", %" PRIu32 " redirect%s to ", info.redirects, info.redirects == 1 ? "" : "s");
    plain_text(stdout, info.url.ptr, info.url.len, 400);
  }
  fputc('\n', stdout);
  for (size_t i = 0; i < info.header_count; i++) {
    fputs(paint("\033[36m"), stdout);
    plain_text(stdout, info.headers[i].name.ptr, info.headers[i].name.len, 200);
    printf("%s: ", paint("\033[0m"));
    plain_text(stdout, info.headers[i].value.ptr, info.headers[i].value.len, 400);
    fputc('\n', stdout);
  }
  fputc('\n', stdout);
  fflush(stdout);
}

void report_chunk(const uint8_t *data, size_t len, uint64_t number, double ms) {
  printf("%s#%-4" PRIu64 "%s %11.3f ms %8zu B  ", paint("\033[2m"), number, paint("\033[0m"), ms,
         len);
  plain_text(stdout, (const char *)data, len, 56);
  fputc('\n', stdout);
  fflush(stdout);
}

static const char *phase_name(uint32_t phase) {
  switch (phase) {
  case REQTASK_PHASE_QUEUE:
    return " while it was queued";
  case REQTASK_PHASE_RESOLVE:
    return " while resolving the name";
  case REQTASK_PHASE_CONNECT:
    return " while connecting";
  case REQTASK_PHASE_TLS:
    return " in the TLS handshake";
  case REQTASK_PHASE_SEND:
    return " while sending";
  case REQTASK_PHASE_HEADERS:
    return " while waiting for the answer";
  case REQTASK_PHASE_BODY:
    return " while reading the body";
  default:
    return "";
  }
}

void report_end(const transfer *result) {
  if (result->status != REQTASK_OK) {
    const char *message = result->message ? result->message : reqtask_status_text(result->status);
    printf("%sfailed%s%s: %s: ", paint("\033[1;31m"), paint("\033[0m"), phase_name(result->phase),
           status_word(result->status));
    plain_text(stdout, message, strlen(message), 400);
    fputc('\n', stdout);
  }
  if (result->response) {
    printf("%s%" PRIu64 " bytes in %" PRIu64 " chunk%s, sha256 %s\n", result->chunks ? "\n" : "",
           result->body_len, result->chunks, result->chunks == 1 ? "" : "s", result->body_sha256);
    reqtask_timing timing = {.struct_size = sizeof timing};
    if (reqtask_response_timing(result->response, &timing) == REQTASK_OK)
      waterfall_print(stdout, &timing, colour);
  }
  fputc('\n', stdout);
  fflush(stdout);
}
