/* report_goals.c - the short table at the top of the report; see report.h.
 *
 * Cells of one work with the same figure and the same target are one line: a work is as good as its
 * weakest case.
 */
#include "axis.h"
#include "report.h"
#include "work.h"

#include <math.h>
#include <string.h>

typedef struct goal {
  const report_table *table;
  int figure;
  double limit;
  bool at_least;
  const report_row *weakest;
  int cells, misses;
} goal;

enum { GOALS = 128 };

/** How far a figure is from its target; above 1 it misses. */
static double distance(const report_cell *cell) {
  return cell->at_least ? cell->limit / fmax(cell->value, 1e-9) : cell->value / cell->limit;
}

static goal *goal_of(goal *goals, int *count, const report_table *table, int figure,
                     const report_cell *cell) {
  for (int i = 0; i < *count; i++) {
    goal *g = &goals[i];
    if (strcmp(g->table->work, table->work) == 0 && g->at_least == cell->at_least &&
        fabs(g->limit - cell->limit) < 1e-9 &&
        strcmp(g->table->figure[g->figure], table->figure[figure]) == 0)
      return g;
  }
  if (*count == GOALS)
    return NULL;
  goals[*count] = (goal){table, figure, cell->limit, cell->at_least, NULL, 0, 0};
  return &goals[(*count)++];
}

static int collect(goal *goals) {
  int tables, count = 0;
  const report_table *table = report_tables(&tables);
  for (int t = 0; t < tables; t++)
    for (int f = 0; f < table[t].figures; f++)
      for (int r = 0; r < table[t].rows; r++) {
        const report_row *row = &table[t].row[r];
        const report_cell *cell = &row->cell[f];
        if (isnan(cell->limit) || isnan(cell->value))
          continue;
        goal *g = goal_of(goals, &count, &table[t], f, cell);
        if (!g)
          return count;
        g->cells++;
        g->misses += report_missed(cell);
        if (!g->weakest || distance(cell) > distance(&g->weakest->cell[g->figure]))
          g->weakest = row;
      }
  return count;
}

static void write_goal(FILE *to, const work *of, const goal *g) {
  char limit[32], value[32], verdict[48] = "ok";
  if (g->misses > 0)
    snprintf(verdict, sizeof verdict, g->cells == 1 ? "MISS" : "MISS in %d of %d", g->misses,
             g->cells);
  fprintf(to, "| %s | %s | %s | %s %s | %s: %s, %s | %s |\n", of->id, of->name,
          g->table->figure[g->figure], g->at_least ? "≥" : "≤",
          number_text(g->limit, limit, sizeof limit),
          number_text(g->weakest->cell[g->figure].value, value, sizeof value), g->weakest->what,
          g->weakest->peer, verdict);
}

void report_goals(FILE *to) {
  static goal goals[GOALS];
  int count = collect(goals);
  fprintf(to, "\n## Targets\n\nOf all cases that share a target, the one that is farthest from "
              "it.\n\n| work | what | figure | target | weakest case | verdict |\n"
              "| --- | --- | --- | --- | --- | --- |\n");
  for (int w = 0; w < WORKS; w++) {
    bool found = false;
    for (int i = 0; i < count; i++)
      if (strcmp(goals[i].table->work, works[w].id) == 0) {
        write_goal(to, &works[w], &goals[i]);
        found = true;
      }
    if (!found)
      fprintf(to, "| %s | %s | | | %s | |\n", works[w].id, works[w].name,
              works[w].elsewhere ? works[w].elsewhere : "not in this run");
  }
}
