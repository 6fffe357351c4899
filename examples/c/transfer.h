/*
 * transfer.h - one request of the command line, from its arguments to its result.
 *
 * The body is hashed while it streams through and never kept. A call that the library refuses and a
 * transfer that fails look the same to the caller: a status and a sentence.
 */
#ifndef EXAMPLE_TRANSFER_H
#define EXAMPLE_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "reqtask.h"

typedef struct transfer {
  reqtask_status status;
  uint32_t phase;
  char *message;                    /* NULL when status is REQTASK_OK */
  const reqtask_response *response; /* NULL if no headers came */
  char body_sha256[65];
  uint64_t body_len;
  uint64_t chunks;
} transfer;

/** Called while the transfer runs, on the thread that called transfer_run. NULL: not wanted. */
typedef struct transfer_watch {
  void (*head)(const reqtask_response *response, double ms);
  void (*chunk)(const uint8_t *data, size_t len, uint64_t number, double ms);
} transfer_watch;

/** Runs one request to its end. Free the result with transfer_free. */
void transfer_run(transfer *result, reqtask_client *client, const request_args *args,
                  const transfer_watch *watch);

/** Makes the result of a request that was never started. message NULL: reqtask_last_error. */
void transfer_refused(transfer *result, reqtask_status status, const char *message);

void transfer_free(transfer *result);

/** The stable first word of an error text: "timeout", "invalid", ... */
const char *status_word(reqtask_status status);

#endif
