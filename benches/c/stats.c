/* stats.c - see stats.h. */
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void samples_add(samples *s, double value) {
  if (s->count == s->room) {
    s->room = s->room ? s->room * 2 : 64;
    s->at = realloc(s->at, s->room * sizeof *s->at);
    if (!s->at) {
      fputs("bench: out of memory\n", stderr);
      exit(1);
    }
  }
  s->at[s->count++] = value;
}

void samples_add_all(samples *s, const double *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    samples_add(s, values[i]);
}

void samples_free(samples *s) {
  free(s->at);
  memset(s, 0, sizeof *s);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double samples_part(const samples *s, double part) {
  if (s->count == 0)
    return (double)NAN;
  double *sorted = malloc(s->count * sizeof *sorted);
  if (!sorted)
    return (double)NAN;
  memcpy(sorted, s->at, s->count * sizeof *sorted);
  qsort(sorted, s->count, sizeof *sorted, by_size);
  double rank = ceil(part * (double)s->count);
  size_t place = rank < 1 ? 0 : (size_t)rank - 1;
  double found = sorted[place < s->count ? place : s->count - 1];
  free(sorted);
  return found;
}

double samples_ratio(const samples *one, const samples *other) {
  samples ratios = {0};
  for (size_t i = 0; i < one->count && i < other->count; i++)
    if (other->at[i] > 0)
      samples_add(&ratios, one->at[i] / other->at[i]);
  double median = samples_median(&ratios);
  samples_free(&ratios);
  return median;
}
