/* work.h - the works P1 to P11 that the benchmarks measure, by number and name. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

typedef struct work {
  const char *id;        /* "P1" */
  const char *name;      /* heading of its picture */
  const char *what;      /* one sentence: what is done */
  const char *elsewhere; /* NULL: here; else where its figures are, in Markdown */
} work;

enum { WORKS = 11 };
extern const work works[WORKS];

#endif
