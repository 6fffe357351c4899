/* release in every state: no listener call starts after it, no completion comes, all is destroyed;
 * and AUTO_RELEASE does it by itself. */
#include <sched.h>

#include "world.h"

static void in_every_state(delivery how) {
  world *w = world_open(how);
  const char *tag = unique();
  task *fresh = task_make(w, request_new("GET", url_on("http", "/hello")));
  task *waiting = task_get(w, url_on("http", script_path(tag, "stall", NULL)));
  task *flowing = task_get(w, url_on("http", "/bytes/100000000000"));
  task *parked = task_get(w, url_on("http", "/stream?n=1&then=stall"));
  task *connecting = task_get(w, url_on("blackhole", "/"));
  task *done = task_get(w, url_on("http", "/hello"));
  task *all[] = {fresh, waiting, flowing, parked, connecting, done};
  server_wait("stall", tag);
  await_body(flowing, 1);
  await_body(parked, 1);
  await_complete(done);
  for (size_t i = 0; i < COUNT_OF(all); i++) {
    task_release(all[i]);
    size_t chunks = recorder_seen(all[i]->rec, REQTASK_EVENT_CHUNK);
    await_destroyed(all[i], 4);
    CHECK(recorder_seen(all[i]->rec, REQTASK_EVENT_CHUNK) - chunks <= (how == DIRECT ? 1u : 0u));
    CHECK_INT(all[i] == done, recorder_seen(all[i]->rec, REQTASK_EVENT_COMPLETE));
  }
  server_wait("gone", tag);
  world_close(w);
}

static void by_itself(delivery how) {
  world *w = world_open(how);
  static const char *const paths[] = {"/hello", "/script?close"};
  for (size_t i = 0; i < COUNT_OF(paths); i++) {
    reqtask_request *request = request_new("GET", url_on("http", paths[i]));
    CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_AUTO_RELEASE, 1));
    task *t = task_make(w, request);
    task_start(t);
    t->released = true;
    await_complete(t);
    await_destroyed(t, 4);
    waiting_for("the id to be forgotten");
    while (reqtask_pause(t->id) != REQTASK_E_NOT_FOUND)
      sched_yield();
  }
  /* A response taken in the completion listener lives on. */
  world_close(w);
}

static const reqtask_response *taken;

static void take(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)arg;
  if (kind == REQTASK_EVENT_COMPLETE)
    CHECK_OK(reqtask_response_get(((const reqtask_complete_event *)event)->task, &taken));
}

static void the_response_can_be_taken_in_the_completion(delivery how) {
  world *w = world_open(how);
  reqtask_request *request = request_new("GET", url_on("http", "/hello"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_AUTO_RELEASE, 1));
  task *t = task_make(w, request);
  t->rec->hook = take;
  t->released = true;
  task_start(t);
  await_complete(t);
  await_destroyed(t, 4);
  world_close(w);
  reqtask_response_info info = {.struct_size = sizeof info};
  CHECK_OK(reqtask_response_read(taken, &info));
  CHECK_MEM("Hello, world!\n", 14, info.body.data, info.body.len);
  reqtask_response_free(taken);
}

static const test_case cases[] = {CASE(BOTH, in_every_state), CASE(BOTH, by_itself),
                                  CASE(BOTH, the_response_can_be_taken_in_the_completion)};
MAIN(cases)
