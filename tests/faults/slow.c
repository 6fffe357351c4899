/*
 * Slow and broken networks: transfers over a link with delay, loss, a low rate and holes. They come
 * out whole, progress is told meanwhile, an abort is instant and the server hears of it, and each
 * limit passes in its phase when the link goes dead.
 *
 * slow [--seed N] [--only NAME]. Skipped, and says so, where network namespaces are not to be had.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "link.h"
#include "origin.h"

enum { DELAY_100 = 100, RATE_256_KBIT = 32 * 1024 };

static shared *all;
static link_state *net;
static const char *problem;
static unsigned plan_number;

static const exchange *named(const char *name) {
  for (size_t i = 0; i < exchange_count; i++)
    if (strcmp(exchanges[i].name, name) == 0)
      return &exchanges[i];
  abort();
}

static void need(bool holds, const char *what) {
  if (!holds && problem == NULL)
    problem = what;
}

static void sleep_ms(long ms) {
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/* Until a value that others change has come to be at least so much; the time limit only ends a
 * broken run. */
static void until(atomic_uint *value, unsigned least) {
  int64_t end = now_us() + 30 * 1000000;
  while (atomic_load(value) < least && now_us() < end)
    sleep_ms(1);
  need(atomic_load(value) >= least, "waited 30 s for something that did not come");
}

typedef struct transfer {
  client client;
  attempt attempt;
} transfer;

/* Starts a request; `limit_key` 0 sets no limit. */
static void begin(transfer *t, const char *exchange_name, uint32_t limit_key, uint64_t limit_ms) {
  memset(t, 0, sizeof *t);
  attempt *a = &t->attempt;
  a->ex = named(exchange_name);
  a->number = plan_number;
  a->plan = &all->plans[plan_number];
  memset(a->plan, 0, sizeof *a->plan);
  a->plan->exchange = (uint16_t)(a->ex - exchanges);
  client_open(&t->client, all, false, plan_number, a->ex->secure != PLAIN);
  a->option = limit_key;
  a->option_value = limit_ms;
  client_ask(&t->client, a);
}

/* Waits for the end, and for the server to hear of it. */
static void finish(transfer *t, reqtask_status status, unsigned phases) {
  attempt *a = client_next_ended(&t->client);
  size_t whole = a->ex->asks[0].right_len;
  a->want = (expectation){.endings = {{status, phases}},
                          .ending_count = 1,
                          .headers = true,
                          .or_none = status != REQTASK_OK,
                          .least = status == REQTASK_OK ? whole : 0,
                          .most = whole,
                          .connections = atomic_load(&a->plan->connections)};
  client_release(a);
  need(client_close(&t->client), "the client's threads did not end");
  static char words[WORDS];
  need(attempt_is_right(a, words), words);
}

static void whole(const char *exchange_name) {
  transfer t;
  begin(&t, exchange_name, 0, 0);
  finish(&t, REQTASK_OK, ~0u);
  need(atomic_load(&t.attempt.progressed) >= 3, "too few progress events");
}

static void download(void) { whole("large-download"); }
static void download_tls(void) { whole("large-download-tls13"); }
static void upload(void) { whole("slow-upload"); }

/* Progress comes step by step, as the link carries. */
static void slow(const char *exchange_name, bool up) {
  int64_t start = now_us();
  transfer t;
  begin(&t, exchange_name, 0, 0);
  unsigned steps = 0;
  for (int64_t before = 0; atomic_load(&t.attempt.completions) == 0; sleep_ms(10)) {
    int64_t now = up ? atomic_load(&t.attempt.sent) : atomic_load(&t.attempt.received);
    steps += now > before;
    before = now;
  }
  finish(&t, REQTASK_OK, ~0u);
  need(now_us() - start > 1500 * 1000,
       "64 KB at 256 kbit/s took less than 1.5 s: is the link slow?");
  need(up || steps >= 8, "progress came all at once");
}

static void download_slow(void) { slow("slow-download", false); }
static void upload_slow(void) { slow("slow-upload", true); }

/* An abort in the middle: the completion comes at once, and the server hears of it although much is
 * on the way. */
static void abort_in(const char *exchange_name, bool up) {
  transfer t;
  begin(&t, exchange_name, 0, 0);
  until(up ? &t.attempt.progressed : &t.attempt.headers, 1);
  sleep_ms(300);
  int64_t start = now_us();
  need(reqtask_abort(t.attempt.ids[0]) == REQTASK_OK, "abort was refused");
  need(now_us() - start < 1000 * 1000, "reqtask_abort took a second");
  plan *p = t.attempt.plan;
  finish(&t, REQTASK_E_ABORTED, ~0u);
  need(t.attempt.ended_us - start < 1000 * 1000, "the completion came a second after the abort");
  while (atomic_load(&p->open) > 0 && now_us() - start < 20 * 1000000)
    sleep_ms(1);
  need(now_us() - start < 2000 * 1000, "the server did not hear of the abort within 2 s");
}

static void abort_download(void) { abort_in("large-download", false); }
static void abort_upload(void) { abort_in("large-upload", true); }

/* The limits, when the link goes dead. */
static void dead(transfer *t, unsigned phases, int64_t least_ms) {
  atomic_store(&net->dead, true);
  int64_t start = now_us();
  finish(t, REQTASK_E_TIMEOUT, phases);
  int64_t took = now_us() - start;
  need(took < (least_ms + 3000) * 1000, "the limit passed too late");
}

static void dead_in_connect(void) {
  transfer t;
  atomic_store(&net->dead, true);
  begin(&t, "slow-download", REQTASK_OPT_CONNECT_MS, 300);
  dead(&t, IN(CONNECT), 300);
}

