/* A listener that is added late gets only what comes after it; after the completion it is refused.
 */
#include "world.h"

static void late_chunks(delivery how) {
  world *w = world_open(how);
  const char *gate = unique();
  const char *path = script_path(gate, "status 200 OK", "chunked", "head-end", "chunk first",
                                 text("gate %s", gate), "chunk second", "end", NULL);
  task *t = task_get(w, url_on("http", path));
  await_body(t, 5);
  task late = {.id = t->id, .rec = recorder_new(), .in = w};
  recorder_attach(late.rec, t->id);
  server_open(gate);
  CHECK_STR("firstsecond", task_text(t, 200));
  await_complete(&late);
  CHECK_INT(0, recorder_seen(late.rec, REQTASK_EVENT_HEADERS));
  CHECK_MEM("second", 6, late.rec->body, late.rec->body_len);
  CHECK_INT(5, late.rec->first_offset);
  task after = {.id = t->id, .rec = recorder_new(), .in = w};
  for (uint32_t kind = 1; kind <= 4; kind++)
    CHECK_STATUS(REQTASK_E_STATE, recorder_attach_one(after.rec, t->id, kind, NULL));
  CHECK_INT(4, recorder_destroyed(after.rec)); /* at once */
  recorder_free(after.rec);
  task_release(t);
  await_destroyed(&late, 4);
  world_close(w);
  recorder_free(late.rec);
}

static const test_case cases[] = {CASE(BOTH, late_chunks)};
MAIN(cases)
