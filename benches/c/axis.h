/* axis.h - from values to places in a picture: linear from zero, or logarithmic where values differ
 * by too much. */
#ifndef BENCH_AXIS_H
#define BENCH_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum { AXIS_TICKS = 12 };

typedef struct axis {
  double least, most;    /* values at the ends */
  double from_px, to_px; /* places of the ends */
  bool log;
} axis;

/** An axis that shows both values and, if it is linear, zero. */
axis axis_over(double smallest, double largest, bool log, double from_px, double to_px);

/** True when a linear axis would hide the small ones. */
bool axis_wants_log(double smallest, double largest);

double axis_px(const axis *a, double value);

/** Round values along the axis; returns how many. */
int axis_ticks(const axis *a, double ticks[AXIS_TICKS]);

/** A number as people write it: "16,849", "0.67", "2.5 M". */
const char *number_text(double value, char *out, size_t room);

#endif
