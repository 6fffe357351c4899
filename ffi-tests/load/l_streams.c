/* Load: 10,000 streams (LOAD_STREAMS) open at the same time over as many connections, each with its
 * headers and first bytes; then all are closed, a third by abort, a third by release, the rest by
 * closing the client. Few threads are enough, and afterwards the process holds what it held before.
 */
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "measure.h"
#include "world.h"

enum { KINDS = 3, HEAP_SLACK = 256 * 1024, RESIDENT_SLACK = 6 * 1024 * 1024 };
/* Descriptors of this process besides the streams. */
enum { SPARE = 200 };

typedef struct stream {
  struct streams *in;
  reqtask_id id;
  bool spoke;
  atomic_int completions, destroyed, status;
} stream;

typedef struct streams {
  world *w;
  pthread_mutex_t lock; /* guards what follows */
  pthread_cond_t changed;
  long speaking, over;
} streams;

static void add(streams *all, long *to) {
  pthread_mutex_lock(&all->lock);
  if (++*to % 500 == 0)
    still_going();
  pthread_cond_broadcast(&all->changed);
  pthread_mutex_unlock(&all->lock);
}

static void on_headers(void *user, const reqtask_headers_event *ev) {
  stream *s = user;
  CHECK_INT(200, ev->http_status);
  CHECK_INT(0, atomic_load(&s->completions));
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  stream *s = user;
  (void)ev;
  CHECK_INT(0, atomic_load(&s->completions));
  if (!s->spoke) {
    s->spoke = true;
    add(s->in, &s->in->speaking);
  }
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  stream *s = user;
  atomic_fetch_add(&s->completions, 1);
  atomic_store(&s->status, ev->status);
  add(s->in, &s->in->over);
}

static void destroyed(void *user) { atomic_fetch_add(&((stream *)user)->destroyed, 1); }

static void await(streams *all, const long *value, long wanted, const char *what) {
  waiting_for(what);
  pthread_mutex_lock(&all->lock);
  while (*value < wanted) {
    if (all->w->how == DIRECT) {
      pthread_cond_wait(&all->changed, &all->lock);
    } else {
      pthread_mutex_unlock(&all->lock);
      CHECK_OK(reqtask_client_dispatch(all->w->client, 0, 50, NULL));
      pthread_mutex_lock(&all->lock);
    }
  }
  pthread_mutex_unlock(&all->lock);
}

static void open_stream(streams *all, stream *s, const char *url) {
  s->in = all;
  reqtask_request *request = request_new("GET", url);
  NEED_OK(reqtask_create(all->w->client, request, &s->id));
  reqtask_request_free(request);
  NEED_OK(reqtask_on_headers(s->id, on_headers, s, destroyed, NULL));
  NEED_OK(reqtask_on_chunk(s->id, on_chunk, s, destroyed, NULL));
  NEED_OK(reqtask_on_complete(s->id, on_complete, s, destroyed, NULL));
  NEED_OK(reqtask_start(s->id));
}

static long open_and_close(delivery how, long count, bool report) {
  streams all = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  stream *each = calloc((size_t)count, sizeof *each);
  NEED(each != NULL);
  all.w = world_new(how);
  world_u64(all.w, REQTASK_OPT_TIMEOUT_MS, 0);
  world_u64(all.w, REQTASK_OPT_KEEP_BODY, 0);
  world_start(all.w);
  const char *urls[4];
  for (unsigned i = 0; i < COUNT_OF(urls); i++)
    urls[i] = text("http://127.0.0.1:%u/drip", nginx_port(i));
  holdings before = holdings_now();
  for (long i = 0; i < count; i++)
    open_stream(&all, &each[i], urls[i % 4]);
  await(&all, &all.speaking, count, "all streams to speak");
  holdings open = holdings_now();
  CHECK(open.descriptors >= before.descriptors + count);
  if (report)
    holdings_print("all open", open);
  long aborted = count / 3, released = count / 3;
  for (long i = 0; i < aborted; i++)
    NEED_OK(reqtask_abort(each[i].id));
  await(&all, &all.over, aborted, "the aborted ones to complete");
  for (long i = 0; i < aborted + released; i++)
    NEED_OK(reqtask_release(each[i].id));
  world_close(all.w);
  for (long i = 0; i < count; i++) {
    CHECK_INT(i < aborted, atomic_load(&each[i].completions));
    CHECK_INT(i < aborted ? REQTASK_E_ABORTED : 0, atomic_load(&each[i].status));
    CHECK_INT(KINDS, atomic_load(&each[i].destroyed));
  }
  free(each);
  return open.threads - before.threads;
}

static void all_are_open_at_once_and_then_none(delivery how) {
  if (nginx_port(0) == 0) {
    skip_case("nginx is not installed");
    return;
  }
  /* With an arena for each thread, resident memory depends on which threads met which arena. */
  NEED(mallopt(M_ARENA_MAX, 2) == 1);
  struct rlimit files;
  NEED(getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  NEED(setrlimit(RLIMIT_NOFILE, &files) == 0);
  long count = setting("LOAD_STREAMS", 10000);
  if (count > (long)files.rlim_cur - SPARE) {
    count = (long)files.rlim_cur - SPARE;
    printf("# the limit of descriptors allows %ld streams only\n", count);
  }
  /* What a process gets only once. */
  (void)open_and_close(how, 100, false);
  holdings before = holdings_now();
  holdings_print("before", before);
  (void)open_and_close(how, count, true);
  /* What malloc keeps of the pages that it has once had is its own affair: */
  holdings first = holdings_return(before, HEAP_SLACK, LONG_MAX);
  long threads = open_and_close(how, count, false);
  /* but it must not be more the second time. */
  before.resident_bytes = first.resident_bytes;
  (void)holdings_return(before, HEAP_SLACK, RESIDENT_SLACK);
  CHECK(threads <= 90); /* 64 places and 16 for streams, two helpers, and the rest */
  const char *way = how == DIRECT ? "direct" : "queued";
  counted(text("load_streams_%s", way), count,
          text("streams open at once with %s delivery, then all closed", way));
  counted(text("load_stream_threads_%s", way), threads, "threads of the library while they were");
}

static const test_case cases[] = {CASE(BOTH, all_are_open_at_once_and_then_none)};
MAIN(cases)
