/* report_write.c - the report as files: Markdown with its pictures, and CSV; see report.h. */
#include "machine.h"
#include "picture.h"
#include "report.h"
#include "work.h"

#include <math.h>
#include <string.h>

/** The name of a file without its folders. */
static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void write_work(FILE *to, const work *of, const char *stem) {
  int count;
  const report_table *table = report_tables(&count);
  bool begun = false;
  for (int t = 0; t < count; t++) {
    if (strcmp(table[t].work, of->id) != 0)
      continue;
    if (!begun)
      fprintf(to, "\n## %s: %s\n\n%s\n", of->id, of->name, of->what);
    if (!begun && picture_of(of->id))
      fprintf(to, "\n![%s: %s](%s-p%s.svg)\n", of->id, of->name, last_part(stem), of->id + 1);
    begun = true;
    report_table_write(to, &table[t], "###");
  }
}

static bool write_markdown(const char *path, const char *stem, const char *command, bool full) {
  FILE *to = fopen(path, "w");
  if (!to) {
    perror(path);
    return false;
  }
  fprintf(to, "# The C library beside its peers\n\n");
  machine_describe(to, "- %s: %s\n");
  fprintf(to, "- command: `%s`, %s mode\n\n", command, full ? "full" : "quick");
  fprintf(to,
          "Figures are medians over interleaved slices, one process each; ratios are medians of "
          "the ratios of slices of\none round. The machine's load changes times; ratios of one "
          "run are what to compare. \"ok\" and \"MISS\" judge a figure\nagainst its target. How it "
          "is measured: [benches/README.md](../../benches/README.md).\n");
  report_goals(to);
  for (int w = 0; w < WORKS; w++)
    write_work(to, &works[w], stem);
  fprintf(to, "\n## Notes\n\n");
  for (int i = 0; report_note_at(i); i++)
    fprintf(to, "- %s\n", report_note_at(i));
  return fclose(to) == 0;
}

static void write_csv_row(FILE *to, const report_table *table, const report_row *row) {
  for (int f = 0; f < table->figures; f++) {
    const report_cell *cell = &row->cell[f];
    if (isnan(cell->value))
      continue;
    fprintf(to, "%s,%s,\"%s\",\"%s\",\"%s\",%.3f,", table->work, table->id, row->what, row->peer,
            table->figure[f], cell->value);
    if (isnan(cell->limit))
      fprintf(to, ",,\n");
    else
      fprintf(to, "%s,%.3f,%s\n", cell->at_least ? "at least" : "at most", cell->limit,
              report_missed(cell) ? "MISS" : "ok");
  }
}

static bool write_csv(const char *path) {
  FILE *to = fopen(path, "w");
  if (!to) {
    perror(path);
    return false;
  }
  int count;
  const report_table *table = report_tables(&count);
  fprintf(to, "work,table,case,who,figure,value,target is,target,verdict\n");
  for (int t = 0; t < count; t++)
    for (int r = 0; r < table[t].rows; r++)
      write_csv_row(to, &table[t], &table[t].row[r]);
  return fclose(to) == 0;
}

bool report_write(const char *stem, const char *command, bool full) {
  char csv[512], markdown[512], source[320];
  snprintf(csv, sizeof csv, "%s.csv", stem);
  snprintf(markdown, sizeof markdown, "%s.md", stem);
  machine_line(source, sizeof source);
  size_t used = strlen(source);
  snprintf(source + used, sizeof source - used, " · %s, %s mode", command, full ? "full" : "quick");
  if (!write_csv(csv) || !write_markdown(markdown, stem, command, full) ||
      !pictures_write(stem, source))
    return false;
  printf("written: %s, %s and its pictures\n", markdown, csv);
  return true;
}
