/* report.h - the tables of the run: printed as they are made, kept, and written as Markdown and
 * CSV.
 *
 * A table belongs to a work (P1 to P11) and has a fixed list of figures. A row is one case of one
 * peer. A cell may have a target, at most or at least so much: what misses it says MISS, and the
 * report begins with the targets of all works.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

enum { REPORT_FIGURES = 14, REPORT_ROWS = 64, REPORT_TABLES = 24, REPORT_NOTES = 96 };

typedef struct report_cell {
  double value;  /* NAN: not measured */
  double limit;  /* NAN: none */
  bool at_least; /* the limit is the least; otherwise the most */
} report_cell;

typedef struct report_row {
  char what[48], peer[32];
  double x; /* of a curve in the picture; 0: none */
  report_cell cell[REPORT_FIGURES];
} report_row;

typedef struct report_table {
  const char *work, *id, *title;
  const char *const *figure; /* names with units */
  int figures, rows;
  report_row row[REPORT_ROWS];
} report_table;

/** A new table; the texts must outlive the report. work: "P1". id: the section's, a word for the
 * CSV. */
report_table *report_begin(const char *work, const char *id, const char *title,
                           const char *const *figure, int figures);

/** A new row, all cells empty. */
report_row *report_add(report_table *table, const char *what, const char *peer);

void report_set(report_row *row, int figure, double value);

/** The place of this row on the x axis of a curve. */
void report_x(report_row *row, double x);

/** The target of a cell: at most, or at least, so much. */
void report_limit(report_row *row, int figure, double most);
void report_least(report_row *row, int figure, double least);

/** Prints the finished table. */
void report_print(const report_table *table);

/** A sentence below the tables: what was skipped, what failed, how something was measured. Printed
 * at once. */
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Whether a cell misses its target. */
bool report_missed(const report_cell *cell);

/** How many cells do. */
int report_misses(void);

/** Writes STEM.md, STEM.csv and the pictures STEM-p1.svg and so on. */
bool report_write(const char *stem, const char *command, bool full);

/* What the writers of report_write.c and report_goals.c need. */
const report_table *report_tables(int *count);
const char *report_note_at(int number); /* NULL: no more */
void report_table_write(FILE *to, const report_table *table, const char *heading);

/** The short table at the top: each target of each work, our figure that is farthest from it, and
 * the verdict. */
void report_goals(FILE *to);

#endif
