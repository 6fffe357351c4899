/*
 * Paused tasks. They tell nothing until JavaScript resumes or aborts them, so they are no reason
 * for the event loop to go on: with nothing else to do it could never come to that. (A socket of
 * Node's own that is paused holds it no more either.)
 */
#include "glue.h"

#include <stdlib.h>

static void take_out(glue_env *e, size_t at) { e->resting[at] = e->resting[--e->resting_count]; }

void glue_rest(glue_env *e, reqtask_id task) {
  for (size_t i = 0; i < e->resting_count; i++)
    if (e->resting[i] == task)
      return;
  if (e->resting_count == e->resting_room) {
    size_t room = e->resting_room == 0 ? 16 : e->resting_room * 2;
    reqtask_id *bigger = realloc(e->resting, room * sizeof *bigger);
    if (bigger == NULL)
      return; /* It holds the loop, like any other. */
    e->resting = bigger;
    e->resting_room = room;
  }
  e->resting[e->resting_count++] = task;
}

void glue_rouse(glue_env *e, reqtask_id task) {
  for (size_t i = 0; i < e->resting_count; i++)
    if (e->resting[i] == task) {
      take_out(e, i);
      return;
    }
}

void glue_resting_sweep(glue_env *e) {
  for (size_t i = e->resting_count; i > 0; i--)
    if (reqtask_pause(e->resting[i - 1]) != REQTASK_OK)
      take_out(e, i - 1);
}
