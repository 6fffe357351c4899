/* report.c - see report.h. */
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static report_table tables[REPORT_TABLES];
static int table_count;
static char notes[REPORT_NOTES][400];
static int note_count;

report_table *report_begin(const char *work, const char *id, const char *title,
                           const char *const *figure, int figures) {
  if (table_count == REPORT_TABLES || figures > REPORT_FIGURES) {
    fputs("bench: the report is too small\n", stderr);
    exit(1);
  }
  report_table *table = &tables[table_count++];
  table->work = work;
  table->id = id;
  table->title = title;
  table->figure = figure;
  table->figures = figures;
  return table;
}

report_row *report_add(report_table *table, const char *what, const char *peer) {
  if (table->rows == REPORT_ROWS) {
    fputs("bench: the table is too small\n", stderr);
    exit(1);
  }
  report_row *row = &table->row[table->rows++];
  snprintf(row->what, sizeof row->what, "%s", what);
  snprintf(row->peer, sizeof row->peer, "%s", peer);
  row->x = 0;
  for (int i = 0; i < REPORT_FIGURES; i++)
    row->cell[i] = (report_cell){(double)NAN, (double)NAN, false};
  return row;
}

void report_set(report_row *row, int figure, double value) { row->cell[figure].value = value; }

void report_limit(report_row *row, int figure, double most) { row->cell[figure].limit = most; }

void report_least(report_row *row, int figure, double least) {
  row->cell[figure].limit = least;
  row->cell[figure].at_least = true;
}

void report_x(report_row *row, double x) { row->x = x; }

bool report_missed(const report_cell *cell) {
  if (isnan(cell->limit) || isnan(cell->value))
    return false;
  return cell->at_least ? cell->value < cell->limit : cell->value > cell->limit;
}

static void cell_text(const report_cell *cell, char *out, size_t room) {
  double v = cell->value;
  if (isnan(v)) {
    snprintf(out, room, "-");
    return;
  }
  int digits = v >= 1000 ? 0 : v >= 100 ? 1 : 2;
  if (isnan(cell->limit))
    snprintf(out, room, "%.*f", digits, v);
  else
    snprintf(out, room, "%.*f %s", digits, v, report_missed(cell) ? "MISS" : "ok");
}

/** The table in Markdown; it reads well in a terminal too. */
void report_table_write(FILE *to, const report_table *table, const char *heading) {
  fprintf(to, "\n%s %s\n\n| %-34s | %-26s |", heading, table->title, "case", "who");
  for (int f = 0; f < table->figures; f++)
    fprintf(to, " %s |", table->figure[f]);
  fprintf(to, "\n| %.34s | %.26s |", "--------------------------------------",
          "----------------------------");
  for (int f = 0; f < table->figures; f++)
    fprintf(to, " ---: |");
  for (int r = 0; r < table->rows; r++) {
    const report_row *row = &table->row[r];
    fprintf(to, "\n| %-34s | %-26s |", row->what, row->peer);
    for (int f = 0; f < table->figures; f++) {
      char text[48];
      cell_text(&row->cell[f], text, sizeof text);
      fprintf(to, " %*s |", (int)strlen(table->figure[f]), text);
    }
  }
  fprintf(to, "\n");
}

void report_print(const report_table *table) {
  report_table_write(stdout, table, "##");
  fflush(stdout);
}

void report_note(const char *format, ...) {
  char text[sizeof notes[0]];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  printf("note: %s\n", text);
  for (int i = 0; i < note_count; i++)
    if (strcmp(notes[i], text) == 0)
      return;
  if (note_count < REPORT_NOTES)
    memcpy(notes[note_count++], text, sizeof text);
}

int report_misses(void) {
  int count = 0;
  for (int t = 0; t < table_count; t++)
    for (int r = 0; r < tables[t].rows; r++)
      for (int f = 0; f < tables[t].figures; f++)
        count += report_missed(&tables[t].row[r].cell[f]);
  return count;
}

const report_table *report_tables(int *count) {
  *count = table_count;
  return tables;
}

const char *report_note_at(int number) { return number < note_count ? notes[number] : NULL; }
