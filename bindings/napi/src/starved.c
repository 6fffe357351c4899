/*
 * Tasks whose next chunk the engine had no memory for. A stream with a hole must not go on, and
 * must not look as if somebody had aborted it.
 */
#include "glue.h"

enum { PLACES = sizeof((glue_env *)0)->starved / sizeof(reqtask_id) };

static bool replace(glue_env *e, reqtask_id from, reqtask_id to) {
  for (size_t i = 0; i < PLACES; i++)
    if (e->starved[i] == from) {
      e->starved[i] = to;
      return true;
    }
  return false;
}

void glue_starve(glue_env *e, reqtask_id task) {
  if (reqtask_abort(task) == REQTASK_OK)
    replace(e, 0, task);
}

bool glue_starved(glue_env *e, reqtask_id task) { return replace(e, task, 0); }
