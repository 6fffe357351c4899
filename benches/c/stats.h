/* stats.h - samples, their percentiles, and medians over slices. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

/** A growing list of numbers; {0} is empty. */
typedef struct samples {
  double *at;
  size_t count, room;
} samples;

void samples_add(samples *s, double value);
void samples_add_all(samples *s, const double *values, size_t count);
void samples_free(samples *s);

/** The smallest value that `part` (0 to 1) of the samples do not exceed; NAN when there are none.
 */
double samples_part(const samples *s, double part);

static inline double samples_median(const samples *s) { return samples_part(s, 0.5); }

/** The median of one[i] / other[i]: slices of one round share the machine's mood, so their ratio
 * says more than the ratio of medians. */
double samples_ratio(const samples *one, const samples *other);

#endif
