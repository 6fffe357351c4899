/* picture.c - see picture.h. */
#include "picture.h"

#include "svg.h"
#include "work.h"

#include <stdlib.h>
#include <string.h>

enum { PANELS = 64, HEAD = 92, FOOT = 34, GAP = 22 };

static panel panels[PANELS];
static int panel_count;

static void keep(panel p) {
  if (panel_count == PANELS) {
    fputs("bench: too many pictures\n", stderr);
    exit(1);
  }
  panels[panel_count++] = p;
}

void picture_bars(const report_table *table, int figure, const char *title, int beside,
                  const char *unit) {
  keep((panel){table, figure, title, beside, unit, NULL});
}

void picture_curves(const report_table *table, int figure, const char *title, const char *along) {
  keep((panel){table, figure, title, -1, "", along});
}

static double draw(FILE *to, const panel *p, double top) {
  return p->along ? panel_curves(to, p, top) : panel_bars(to, p, top);
}

static bool belongs(const panel *p, const char *id) {
  return strcmp(p->table->work, id) == 0 && draw(NULL, p, 0) > 0;
}

bool picture_of(const char *id) {
  for (int i = 0; i < panel_count; i++)
    if (belongs(&panels[i], id))
      return true;
  return false;
}

static bool write_one(const char *path, const work *of, const char *source) {
  double height = HEAD + FOOT;
  for (int i = 0; i < panel_count; i++)
    if (belongs(&panels[i], of->id))
      height += draw(NULL, &panels[i], 0) + GAP;
  FILE *to = fopen(path, "w");
  if (!to) {
    perror(path);
    return false;
  }
  char title[128];
  snprintf(title, sizeof title, "%s: %s", of->id, of->name);
  svg_begin(to, PICTURE_WIDTH, height, title);
  svg_text(to, PICTURE_EDGE, 36, "h1", title);
  svg_text(to, PICTURE_EDGE, 58, "dim", of->what);
  svg_line(to, PICTURE_EDGE, 75, PICTURE_EDGE + 26, 75, "target");
  svg_text(to, PICTURE_EDGE + 34, 79, "dim small", "the target for reqtask");
  double top = HEAD;
  for (int i = 0; i < panel_count; i++)
    if (belongs(&panels[i], of->id))
      top += draw(to, &panels[i], top) + GAP;
  svg_text(to, PICTURE_EDGE, height - 14, "dim small", source);
  svg_end(to);
  return fclose(to) == 0;
}

bool pictures_write(const char *stem, const char *source) {
  for (int w = 0; w < WORKS; w++) {
    if (!picture_of(works[w].id))
      continue;
    char path[512];
    snprintf(path, sizeof path, "%s-p%s.svg", stem, works[w].id + 1);
    if (!write_one(path, &works[w], source))
      return false;
  }
  return true;
}