static void dead_in_head(void) {
  transfer t;
  begin(&t, "slow-download", REQTASK_OPT_HEADERS_MS, 500);
  until(&t.attempt.plan->connections, 1);
  dead(&t, IN(HEADERS), 500);
}

static void dead_in_body(void) {
  transfer t;
  begin(&t, "large-download", REQTASK_OPT_READ_IDLE_MS, 500);
  until(&t.attempt.headers, 1);
  dead(&t, IN(BODY), 500);
}

static void dead_in_upload(void) {
  transfer t;
  begin(&t, "large-upload", REQTASK_OPT_TIMEOUT_MS, 1200);
  until(&t.attempt.progressed, 1);
  dead(&t, IN(SEND), 1200);
}

static void silent_in_upload(void) {
  transfer t;
  begin(&t, "large-upload", REQTASK_OPT_READ_IDLE_MS, 600);
  until(&t.attempt.progressed, 1);
  dead(&t, IN(SEND), 600);
}

/* The system takes more only now and then, when much of what it has is through. */
static void upload_not_silent(void) {
  transfer t;
  begin(&t, "middling-upload", REQTASK_OPT_READ_IDLE_MS, 500);
  finish(&t, REQTASK_OK, ~0u);
}

static void dead_and_aborted(void) {
  transfer t;
  atomic_store(&net->dead, true);
  begin(&t, "slow-download", 0, 0);
  sleep_ms(100);
  int64_t start = now_us();
  need(reqtask_abort(t.attempt.ids[0]) == REQTASK_OK, "abort was refused");
  finish(&t, REQTASK_E_ABORTED, IN(CONNECT));
  need(now_us() - start < 1000 * 1000, "it took a second to end");
}

/* A hole of a second, as in a tunnel: the transfer goes on behind it. */
static void hole(void) {
  transfer t;
  begin(&t, "large-download", 0, 0);
  until(&t.attempt.headers, 1);
  atomic_store(&net->dead, true);
  sleep_ms(1000);
  atomic_store(&net->dead, false);
  finish(&t, REQTASK_OK, ~0u);
}

static const struct {
  const char *name;
  void (*run)(void);
  unsigned delay_ms, loss_ppm, bytes_per_s;
} tests[] = {
    {"download, 100 ms each way", download, 100, 0, 0},
    {"download by TLS, 100 ms each way", download_tls, 100, 0, 0},
    {"upload, 100 ms each way", upload, 100, 0, 0},
    {"download, 1 % lost", download, 10, 10000, 0},
    {"download, 5 % lost", download, 5, 50000, 0},
    {"download by TLS, 5 % lost", download_tls, 5, 50000, 0},
    {"upload, 1 % lost", upload, 10, 10000, 0},
    {"upload, 5 % lost", upload, 10, 50000, 0},
    {"download at 256 kbit/s", download_slow, 20, 0, RATE_256_KBIT},
    {"upload at 256 kbit/s", upload_slow, 20, 0, RATE_256_KBIT},
    {"abort of a download at 256 kbit/s", abort_download, 20, 0, RATE_256_KBIT},
    {"abort of an upload at 256 kbit/s", abort_upload, 20, 0, RATE_256_KBIT},
    {"dead while connecting", dead_in_connect, 20, 0, 0},
    {"dead before the head", dead_in_head, 400, 0, 0},
    {"dead in the body", dead_in_body, 20, 0, RATE_256_KBIT},
    {"dead in an upload", dead_in_upload, 20, 0, RATE_256_KBIT},
    {"dead in an upload, no limit but on silence", silent_in_upload, 20, 0, RATE_256_KBIT},
    {"slow upload, limit on silence", upload_not_silent, 20, 0, 2 * RATE_256_KBIT},
    {"aborted while connecting to nowhere", dead_and_aborted, 20, 0, 0},
    {"a hole of a second", hole, 20, 0, 8 * RATE_256_KBIT},
};

enum { TESTS = sizeof tests / sizeof tests[0] };

int main(int argc, char **argv) {
  unsigned long seed = (unsigned long)time(NULL), passed = 0, failed = 0;
  const char *only = NULL;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--seed") == 0)
      seed = strtoul(argv[i + 1], NULL, 10);
    else if (strcmp(argv[i], "--only") == 0)
      only = argv[i + 1];
  }
  all = shared_new();
  const char *why = NULL;
  net = link_open(all, TESTS, seed, &why);
  if (net == NULL) {
    printf("skip slow networks: %s\n0 passed, 0 failed\n", why);
    return 0;
  }
  printf("seed %lu (of the losses)\n", seed);
  for (unsigned i = 0; i < TESTS; i++) {
    if (only != NULL && strcmp(only, tests[i].name) != 0)
      continue;
    atomic_store(&net->dead, false);
    atomic_store(&net->delay_ms, tests[i].delay_ms);
    atomic_store(&net->loss_ppm, tests[i].loss_ppm);
    atomic_store(&net->bytes_per_s, tests[i].bytes_per_s);
    problem = NULL;
    plan_number = i + 1;
    int64_t start = now_us();
    tests[i].run();
    printf("%s %s (%lld ms)", problem == NULL ? "ok" : "not ok", tests[i].name,
           (long long)(now_us() - start) / 1000);
    printf(problem == NULL ? "\n" : ": %s\n", problem);
    fflush(stdout);
    *(problem == NULL ? &passed : &failed) += 1;
  }
  printf("counted: faults-slow\t%lu\ttransfers over links with delay, loss, a low rate or a hole, "
         "whole or ended "
         "as they must\n",
         passed);
  printf("# packets carried %lu, lost %lu\n%lu passed, %lu failed\n", atomic_load(&net->carried),
         atomic_load(&net->lost), passed, failed);
  return failed == 0 ? 0 : 1;
}
