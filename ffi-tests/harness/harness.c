/*
 * harness.c - cases, checks, the watchdog and the arena.
 *
 * Everything that a check prints goes to standard output as TAP comments, behind one lock, so that
 * lines of several threads do not mix. The watchdog prints what the program waited for and aborts,
 * which gives a core and, under a sanitizer, a stack.
 */
#include "harness.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { WATCHDOG_S = 30 };

static pthread_mutex_t print_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int failures;
static atomic_int unique_count;
static const char *_Atomic case_name = "";
static const char *_Atomic awaited = "nothing";
static const char *_Atomic skipped;
static _Atomic int64_t deadline_us;

/* The arena: a list of blocks that are freed between cases. */
typedef union block {
  union block *next;
  max_align_t align;
} block;
static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;
static block *blocks;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...) {
  va_list args;
  va_start(args, format);
  pthread_mutex_lock(&print_lock);
  vprintf(format, args);
  fflush(stdout);
  pthread_mutex_unlock(&print_lock);
  va_end(args);
}

int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t patience(void) {
  const char *text = getenv("REQTASK_TEST_PATIENCE");
  long value = text ? strtol(text, NULL, 10) : 1;
  return value > 0 ? value : 1;
}

static void *watchdog(void *unused) {
  (void)unused;
  for (;;) {
    struct timespec pause = {.tv_sec = 0, .tv_nsec = 200 * 1000 * 1000};
    nanosleep(&pause, NULL);
    int64_t deadline = atomic_load(&deadline_us);
    if (deadline != 0 && now_us() > deadline) {
      printf("# watchdog: %s waited too long for: %s\nnot ok - %s (watchdog)\n",
             atomic_load(&case_name), atomic_load(&awaited), atomic_load(&case_name));
      fflush(stdout);
      abort();
    }
  }
  return NULL;
}

static void free_arena(void) {
  pthread_mutex_lock(&arena_lock);
  block *at = blocks;
  blocks = NULL;
  pthread_mutex_unlock(&arena_lock);
  while (at) {
    block *next = at->next;
    free(at);
    at = next;
  }
}

static bool run_one(const test_case *test, delivery how, int number) {
  char name[200];
  snprintf(name, sizeof name, "%s%s", test->name,
           test->deliveries != BOTH ? ""
           : how == DIRECT          ? " direct"
                                    : " queued");
  atomic_store(&case_name, name);
  atomic_store(&failures, 0);
  atomic_store(&skipped, NULL);
  waiting_for("nothing");
  atomic_store(&deadline_us, now_us() + WATCHDOG_S * 1000000 * patience());
  int64_t start = now_us();
  test->run(how);
  atomic_store(&deadline_us, 0);
  bool ok = atomic_load(&failures) == 0;
  const char *why = atomic_load(&skipped);
  say("%sok %d - %s%s%s (%" PRId64 " ms)\n", ok ? "" : "not ", number, name, why ? " # SKIP " : "",
      why ? why : "", (now_us() - start) / 1000);
  atomic_store(&case_name, "");
  free_arena();
  return ok;
}

int run_cases(const test_case *cases, size_t count, int argc, char **argv) {
  static const delivery ways[] = {DIRECT, QUEUED};
  const char *only = argc > 1 ? argv[1] : "";
  int number = 0;
  int failed = 0;
  pthread_t dog;
  NEED(pthread_create(&dog, NULL, watchdog, NULL) == 0);
  pthread_detach(dog);
  for (size_t i = 0; i < count; i++)
    for (size_t w = 0; w < COUNT_OF(ways); w++)
      if ((cases[i].deliveries & ways[w]) && strstr(cases[i].name, only))
        failed += !run_one(&cases[i], ways[w], ++number);
  say("1..%d\n", number);
  return failed == 0 ? 0 : 1;
}

void skip_case(const char *why) { atomic_store(&skipped, why); }

int failures_so_far(void) { return atomic_load(&failures); }

void waiting_for(const char *what) { atomic_store(&awaited, what); }

void still_going(void) { atomic_store(&deadline_us, now_us() + WATCHDOG_S * 1000000 * patience()); }

/* ----------------------------------------------------------------- checks */

static bool report(bool ok) {
  if (!ok)
    atomic_fetch_add(&failures, 1);
  return ok;
}

bool check_true(bool value, const char *what, const char *file, int line) {
  if (!value)
    say("# %s:%d: %s is false\n", file, line, what);
  return report(value);
}

