/* The log hook: levels, no secrets, and lines only while it is set. */
#include "world.h"

typedef struct lines {
  pthread_mutex_t lock;
  char text[1 << 16];
  size_t len;
  int count;
  uint32_t highest;
  atomic_int destroyed;
} lines;

static lines seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void on_line(void *user, uint32_t level, reqtask_str line) {
  lines *to = user;
  CHECK(line.ptr != NULL);
  CHECK_INT(0, line.ptr[line.len]);
  CHECK(level >= REQTASK_LOG_ERROR && level <= REQTASK_LOG_DEBUG);
  pthread_mutex_lock(&to->lock);
  to->count++;
  to->highest = level > to->highest ? level : to->highest;
  if (to->len + line.len + 2 < sizeof to->text) {
    memcpy(to->text + to->len, line.ptr, line.len);
    to->len += line.len;
    to->text[to->len++] = '\n';
  }
  pthread_mutex_unlock(&to->lock);
}

static void destroyed(void *user) { atomic_fetch_add(&((lines *)user)->destroyed, 1); }

static void traffic(world *w) {
  reqtask_request *request = request_new("POST", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_add_header(request, "authorization", REQTASK_NTS, "TOPSECRET", 9));
  CHECK_OK(reqtask_request_set_body(request, "BODYSECRET", 10, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
}

static void debug_lines_hold_no_secrets(delivery how) {
  world *w = world_open(how);
  CHECK_OK(reqtask_set_log(REQTASK_LOG_DEBUG, on_line, &seen, destroyed));
  traffic(w);
  CHECK_OK(reqtask_set_log(REQTASK_LOG_OFF, NULL, NULL, NULL));
  waiting_for("the log hook's destroy");
  while (atomic_load(&seen.destroyed) == 0)
    pump(w);
  pthread_mutex_lock(&seen.lock);
  seen.text[seen.len] = 0;
  CHECK(strstr(seen.text, "SECRET") == NULL);
  int count = seen.count;
  pthread_mutex_unlock(&seen.lock);
  traffic(w);
  CHECK_INT(count, seen.count); /* nobody is called any more */
  atomic_store(&seen.destroyed, 0);
  world_close(w);
}

static void levels(delivery how) {
  world *w = world_open(how);
  seen.count = 0;
  seen.highest = 0;
  CHECK_OK(reqtask_set_log(REQTASK_LOG_ERROR, on_line, &seen, destroyed));
  traffic(w);
  CHECK(seen.highest <= REQTASK_LOG_ERROR);
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_set_log(5, on_line, &seen, destroyed));
  CHECK_OK(reqtask_set_log(REQTASK_LOG_OFF, NULL, NULL, NULL));
  atomic_store(&seen.destroyed, 0);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, debug_lines_hold_no_secrets), CASE(BOTH, levels)};
MAIN(cases)
