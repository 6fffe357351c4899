/* report.h - the tables of the run: printed as they are made, kept, and written as Markdown and
 * CSV.
 *
 * A table has a fixed list of figures. A row is one case of one peer. A cell may have a limit:
 * above it the cell says MISS.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>

enum { REPORT_FIGURES = 12, REPORT_ROWS = 64, REPORT_TABLES = 8, REPORT_NOTES = 48 };

typedef struct report_cell {
  double value; /* NAN: not measured */
  double limit; /* NAN: none */
} report_cell;

typedef struct report_row {
  char what[48], peer[32];
  report_cell cell[REPORT_FIGURES];
} report_row;

typedef struct report_table {
  const char *id, *title;
  const char *const *figure; /* names with units */
  int figures, rows;
  report_row row[REPORT_ROWS];
} report_table;

/** A new table; figure names must outlive the report. */
report_table *report_begin(const char *id, const char *title, const char *const *figure,
                           int figures);

/** A new row, all cells empty. */
report_row *report_add(report_table *table, const char *what, const char *peer);

void report_set(report_row *row, int figure, double value);
void report_limit(report_row *row, int figure, double limit);

/** Prints the finished table. */
void report_print(const report_table *table);

/** A sentence below the tables: what was skipped, what failed, how something was measured. Printed
 * at once. */
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Writes stem.md and stem.csv. */
bool report_write(const char *stem, const char *command, bool full);

/** How many cells are above their limit. */
int report_misses(void);

#endif
