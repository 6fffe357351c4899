/* picture.h - one picture for each work, made of panels that show a figure of a table.
 *
 * A section asks for its panels when its tables are ready. Titles say what is better ("Requests per
 * second, in times of libcurl's: longer is better"); target lines come from the cells' targets, and
 * colours from the peers' names. Texts must outlive the report.
 */
#ifndef BENCH_PICTURE_H
#define BENCH_PICTURE_H

#include "report.h"

#include <stdio.h>

typedef struct panel {
  const report_table *table;
  int figure;
  const char *title;
  int beside;        /* a figure written at the bar's end too; -1: none */
  const char *unit;  /* of `beside`, such as " µs" */
  const char *along; /* bars: NULL; curves: what x is */
} panel;

/** Bars for all rows of the table, grouped by case. */
void picture_bars(const report_table *table, int figure, const char *title, int beside,
                  const char *unit);

/** A curve for each peer over its rows' x (report_x); x is logarithmic. */
void picture_curves(const report_table *table, int figure, const char *title, const char *along);

/** Writes STEM-p1.svg and so on for all works that have panels. source: what was run, on what. */
bool pictures_write(const char *stem, const char *source);

/** Whether a work has a picture. */
bool picture_of(const char *id);

/* What picture.c draws with. Each returns the height it takes; with to == NULL it only measures. */
double panel_bars(FILE *to, const panel *p, double top);
double panel_curves(FILE *to, const panel *p, double top);

enum { PICTURE_WIDTH = 900, PICTURE_EDGE = 24, PICTURE_LEFT = 215, PICTURE_RIGHT = 255 };

#endif
