/*
 * report.h - what the tool prints: one JSON line a request, or text for a person.
 *
 * The human report comes while the transfer runs (watch), the JSON line when it is over.
 */
#ifndef EXAMPLE_REPORT_H
#define EXAMPLE_REPORT_H

#include <stdbool.h>

#include "args.h"
#include "transfer.h"

/** Chooses colour once, at the start: only where standard output is a terminal. */
void report_colour(bool on);

void report_json(const transfer *result);

void report_begin(const request_args *args);
void report_head(const reqtask_response *response, double ms);
void report_chunk(const uint8_t *data, size_t len, uint64_t number, double ms);
void report_end(const transfer *result);

#endif
