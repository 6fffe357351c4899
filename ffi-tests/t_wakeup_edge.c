/* The wakeup is an edge: once when events begin to wait, again only after a dispatch has begun, and
 * again when a dispatch leaves events behind. */
#include "world.h"

static void once_until_dispatch(delivery how) {
  world *w = world_open(how);
  task *tasks[5];
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    tasks[i] = task_get(w, url_on("http", "/hello"));
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    CHECK_OK(reqtask_wait(tasks[i]->id, (uint32_t)(20000 * patience())));
  CHECK_INT(1, atomic_load(&w->wakeups)); /* many events, one call */
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    CHECK_STATUS(REQTASK_OK, await_complete(tasks[i]));
  pump(w);
  int after = atomic_load(&w->wakeups);
  task *next = task_get(w, url_on("http", "/hello"));
  CHECK_OK(reqtask_wait(next->id, (uint32_t)(20000 * patience())));
  CHECK_INT(after + 1, atomic_load(&w->wakeups));
  CHECK_STATUS(REQTASK_OK, await_complete(next));
  world_close(w);
}

static void again_for_what_is_left(delivery how) {
  world *w = world_open(how);
  task *tasks[4];
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    tasks[i] = task_get(w, url_on("http", "/hello"));
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    CHECK_OK(reqtask_wait(tasks[i]->id, (uint32_t)(20000 * patience())));
  uint32_t delivered = 0;
  int rounds = 0;
  for (;;) {
    int before = atomic_load(&w->wakeups);
    CHECK_OK(reqtask_client_dispatch(w->client, 1, 0, &delivered));
    if (delivered == 0)
      break;
    CHECK_INT(1, delivered);
    rounds++;
    size_t done = 0;
    for (size_t i = 0; i < COUNT_OF(tasks); i++)
      done += recorder_seen(tasks[i]->rec, REQTASK_EVENT_COMPLETE);
    if (done < COUNT_OF(tasks))
      CHECK_INT(before + 1, atomic_load(&w->wakeups));
  }
  CHECK(rounds >= 8); /* at least headers and completion of each */
  for (size_t i = 0; i < COUNT_OF(tasks); i++)
    CHECK_INT(1, recorder_seen(tasks[i]->rec, REQTASK_EVENT_COMPLETE));
  world_close(w);
}

static const test_case cases[] = {CASE(QUEUED, once_until_dispatch),
                                  CASE(QUEUED, again_for_what_is_left)};
MAIN(cases)
