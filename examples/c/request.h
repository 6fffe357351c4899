/*
 * request.h - builds a reqtask_request from what stands on the command line.
 *
 * Everything is checked by the library, except what never reaches it: files that cannot be read and
 * header lines without a colon.
 */
#ifndef EXAMPLE_REQUEST_H
#define EXAMPLE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "args.h"
#include "reqtask.h"

/** Why something could not be done. message is to be freed. */
typedef struct refusal {
  reqtask_status status;
  char *message;
} refusal;

/** Says why: text, or with NULL the sentence of reqtask_last_error. */
void refuse(refusal *why, reqtask_status status, const char *text);

/** NULL and *why on failure. */
reqtask_request *request_build(const request_args *args, refusal *why);

/** Reads a whole file ("-": standard input) into *data, to be freed. */
bool read_file(const char *path, char **data, size_t *len, refusal *why);

#endif
