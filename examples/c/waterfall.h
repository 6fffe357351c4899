/*
 * waterfall.h - the timings of one request as a few bars, one line a step.
 *
 * Steps that did not happen (for example DNS on a reused connection) have no line.
 */
#ifndef EXAMPLE_WATERFALL_H
#define EXAMPLE_WATERFALL_H

#include <stdbool.h>
#include <stdio.h>

#include "reqtask.h"

void waterfall_print(FILE *out, const reqtask_timing *timing, bool colour);

#endif
