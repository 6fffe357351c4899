/* The order of events of a task, and of several listeners of one kind; times and threads. */
#include "world.h"

typedef struct trace {
  pthread_mutex_t lock;
  char text[512];
} trace;

typedef struct voice {
  trace *to;
  char letter;
} voice;

static void note(void *user) {
  voice *v = user;
  pthread_mutex_lock(&v->to->lock);
  size_t len = strlen(v->to->text);
  if (len + 1 < sizeof v->to->text)
    v->to->text[len] = v->letter;
  pthread_mutex_unlock(&v->to->lock);
}

static void on_headers(void *user, const reqtask_headers_event *ev) { (void)ev, note(user); }
static void on_chunk(void *user, const reqtask_chunk_event *ev) { (void)ev, note(user); }
static void on_complete(void *user, const reqtask_complete_event *ev) { (void)ev, note(user); }

static voice *speak(trace *to, char letter) {
  voice *v = arena(sizeof *v);
  *v = (voice){to, letter};
  return v;
}

static void listeners_run_in_the_order_they_were_added(delivery how) {
  world *w = world_open(how);
  trace *to = arena(sizeof *to);
  pthread_mutex_init(&to->lock, NULL);
  const char *gate = unique();
  const char *path = script_path(gate, "status 200 OK", "chunked", "head-end", "chunk 1",
                                 text("gate %s", gate), "chunk 2", "end", NULL);
  task *t = task_make_bare(w, request_new("GET", url_on("http", path)));
  CHECK_OK(reqtask_on_complete(t->id, on_complete, speak(to, 'x'), NULL, NULL));
  CHECK_OK(reqtask_on_chunk(t->id, on_chunk, speak(to, 'c'), NULL, NULL));
  CHECK_OK(reqtask_on_headers(t->id, on_headers, speak(to, 'a'), NULL, NULL));
  CHECK_OK(reqtask_on_chunk(t->id, on_chunk, speak(to, 'd'), NULL, NULL));
  CHECK_OK(reqtask_on_headers(t->id, on_headers, speak(to, 'b'), NULL, NULL));
  CHECK_OK(reqtask_on_chunk(t->id, on_chunk, speak(to, 'c'), NULL, NULL)); /* the same again */
  CHECK_OK(reqtask_on_complete(t->id, on_complete, speak(to, 'y'), NULL, NULL));
  recorder_attach(t->rec, t->id);
  task_start(t);
  await_body(t, 1);
  server_open(gate);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_STR("abcdccdcxy", to->text);
  world_close(w);
}

static void headers_chunks_complete(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/chunked/500000?size=7000"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(REQTASK_EVENT_COMPLETE, t->rec->events[t->rec->count - 1].kind);
  bool headers = false;
  for (size_t i = 0; i < t->rec->count; i++) {
    const recorded *e = &t->rec->events[i];
    CHECK_INT(t->id, e->task);
    headers |= e->kind == REQTASK_EVENT_HEADERS;
    CHECK(e->kind != REQTASK_EVENT_CHUNK || headers);
    if (how == QUEUED)
      CHECK(pthread_equal(e->thread, pthread_self()));
    else
      CHECK(!pthread_equal(e->thread, pthread_self()));
  }
  CHECK_INT(500000, pattern_length(t->rec->body, t->rec->body_len, 0));
  CHECK_INT(500000, t->rec->body_len);
  world_close(w);
}

static void what_is_flushed_arrives_at_once(delivery how) {
  /* Each piece is awaited before the next is let go: C-5 and E-4, without a clock. */
  world *w = world_open(how);
  static const char *const codings[] = {"", "encode gzip", "encode br", "encode deflate"};
  static const char *const names[] = {"identity", "gzip", "br", "deflate"};
  for (size_t i = 0; i < COUNT_OF(codings); i++) {
    char *gates[4];
    for (int g = 0; g < 4; g++)
      gates[g] = unique();
    const char *path = script_path(unique(), "status 200 OK", "chunked",
                                   text("field content-encoding: %s", names[i]), "head-end",
                                   text("gate %s", gates[0]), i ? codings[i] : "body ", "body one",
                                   text("gate %s", gates[1]), "body two", text("gate %s", gates[2]),
                                   "body three", text("gate %s", gates[3]), "end", NULL);
    task *t = task_get(w, url_on(i % 2 ? "https" : "http", path));
    await_events(t, REQTASK_EVENT_HEADERS, 1);
    server_open(gates[0]);
    await_body(t, 3);
    server_open(gates[1]);
    await_body(t, 6);
    server_open(gates[2]);
    await_body(t, 11);
    server_open(gates[3]);
    CHECK_STR("onetwothree", task_text(t, 200));
    CHECK_MEM("onetwothree", 11, t->rec->body, t->rec->body_len);
  }
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, listeners_run_in_the_order_they_were_added),
                                  CASE(BOTH, headers_chunks_complete),
                                  CASE(BOTH, what_is_flushed_arrives_at_once)};
MAIN(cases)
