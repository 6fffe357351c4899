/* A listener may remove itself; its destroy runs right after it has returned, not inside. */
#include "world.h"

typedef struct self {
  reqtask_id task;
  reqtask_listener me;
  int calls;
  bool inside;
  bool all; /* remove all of the kind rather than one */
  atomic_int destroyed;
  bool destroyed_inside;
} self;

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  self *s = user;
  (void)ev;
  s->inside = true;
  s->calls++;
  CHECK_OK(
      reqtask_off(s->task, REQTASK_EVENT_CHUNK, s->all ? 0 : s->me, s->all ? REQTASK_OFF_WAIT : 0));
  CHECK_INT(0, atomic_load(&s->destroyed));
  s->inside = false;
}

static void destroy(void *user) {
  self *s = user;
  s->destroyed_inside = s->inside;
  atomic_fetch_add(&s->destroyed, 1);
}

static void off_by_itself(delivery how) {
  world *w = world_open(how);
  for (int all = 0; all <= 1; all++) {
    task *t = task_make_bare(w, request_new("GET", url_on("http", "/chunked/100000?size=1000")));
    self *s = arena(sizeof *s);
    s->task = t->id;
    s->all = all;
    CHECK_OK(reqtask_on_chunk(t->id, on_chunk, s, destroy, &s->me));
    CHECK_OK(recorder_attach_one(t->rec, t->id, REQTASK_EVENT_COMPLETE, NULL));
    task_start(t);
    CHECK_STATUS(REQTASK_OK, await_complete(t));
    CHECK_INT(1, s->calls);
    CHECK_INT(1, atomic_load(&s->destroyed));
    CHECK(!s->destroyed_inside);
  }
  world_close(w);
}

typedef struct pair {
  reqtask_id task;
  reqtask_listener other;
  int first, second;
} pair;

static void first(void *user, const reqtask_chunk_event *ev) {
  pair *p = user;
  (void)ev;
  if (p->first++ == 0)
    CHECK_OK(reqtask_off(p->task, REQTASK_EVENT_CHUNK, p->other, 0));
}

static void second(void *user, const reqtask_chunk_event *ev) {
  (void)ev;
  ((pair *)user)->second++;
}

static void a_listener_removes_the_next(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  pair *p = arena(sizeof *p);
  p->task = t->id;
  CHECK_OK(reqtask_on_chunk(t->id, first, p, NULL, NULL));
  CHECK_OK(reqtask_on_chunk(t->id, second, p, NULL, &p->other));
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(1, p->first);
  CHECK_INT(0, p->second); /* no call of it starts after off has returned */
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, off_by_itself),
                                  CASE(BOTH, a_listener_removes_the_next)};
MAIN(cases)
