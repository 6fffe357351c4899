/* waterfall.c - see waterfall.h. */
#include "waterfall.h"

#include <inttypes.h>

enum { CELLS = 40 };

typedef struct step {
  const char *name;
  int64_t start, end; /* microseconds after reqtask_start, or REQTASK_UNKNOWN */
  int hue;            /* an ANSI colour */
} step;

static void print_step(FILE *out, const step *s, int64_t total, bool colour) {
  int first = (int)(s->start * CELLS / total);
  int last = (int)((s->end * CELLS + total - 1) / total);
  if (first >= CELLS)
    first = CELLS - 1;
  if (last <= first)
    last = first + 1;
  fprintf(out, "  %-9s|", s->name);
  for (int cell = 0; cell < CELLS; cell++) {
    if (colour && cell == first)
      fprintf(out, "\033[%dm", s->hue);
    if (colour && cell == last)
      fputs("\033[0m", out);
    fputc(cell >= first && cell < last ? '#' : ' ', out);
  }
  fprintf(out, "%s| %9.3f ms\n", colour ? "\033[0m" : "", (double)(s->end - s->start) / 1000.0);
}

void waterfall_print(FILE *out, const reqtask_timing *t, bool colour) {
  const step steps[] = {
      {"queue", 0, t->dequeued, 90},
      {"redirects", t->redirect_start, t->redirect_end, 35},
      {"resolve", t->resolve_start, t->resolve_end, 36},
      {"connect", t->connect_start, t->connect_end, 33},
      {"tls", t->tls_start, t->tls_end, 35},
      {"send", t->request_start, t->request_end, 34},
      {"wait", t->request_end, t->response_start, 31},
      {"receive", t->response_start, t->response_end, 32},
  };
  const size_t count = sizeof steps / sizeof *steps;
  int64_t total = 1;
  for (size_t i = 0; i < count; i++) {
    if (steps[i].end > total)
      total = steps[i].end;
  }
  for (size_t i = 0; i < count; i++) {
    if (steps[i].start != REQTASK_UNKNOWN && steps[i].end >= steps[i].start)
      print_step(out, &steps[i], total, colour);
  }
  fprintf(out, "  total %.3f ms, %" PRIu64 " bytes sent, %" PRIu64 " received%s\n",
          (double)total / 1000.0, t->bytes_sent, t->bytes_received,
          t->connection_reused ? ", connection reused" : "");
}
