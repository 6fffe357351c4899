/* picture_curves.c - a curve for each peer over a logarithmic x; see picture.h. */
#include "axis.h"
#include "picture.h"
#include "svg.h"

#include <math.h>
#include <string.h>

enum { TITLE = 26, TALL = 240, TICKS = 40, CURVES = 12, APART = 15 };

typedef struct frame {
  axis x, y;
} frame;

static const report_cell *cell_of(const panel *p, int row) {
  return &p->table->row[row].cell[p->figure];
}

static bool shown(const panel *p, int row) {
  return !isnan(cell_of(p, row)->value) && p->table->row[row].x > 0;
}

/** The next shown row of the same peer; -1: none. */
static int following(const panel *p, int row) {
  for (int r = row + 1; r < p->table->rows; r++)
    if (shown(p, r) && strcmp(p->table->row[r].peer, p->table->row[row].peer) == 0)
      return r;
  return -1;
}

static bool measure(const panel *p, double top, frame *f) {
  double x_from = INFINITY, x_to = 0, y_from = INFINITY, y_to = 0;
  for (int r = 0; r < p->table->rows; r++) {
    if (!shown(p, r))
      continue;
    const report_cell *cell = cell_of(p, r);
    x_from = fmin(x_from, p->table->row[r].x), x_to = fmax(x_to, p->table->row[r].x);
    if (cell->value > 0)
      y_from = fmin(y_from, cell->value);
    y_to = fmax(y_to, cell->value);
    if (!isnan(cell->limit))
      y_to = fmax(y_to, cell->limit);
  }
  if (x_to <= 0 || y_to <= 0)
    return false;
  f->x = axis_over(x_from, x_to, true, 100, PICTURE_WIDTH - PICTURE_RIGHT);
  f->x.least = x_from / 1.2, f->x.most = x_to * 1.2;
  double base = top + TITLE + TALL;
  f->y = axis_over(y_from, y_to, axis_wants_log(y_from, y_to), base, top + TITLE + 4);
  return true;
}

static void draw_axes(FILE *to, const frame *f, const char *along) {
  double tick[AXIS_TICKS];
  char text[64];
  int count = axis_ticks(&f->y, tick);
  for (int i = 0; i < count; i++) {
    double y = axis_px(&f->y, tick[i]);
    svg_line(to, f->x.from_px, y, f->x.to_px, y, "grid");
    svg_text(to, f->x.from_px - 8, y + 4, "dim small end", number_text(tick[i], text, sizeof text));
  }
  count = axis_ticks(&f->x, tick);
  for (int i = 0; i < count; i++) {
    double x = axis_px(&f->x, tick[i]);
    svg_line(to, x, f->y.from_px, x, f->y.from_px + 5, "axis");
    svg_text(to, x, f->y.from_px + 19, "dim small mid", number_text(tick[i], text, sizeof text));
  }
  svg_line(to, f->x.from_px, f->y.from_px, f->x.to_px, f->y.from_px, "axis");
  snprintf(text, sizeof text, "%s%s", along,
           f->y.log ? " (both axes logarithmic)" : " (logarithmic)");
  svg_text(to, (f->x.from_px + f->x.to_px) / 2, f->y.from_px + 36, "dim small mid", text);
}

typedef struct label {
  double y;
  int row;
} label;

/** Names at the curves' ends, pushed apart where they would lie over each other. */
static void draw_names(FILE *to, const panel *p, const frame *f, label *of, int count) {
  for (int i = 1; i < count; i++)
    for (int j = i; j > 0 && of[j].y < of[j - 1].y; j--) {
      label swapped = of[j];
      of[j] = of[j - 1];
      of[j - 1] = swapped;
    }
  for (int i = 0; i < count; i++) {
    const report_row *row = &p->table->row[of[i].row];
    const report_cell *cell = cell_of(p, of[i].row);
    char number[32], text[96];
    if (i > 0 && of[i].y < of[i - 1].y + APART)
      of[i].y = of[i - 1].y + APART;
    snprintf(text, sizeof text, "%s: %s%s", row->peer,
             number_text(cell->value, number, sizeof number),
             isnan(cell->limit)    ? ""
             : report_missed(cell) ? ", MISS"
                                   : ", ok");
    svg_dot(to, f->x.to_px + 10, of[i].y, svg_peer(row->peer));
    svg_text(to, f->x.to_px + 18, of[i].y + 4, "", text);
  }
}

double panel_curves(FILE *to, const panel *p, double top) {
  frame f;
  if (!measure(p, top, &f))
    return 0;
  if (!to)
    return TITLE + TALL + TICKS;
  svg_text(to, PICTURE_EDGE, top + 12, "h2", p->title);
  draw_axes(to, &f, p->along);
  label names[CURVES];
  int count = 0;
  for (int r = 0; r < p->table->rows; r++) {
    if (!shown(p, r))
      continue;
    const report_row *row = &p->table->row[r];
    const report_cell *cell = cell_of(p, r);
    double x = axis_px(&f.x, row->x), y = axis_px(&f.y, cell->value);
    int next = following(p, r);
    char style[32];
    snprintf(style, sizeof style, "curve %s", svg_peer(row->peer));
    if (next >= 0) {
      double to_x = axis_px(&f.x, p->table->row[next].x);
      svg_line(to, x, y, to_x, axis_px(&f.y, cell_of(p, next)->value), style);
      if (!isnan(cell->limit) && !isnan(cell_of(p, next)->limit))
        svg_line(to, x, axis_px(&f.y, cell->limit), to_x, axis_px(&f.y, cell_of(p, next)->limit),
                 "target");
    } else if (count < CURVES) {
      names[count++] = (label){y, r};
    }
    svg_dot(to, x, y, svg_peer(row->peer));
  }
  draw_names(to, p, &f, names, count);
  return TITLE + TALL + TICKS;
}
