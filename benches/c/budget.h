/* budget.h - how long a section may go on, so that the whole run ends in time.
 *
 * The table in main.c gives each section its seconds. A section asks for a share for each of its
 * cases, and before each round of slices whether one more fits. The first round always runs: a case
 * has a figure, however slow the machine is.
 */
#ifndef BENCH_BUDGET_H
#define BENCH_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct budget {
  uint64_t begin_ns, end_ns;
} budget;

/** Called by main.c: from now on the section has so many seconds. */
void budget_section(unsigned seconds);

/** An equal share of what is left for each of `cases` cases, the coming one among them. */
budget budget_share(unsigned cases);

/** What is left of a share. */
budget budget_rest(const budget *share);

/** Whether round number `round` (from 0) of at most `most` may begin: it is taken to last as long
 * as those before it did on average. */
bool budget_round(const budget *share, unsigned round, unsigned most);

#endif
