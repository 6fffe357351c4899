/* axis.c - see axis.h. */
#include "axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The distance between ticks: 1, 2 or 5 times a power of ten. */
static double nice_step(double span, int ticks) {
  double raw = span / ticks, power = pow(10, floor(log10(raw)));
  double part = raw / power;
  return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

bool axis_wants_log(double smallest, double largest) {
  return smallest > 0 && largest / smallest > 40;
}

axis axis_over(double smallest, double largest, bool log, double from_px, double to_px) {
  axis a = {0, largest > 0 ? largest : 1, from_px, to_px, log};
  if (log) {
    a.least = pow(10, floor(log10(smallest)));
    a.most = pow(10, ceil(log10(largest)));
    if (a.most <= a.least)
      a.most = a.least * 10;
    /* A bar of the least value would have no length. */
    if (smallest < a.least * 1.3)
      a.least /= 2;
    if (largest < a.most / 2.2)
      a.most /= 2;
  }
  return a;
}

double axis_px(const axis *a, double value) {
  double part = a->log ? log(value / a->least) / log(a->most / a->least)
                       : (value - a->least) / (a->most - a->least);
  part = part < 0 ? 0 : part > 1 ? 1 : part;
  return a->from_px + part * (a->to_px - a->from_px);
}

int axis_ticks(const axis *a, double ticks[AXIS_TICKS]) {
  int count = 0;
  if (a->log) {
    double decades = log10(a->most / a->least);
    int each = (int)ceil(decades / (AXIS_TICKS - 2));
    for (double t = pow(10, ceil(log10(a->least) - 1e-9));
         t <= a->most * 1.0001 && count < AXIS_TICKS; t *= pow(10, each))
      ticks[count++] = t;
    return count;
  }
  double step = nice_step(a->most - a->least, 6);
  for (int i = 0; i * step <= a->most * 1.0001 && count < AXIS_TICKS; i++)
    ticks[count++] = i * step;
  return count;
}

const char *number_text(double value, char *out, size_t room) {
  double size = fabs(value);
  if (size >= 1e6) {
    snprintf(out, room, "%.*f M", size >= 1e8 ? 0 : 1, value / 1e6);
  } else if (size >= 1000) {
    long whole = lround(value);
    snprintf(out, room, "%ld,%03ld", whole / 1000, labs(whole % 1000));
  } else {
    snprintf(out, room, "%.*f", size >= 100 ? 0 : size >= 10 ? 1 : 2, value);
  }
  /* 20.00 and 0.50 are 20 and 0.5. */
  char *point = strchr(out, '.');
  if (point && !strchr(out, ' ')) {
    char *end = out + strlen(out);
    while (end[-1] == '0')
      *--end = '\0';
    if (end[-1] == '.')
      end[-1] = '\0';
  }
  return out;
}
