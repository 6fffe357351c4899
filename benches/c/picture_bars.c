/* picture_bars.c - bars, one for each row, under the name of their case; see picture.h. */
#include "axis.h"
#include "picture.h"
#include "svg.h"

#include <math.h>
#include <string.h>

enum { TITLE = 26, CASE = 22, BAR = 15, STEP = 20, TICKS = 22 };

static const report_cell *cell_of(const panel *p, int row) {
  return &p->table->row[row].cell[p->figure];
}

static bool shown(const panel *p, int row) { return !isnan(cell_of(p, row)->value); }

/** The smallest and largest of all values and targets. False: there are none. */
static bool reach(const panel *p, double *smallest, double *largest) {
  *smallest = INFINITY, *largest = 0;
  for (int r = 0; r < p->table->rows; r++) {
    const report_cell *cell = cell_of(p, r);
    if (!shown(p, r))
      continue;
    double value[] = {cell->value, isnan(cell->limit) ? cell->value : cell->limit};
    for (int i = 0; i < 2; i++) {
      *smallest = value[i] > 0 ? fmin(*smallest, value[i]) : *smallest;
      *largest = fmax(*largest, value[i]);
    }
  }
  return *largest > 0;
}

static void draw_axis(FILE *to, const axis *a, double top, double bottom) {
  double tick[AXIS_TICKS];
  int count = axis_ticks(a, tick);
  for (int i = 0; i < count; i++) {
    char text[32];
    double x = axis_px(a, tick[i]);
    svg_line(to, x, top, x, bottom, "grid");
    svg_text(to, x, bottom + 15, "dim small mid", number_text(tick[i], text, sizeof text));
  }
  svg_line(to, a->from_px, top, a->from_px, bottom, "axis");
  if (a->log)
    svg_text(to, a->to_px + 14, bottom + 15, "dim small", "(logarithmic)");
}

static void draw_bar(FILE *to, const panel *p, const axis *a, int row, double y) {
  const report_row *r = &p->table->row[row];
  const report_cell *cell = cell_of(p, row);
  double end = axis_px(a, cell->value);
  svg_text(to, a->from_px - 8, y + 12, "end", r->peer);
  svg_rect(to, a->from_px, y, fmax(end - a->from_px, 1), BAR, svg_peer(r->peer));
  char number[32], text[160];
  int used = snprintf(text, sizeof text, "%s", number_text(cell->value, number, sizeof number));
  if (p->beside >= 0 && !isnan(r->cell[p->beside].value))
    used += snprintf(text + used, sizeof text - (size_t)used, " · %s%s",
                     number_text(r->cell[p->beside].value, number, sizeof number), p->unit);
  if (isnan(cell->limit)) {
    svg_text(to, end + 6, y + 12, "dim", text);
    return;
  }
  snprintf(text + used, sizeof text - (size_t)used, " · %s (target %s %s)",
           report_missed(cell) ? "MISS" : "ok", cell->at_least ? "≥" : "≤",
           number_text(cell->limit, number, sizeof number));
  double line = axis_px(a, cell->limit);
  svg_line(to, line, y - 4, line, y + BAR + 4, "target");
  /* The words stand clear of the line where it is just ahead. */
  double words = end + 6;
  if (line > end - 2 && line < end + 230)
    words = line + 8;
  svg_text(to, words, y + 12, report_missed(cell) ? "miss" : "ok", text);
}

/** Whether the case begins here, among the rows that are shown. */
static bool begins_case(const panel *p, int row) {
  for (int r = row - 1; r >= 0; r--)
    if (shown(p, r))
      return strcmp(p->table->row[r].what, p->table->row[row].what) != 0;
  return true;
}

double panel_bars(FILE *to, const panel *p, double top) {
  double smallest, largest, height = TITLE;
  if (!reach(p, &smallest, &largest))
    return 0;
  for (int r = 0; r < p->table->rows; r++)
    height += shown(p, r) ? STEP + (begins_case(p, r) ? CASE : 0) : 0;
  if (!to)
    return height + TICKS;
  svg_text(to, PICTURE_EDGE, top + 12, "h2", p->title);
  axis a = axis_over(smallest, largest, axis_wants_log(smallest, largest), PICTURE_LEFT,
                     PICTURE_WIDTH - PICTURE_RIGHT);
  draw_axis(to, &a, top + TITLE - 4, top + height);
  double y = top + TITLE;
  for (int r = 0; r < p->table->rows; r++) {
    if (!shown(p, r))
      continue;
    if (begins_case(p, r)) {
      svg_text(to, PICTURE_EDGE, y + 14, "case", p->table->row[r].what);
      y += CASE;
    }
    draw_bar(to, p, &a, r, y);
    y += STEP;
  }
  return height + TICKS;
}