bool check_int(int64_t expected, int64_t actual, const char *what, const char *file, int line) {
  bool ok = expected == actual;
  if (!ok)
    say("# %s:%d: %s is %" PRId64 ", not %" PRId64 "\n", file, line, what, actual, expected);
  return report(ok);
}

bool check_status(reqtask_status expected, reqtask_status actual, const char *what,
                  const char *file, int line) {
  bool ok = expected == actual;
  if (!ok) {
    char sentence[256] = "";
    reqtask_last_error(sentence, sizeof sentence);
    say("# %s:%d: %s is %s, not %s (last error: %s)\n", file, line, what, status_name(actual),
        status_name(expected), sentence);
  }
  return report(ok);
}

bool check_text(const char *expected, const char *actual, const char *what, const char *file,
                int line) {
  bool ok = actual && strcmp(expected, actual) == 0;
  if (!ok)
    say("# %s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, actual ? actual : "(null)",
        expected);
  return report(ok);
}

bool check_mem(const void *expected, size_t len, const void *actual, size_t actual_len,
               const char *what, const char *file, int line) {
  bool ok = len == actual_len && (len == 0 || memcmp(expected, actual, len) == 0);
  if (!ok)
    say("# %s:%d: %s: %zu bytes \"%.*s\", not %zu bytes \"%.*s\"\n", file, line, what, actual_len,
        (int)(actual_len < 200 ? actual_len : 200), actual_len ? (const char *)actual : "", len,
        (int)(len < 200 ? len : 200), (const char *)expected);
  return report(ok);
}

void need(bool value, const char *what, const char *file, int line) {
  if (value)
    return;
  say("# %s:%d: cannot go on without %s\nnot ok - %s\nBail out!\n", file, line, what,
      atomic_load(&case_name));
  _exit(2);
}

const char *status_name(reqtask_status status) {
#define NAME(code)                                                                                 \
  case code:                                                                                       \
    return #code;
  switch (status) {
    NAME(REQTASK_OK)
    NAME(REQTASK_E_INVALID_ARG)
    NAME(REQTASK_E_NOT_FOUND)
    NAME(REQTASK_E_STATE)
    NAME(REQTASK_E_UNSUPPORTED)
    NAME(REQTASK_E_REENTRANT)
    NAME(REQTASK_E_BUSY)
    NAME(REQTASK_E_CLOSED)
    NAME(REQTASK_E_NO_MEMORY)
    NAME(REQTASK_E_PANIC)
    NAME(REQTASK_E_ABORTED)
    NAME(REQTASK_E_TIMEOUT)
    NAME(REQTASK_E_RESOLVE)
    NAME(REQTASK_E_CONNECT)
    NAME(REQTASK_E_PROXY)
    NAME(REQTASK_E_TLS)
    NAME(REQTASK_E_CERTIFICATE)
    NAME(REQTASK_E_IO)
    NAME(REQTASK_E_PROTOCOL)
    NAME(REQTASK_E_REDIRECT)
    NAME(REQTASK_E_TOO_LARGE)
    NAME(REQTASK_E_DECODE)
  }
#undef NAME
  return "an unknown status";
}

/* -------------------------------------------------------------------- text */

void *arena(size_t size) {
  block *made = calloc(1, sizeof *made + size);
  if (!made)
    abort();
  pthread_mutex_lock(&arena_lock);
  made->next = blocks;
  blocks = made;
  pthread_mutex_unlock(&arena_lock);
  return made + 1;
}

char *text(const char *format, ...) {
  va_list args;
  va_start(args, format);
  va_list again;
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *out = arena((size_t)len + 1);
  vsnprintf(out, (size_t)len + 1, format, again);
  va_end(again);
  return out;
}

char *unique(void) {
  char *out =
      text("%s-%d-%d", atomic_load(&case_name), (int)getpid(), atomic_fetch_add(&unique_count, 1));
  for (char *c = out; *c; c++)
    if (*c == ' ')
      *c = '-';
  return out;
}

bool str_is(reqtask_str str, const char *expected) {
  return str.ptr && str.len == strlen(expected) && memcmp(str.ptr, expected, str.len) == 0 &&
         str.ptr[str.len] == 0;
}

uint8_t pattern_byte(uint64_t i) { return (uint8_t)((uint32_t)i * 2654435761u >> 24); }

size_t pattern_length(const uint8_t *data, size_t len, uint64_t offset) {
  size_t i = 0;
  while (i < len && data[i] == pattern_byte(offset + i))
    i++;
  return i;
}
