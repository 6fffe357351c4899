/*
 * At every byte: each exchange is cut, reset and stalled behind every byte of the wire, in both
 * directions, thousands of cases at once, and each must end exactly once and as the model says.
 *
 * faults [--only EXCHANGE] [--seed N] [--at N]: --at runs one position and says what came. Ends
 * with "N passed, N failed"; a test is an exchange with one kind of fault in one direction.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "origin.h"

enum {
  AT_ONCE = 250,
  SAMPLES = 60,
  LIMIT_MS = 250,
  TLS_LIMIT_MS = 600,
  /* A limit may pass before the stall is reached when the machine is busy: that proves nothing, and
     the case is made again with longer limits. */
  LIMIT_MOST_MS = 10000,
  SHOWN = 5,
};

static shared *all;
static unsigned long seed;
static long only_at = -1;
static unsigned long counted[STALL + 1], again, passed, failed;

static size_t entries(const char *folder) {
  size_t n = 0;
  DIR *dir = opendir(folder);
  while (readdir(dir) != NULL)
    n++;
  closedir(dir);
  return n;
}

/* Seeded; splitmix64. */
static uint64_t chance(void) {
  static uint64_t state;
  if (state == 0)
    state = seed;
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static void pause_briefly(void) {
  struct timespec moment = {.tv_nsec = 200 * 1000};
  nanosleep(&moment, NULL);
}

static void prepare(attempt *a, const exchange *ex, unsigned number, enum direction direction,
                    enum action action, size_t at, uint32_t limit_ms) {
  memset(a, 0, sizeof *a);
  plan *p = &all->plans[number];
  memset(p, 0, sizeof *p);
  p->exchange = (uint16_t)(ex - exchanges);
  p->direction = (uint8_t)direction;
  p->action = (uint8_t)action;
  p->at = (uint32_t)at;
  a->ex = ex;
  a->plan = p;
  a->number = number;
  a->limit_ms = limit_ms;
}

/* Runs the cases, at most AT_ONCE at a time. */
static void run(client *c, attempt *cases, size_t count) {
  size_t begun = 0, ended = 0;
  while (ended < count) {
    while (begun < count && begun - ended < AT_ONCE)
      client_ask(c, &cases[begun++]);
    attempt *a = client_next_ended(c);
    if (a->asked == ask_count(a->ex)) {
      ended++;
      continue;
    }
    if (a->status != REQTASK_OK) { /* the verdict will tell */
      ended++;
      continue;
    }
    /* At the very end of the first answer the connection must be seen to break before it is used
     * again. */
    bool idle_break = a->plan->direction == TO_CLIENT && a->plan->action != NOTHING &&
                      a->plan->at == all->track.flights[all->track.flight_count - 2].ends_at_sent;
    while (idle_break && atomic_load(&a->plan->fired) == 0)
      pause_briefly();
    client_ask(c, a);
  }
}

/* How the exchange looks when nothing goes wrong. */
static bool record(const exchange *ex, char words[WORDS]) {
  memset(&all->track, 0, sizeof all->track);
  all->track.tls_from = UINT32_MAX;
  attempt a;
  prepare(&a, ex, 1, TO_CLIENT, NOTHING, 0, 0);
  a.plan->records = true;
  const ask *last = &ex->asks[ask_count(ex) - 1];
  a.want = (expectation){.endings = {{REQTASK_OK, ~0u}},
                         .ending_count = 1,
                         .headers = true,
                         .least = last->right_len,
                         .most = last->right_len,
                         .connections = 1};
  client c;
  client_open(&c, all, false, 1, ex->secure != PLAIN);
  run(&c, &a, 1);
  client_release(&a);
  bool closed = client_close(&c);
  while (atomic_load(&a.plan->open) > 0)
    pause_briefly();
  return attempt_is_right(&a, words) && closed;
}

static unsigned open_connections(size_t count) {
  unsigned open = 0;
  for (size_t i = 1; i <= count; i++)
    open += atomic_load(&all->plans[i].open);
  return open;
}

/* What a closed client may leave behind: nothing. */
static void check_remains(size_t count, size_t descriptors, size_t threads, unsigned *bad) {
  int64_t end = now_us() + 20 * 1000000;
  while (open_connections(count) > 0 && now_us() < end)
    pause_briefly();
  if (open_connections(count) > 0) {
    printf("# %u connections were never closed\n", open_connections(count));
    ++*bad;
  }
  if (entries("/proc/self/fd") != descriptors) {
    printf("# %zu descriptors, before it were %zu\n", entries("/proc/self/fd"), descriptors);
    ++*bad;
  }
  if (entries("/proc/self/task") != threads) {
    printf("# %zu threads, before it were %zu\n", entries("/proc/self/task"), threads);
    ++*bad;
  }
}

/* The cases at these positions; `at` keeps those that went wrong, whose number it answers. */
static size_t run_batch(const exchange *ex, enum direction direction, enum action action,
                        uint32_t limit_ms, size_t *at, size_t count, bool tells, unsigned *bad) {
  size_t descriptors = entries("/proc/self/fd"), threads = entries("/proc/self/task"), wrong = 0;
  attempt *cases = calloc(count, sizeof *cases);
  if (cases == NULL)
    abort();
  for (size_t i = 0; i < count; i++) {
    prepare(&cases[i], ex, (unsigned)i + 1, direction, action, at[i], limit_ms);
    cases[i].want = expect(ex, &all->track, direction, action, at[i]);
  }
  client c;
  /* Both ways of delivery. */
  client_open(&c, all, direction == TO_SERVER, 1, ex->secure == PLAIN ? 0 : (unsigned)count);
  run(&c, cases, count);
  for (size_t i = 0; i < count; i++)
    client_release(&cases[i]);
  if (!client_close(&c)) {
    printf("# the client's threads did not end\n");
    ++*bad;
  }
  check_remains(count, descriptors, threads, bad);
  for (size_t i = 0; i < count; i++) {
    char words[WORDS];
    if (attempt_is_right(&cases[i], words))
      continue;
    if (tells && wrong < SHOWN)
      printf("# %s\n", words);
    at[wrong++] = at[i];
  }
  free(cases);
  return wrong;
}

/* All positions of an exchange with one kind of fault in one direction. */
static unsigned run_all(const exchange *ex, enum direction direction, enum action action,
                        const size_t *positions_of, size_t count) {
  static size_t at[PLANS_MAX];
  unsigned bad = 0;
  memcpy(at, positions_of, count * sizeof *at);
  counted[action] += count;
  if (action != STALL)
    return (unsigned)run_batch(ex, direction, action, 0, at, count, true, &bad) + bad;
  uint32_t limit_ms = ex->secure == PLAIN ? LIMIT_MS : TLS_LIMIT_MS;
  while (count > 0 && limit_ms <= LIMIT_MOST_MS) {
    bool last = limit_ms * 4 > LIMIT_MOST_MS;
    count = run_batch(ex, direction, action, limit_ms, at, count, last, &bad);
    again += last ? 0 : count;
    limit_ms *= 4;
  }
  return (unsigned)count + bad;
}

static size_t choose(const exchange *ex, enum direction direction, size_t *at, size_t most) {
  size_t first, last, count = 0;
  positions(ex, &all->track, direction, &first, &last);
  if (only_at >= 0) {
    at[0] = (size_t)only_at;
    return 1;
  }
  if (!ex->sampled && last - first < most) {
    for (size_t i = first; i <= last; i++)
      at[count++] = i;
    return count;
  }
  while (count < SAMPLES)
    at[count++] = first + chance() % (last - first + 1);
  return count;
}

static void run_exchange(const exchange *ex) {
  static const char *const directions[] = {"", "to server", "to client"};
  static const char *const actions[] = {"", "cut", "reset", "stalled"};
  static size_t at[PLANS_MAX];
  char words[WORDS];
  if (!record(ex, words)) {
    printf("not ok %s, undisturbed: %s\n", ex->name, words);
    failed++;
    return;
  }
  bool early =
      ex->turns[0].early; /* the server does not read on: all that matters goes to the client */
  for (enum direction direction = early ? TO_CLIENT : TO_SERVER; direction <= TO_CLIENT;
       direction++) {
    size_t count = choose(ex, direction, at, PLANS_MAX - 2);
    for (enum action action = CUT; action <= STALL; action++) {
      int64_t start = now_us();
      unsigned bad = run_all(ex, direction, action, at, count);
      printf("%s %s, %s %s: %zu positions, %lld ms", bad == 0 ? "ok" : "not ok", ex->name,
             actions[action], directions[direction], count, (long long)(now_us() - start) / 1000);
      printf(bad == 0 ? "\n" : ", %u wrong\n", bad);
      fflush(stdout);
      *(bad == 0 ? &passed : &failed) += 1;
    }
  }
}

int main(int argc, char **argv) {
  const char *only = NULL;
  seed = (unsigned long)time(NULL);
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--only") == 0)
      only = argv[i + 1];
    else if (strcmp(argv[i], "--seed") == 0)
      seed = strtoul(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--at") == 0)
      only_at = strtol(argv[i + 1], NULL, 10);
  }
  printf("seed %lu (of the sampled positions)\n", seed);
  fflush(stdout);
  all = shared_new();
  pid_t origin = origin_start(all);
  for (size_t i = 0; i < exchange_count; i++)
    if (!exchanges[i].slow && (only == NULL || strcmp(only, exchanges[i].name) == 0))
      run_exchange(&exchanges[i]);
  origin_stop(origin);
  printf(
      "counted: faults-cut\t%lu\tpositions at which the connection was cut, each with exactly one "
      "completion of the right status and phase\n"
      "counted: faults-reset\t%lu\tpositions at which it was reset, likewise\n"
      "counted: faults-stalled\t%lu\tpositions at which it fell silent, likewise\n",
      counted[CUT], counted[RESET], counted[STALL]);
  printf("# %lu stalls were made again with longer limits\n", again);
  printf("%lu passed, %lu failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
