/* Out of memory where much of it is asked for: a kept body, a decoded one, a request's body, the
 * next piece of a body. The task, or the call, gets REQTASK_E_NO_MEMORY; others and the process
 * live on. malloc refuses what is larger than a limit, or the kernel gives no more address space.
 * Small allocations that fail end the process: Rust's standard library knows nothing else
 * (README.md). */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "measure.h"
#include "world.h"

void *__libc_malloc(size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_calloc(size_t count, size_t size);

static atomic_size_t largest = SIZE_MAX;
static atomic_int refused;

static bool refuses(size_t size) {
  if (size <= atomic_load(&largest))
    return false;
  atomic_fetch_add(&refused, 1);
  errno = ENOMEM;
  return true;
}

/* These stand before the C library's, for the library too. */
void *malloc(size_t size) { return refuses(size) ? NULL : __libc_malloc(size); }
void *realloc(void *old, size_t size) { return refuses(size) ? NULL : __libc_realloc(old, size); }
void *calloc(size_t count, size_t size) {
  return refuses(count * size) ? NULL : __libc_calloc(count, size);
}

static void limit(size_t bytes) {
  atomic_store(&refused, 0);
  atomic_store(&largest, bytes);
}

typedef struct beside {
  task *stream;
  const char *tag;
} beside;

/* A stream that is open meanwhile, and must not be hurt. */
static beside beside_open(world *w) {
  const char *tag = unique();
  const char *path = script_path(tag, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", tag), "chunk second", "end", NULL);
  beside b = {task_get(w, url_on("http", path)), tag};
  await_body(b.stream, 5);
  return b;
}

static void beside_goes_on(beside b) {
  server_open(b.tag);
  CHECK_STR("firstsecond", task_text(b.stream, 200));
}

/* Nothing of the test's own grows with the body. */
static task *get_quietly(world *w, const char *url, bool keep) {
  reqtask_request *request = request_new("GET", url);
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, keep));
  task *t = task_make_bare(w, request);
  NEED_OK(recorder_attach_one(t->rec, t->id, REQTASK_EVENT_COMPLETE, NULL));
  task_start(t);
  return t;
}

static void fails_and_then_works(delivery how, const char *url, size_t most, const char *word) {
  bool keep = strstr(word, "keep") != NULL;
  world *w = world_open(how);
  beside b = beside_open(w);
  limit(most);
  task *t = get_quietly(w, url, keep);
  CHECK_ENDS(REQTASK_E_NO_MEMORY, REQTASK_PHASE_BODY, t);
  printf("# %s\n", t->rec->message);
  CHECK(strstr(t->rec->message, word) != NULL);
  CHECK(atomic_load(&refused) > 0);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  limit(SIZE_MAX);
  CHECK_STATUS(REQTASK_OK, await_complete(get_quietly(w, url, keep)));
  beside_goes_on(b);
  world_close(w);
}

static void a_body_that_is_kept(delivery how) {
  fails_and_then_works(how, url_on("http", "/bytes/5000000"), 1 << 20, "keep a body");
}

static void one_that_declares_its_length(delivery how) {
  fails_and_then_works(how, url_on("http", "/bytes/5000000"), 900000, "keep a body");
}

static void a_body_that_is_decoded(delivery how) {
  const char *path = script_path("bomb", "status 200 OK", "field content-encoding: gzip", "chunked",
                                 "head-end", "encode gzip", "zeros 5000000", "end", NULL);
  fails_and_then_works(how, url_on("http", path), 1 << 20, "keep a body");
}

/* brotli's window, 256 KB here and up to 16 MB at the will of a server. */
static void a_window_to_decode_with(delivery how) {
  const char *path = script_path("window", "status 200 OK", "field content-encoding: br", "chunked",
                                 "head-end", "encode br", "zeros 9000000", "end", NULL);
  fails_and_then_works(how, url_on("http", path), 150000, "to decode");
}

static void the_next_piece(delivery how) {
  fails_and_then_works(how, url_on("http", "/bytes/5000000"), 40000, "the next");
}

static void a_copy_of_a_requests_body(delivery how) {
  world *w = world_open(how);
  size_t len = 5000000;
  void *bytes = arena(len);
  memset(bytes, 'u', len);
  reqtask_request *request = request_new("POST", url_on("http", "/sink"));
  limit(1 << 20);
  CHECK_STATUS(REQTASK_E_NO_MEMORY, reqtask_request_set_body(request, bytes, len, NULL, NULL));
  limit(SIZE_MAX);
  CHECK_OK(reqtask_request_set_body(request, bytes, len, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  world_close(w);
}

static size_t address_space(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  NEED(file != NULL);
  size_t pages = 0;
  NEED(fscanf(file, "%zu", &pages) == 1);
  fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The kernel's own limit: 256 MB more than there are, and a body of 1 GB. */
static void the_kernel_gives_no_more(delivery how) {
  world *w = world_open(how);
  beside b = beside_open(w);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  struct rlimit before, now;
  NEED(getrlimit(RLIMIT_AS, &before) == 0);
  now = before;
  now.rlim_cur = address_space() + ((size_t)256 << 20);
  NEED(setrlimit(RLIMIT_AS, &now) == 0);
  const char *path = script_path("gigabyte", "status 200 OK", "length 1000000000", "head-end",
                                 "zeros 1000000000", NULL);
  task *t = get_quietly(w, url_on("http", path), true);
  CHECK_ENDS(REQTASK_E_NO_MEMORY, REQTASK_PHASE_BODY, t);
  printf("# %s\n", t->rec->message);
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  beside_goes_on(b);
  NEED(setrlimit(RLIMIT_AS, &before) == 0);
  world_close(w);
}

/* Events that the app does not fetch take memory up to the window, and no more. */
static void the_window_bounds_what_waits(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_KEEP_BODY, 0);
  world_start(w);
  const char *path = script_path("wide", "status 200 OK", "length 1000000000", "head-end",
                                 "zeros 1000000000", NULL);
  task *t = task_make(w, request_new("GET", url_on("http", path)));
  CHECK_OK(reqtask_pause(t->id));
  holdings before = holdings_now();
  task_start(t);
  server_wait("request", "wide");
  waiting_for("the library to stop reading");
  reqtask_id id = t->id;
  const reqtask_response *response = NULL;
  while (reqtask_response_get(id, &response) != REQTASK_OK) {
  }
  reqtask_response_free(response);
  holdings now = holdings_now();
  for (int i = 0; i < 200; i++) {
    now = holdings_now();
    CHECK(now.heap_bytes - before.heap_bytes < 2 << 20);
  }
  task_abort(t);
  CHECK_STATUS(REQTASK_E_ABORTED, await_complete(t));
  world_close(w);
}

static const test_case cases[] = {
    CASE(BOTH, a_body_that_is_kept),          CASE(BOTH, one_that_declares_its_length),
    CASE(BOTH, a_body_that_is_decoded),       CASE(BOTH, the_next_piece),
    CASE(BOTH, a_window_to_decode_with),      CASE(BOTH, a_copy_of_a_requests_body),
    CASE(BOTH, the_window_bounds_what_waits), CASE(BOTH, the_kernel_gives_no_more),
};
MAIN(cases)
