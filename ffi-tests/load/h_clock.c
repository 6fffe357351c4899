/* Clocks. Time limits follow the monotonic clock and do not care where the wall clock jumps;
 * cookies and certificates follow the wall clock. A monotonic clock that stands still, as while a
 * machine sleeps, or leaps ahead, as where it counts that sleep, hangs nothing. clock_gettime of
 * this program stands before the C library's, for the library too. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"
#include "world.h"

static atomic_llong wall_shift_s, monotonic_shift_s, frozen_at_ns;

enum { SECOND = 1000000000 };
#define YEAR (365LL * 24 * 3600)

int clock_gettime(clockid_t clock, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, out);
  long long frozen = atomic_load(&frozen_at_ns);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    out->tv_sec += atomic_load(&wall_shift_s);
  } else if (frozen > 0) {
    out->tv_sec = frozen / SECOND;
    out->tv_nsec = (long)(frozen % SECOND);
  } else {
    out->tv_sec += atomic_load(&monotonic_shift_s);
  }
  return result;
}

static void clocks_are_right(void) {
  atomic_store(&wall_shift_s, 0);
  atomic_store(&monotonic_shift_s, 0);
  atomic_store(&frozen_at_ns, 0);
}

static task *get_within(world *w, const char *url, uint32_t key, uint64_t ms) {
  reqtask_request *request = request_new("GET", url);
  NEED_OK(reqtask_request_set_u64(request, key, ms));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

static const char *stream(const char *tag) {
  return url_on("http", script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                    text("gate %s", tag), "chunk second", "end", NULL));
}

static void limits_do_not_follow_the_wall_clock(delivery how) {
  world *w = world_open(how);
  static const long long jumps[] = {-20 * YEAR, -3600, 3600, 20 * YEAR};
  for (size_t i = 0; i < COUNT_OF(jumps); i++) {
    /* Ahead: nothing is too late. Back: what is too late is found to be. */
    const char *tag = unique();
    task *total = get_within(w, stream(tag), REQTASK_OPT_TIMEOUT_MS, 20000);
    const char *other = unique();
    task *idle = get_within(w, stream(other), REQTASK_OPT_READ_IDLE_MS, 20000);
    task *late = get_within(w, stream(unique()), REQTASK_OPT_TIMEOUT_MS, 200);
    task *still = get_within(w, stream(unique()), REQTASK_OPT_READ_IDLE_MS, 200);
    await_body(total, 5);
    await_body(idle, 5);
    atomic_store(&wall_shift_s, jumps[i]);
    CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(late));
    CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(still));
    server_open(tag);
    server_open(other);
    CHECK_STR("firstsecond", task_text(total, 200));
    CHECK_STR("firstsecond", task_text(idle, 200));
    clocks_are_right();
  }
  world_close(w);
  counted(text("clock_jumps_%s", how == DIRECT ? "direct" : "queued"), COUNT_OF(jumps),
          "jumps of the wall clock under running requests, which kept their time limits");
}

static void cookies_follow_the_wall_clock(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_start(w);
  const char *set = "/cookies/set?a%3D1%3B%20Path%3D%2F%3B%20Max-Age%3D3600";
  task_text(task_get(w, url_on("http", set)), 200);
  const char *show = url_on("http", "/cookies");
  CHECK_STR("a=1", task_text(task_get(w, show), 200));
  atomic_store(&wall_shift_s, 3500);
  CHECK_STR("a=1", task_text(task_get(w, show), 200));
  atomic_store(&wall_shift_s, 3700);
  CHECK_STR("", task_text(task_get(w, show), 200));
  clocks_are_right();
  world_close(w);
}

static void certificates_follow_the_wall_clock(delivery how) {
  world *w = world_open(how);
  static const long long jumps[] = {-60 * YEAR, 2000 * YEAR};
  for (size_t i = 0; i < COUNT_OF(jumps); i++) {
    /* A port of its own, so that no connection is kept from before. */
    const char *url = text("https://localhost:%u/hello", server_listen("https"));
    atomic_store(&wall_shift_s, jumps[i]);
    CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS, task_get(w, url));
    clocks_are_right();
    CHECK_STR("Hello, world!\n", task_text(task_get(w, url), 200));
  }
  world_close(w);
}

/* The machine slept: for Linux' clock no time has passed, and the server has gone meanwhile. */
static void a_monotonic_clock_that_stands_still(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *open = get_within(w, stream(tag), REQTASK_OPT_READ_IDLE_MS, 60000);
  await_body(open, 5);
  task *late = get_within(w, stream(unique()), REQTASK_OPT_TIMEOUT_MS, 10000);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  atomic_store(&frozen_at_ns, (long long)now.tv_sec * SECOND + now.tv_nsec);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  task *aborted = task_get(w, url_on("http", "/script?stall"));
  task_abort(aborted);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(aborted));
  server_open(tag);
  CHECK_STR("firstsecond", task_text(open, 200));
  CHECK_INT(0, recorder_seen(late->rec, REQTASK_EVENT_COMPLETE));
  atomic_store(&monotonic_shift_s, 12);
  atomic_store(&frozen_at_ns, 0);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  CHECK_STATUS(REQTASK_E_TIMEOUT, await_complete(late));
  world_close(w);
  clocks_are_right();
  still_going();
}

/* Where the clock counts a sleep (Darwin's continuous time, a debugger's stop): limits are over at
 * once, and connections too old to be used again. */
static void a_monotonic_clock_that_leaps(delivery how) {
  world *w = world_open(how);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  task *late = get_within(w, stream(unique()), REQTASK_OPT_READ_IDLE_MS, 12000);
  await_body(late, 5);
  /* Less than what the watchdog allows, which looks at this clock too. */
  atomic_store(&monotonic_shift_s, 15);
  /* Whatever makes the library look at its clock. */
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_BODY, late);
  world_close(w);
  clocks_are_right();
  still_going();
}

static const test_case cases[] = {
    CASE(BOTH, limits_do_not_follow_the_wall_clock),
    CASE(BOTH, cookies_follow_the_wall_clock),
    CASE(BOTH, certificates_follow_the_wall_clock),
    CASE(BOTH, a_monotonic_clock_that_stands_still),
    CASE(BOTH, a_monotonic_clock_that_leaps),
};
MAIN(cases)
