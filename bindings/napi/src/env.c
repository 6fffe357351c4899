/*
 * The state of one environment, from the module's initialisation to the cleanup hook, and a little
 * beyond: exported functions point to it, so it is freed when the last of them is, and until then
 * says that it is dead.
 *
 * It is not the environment's instance data: on OpenHarmony all native modules share one
 * environment and one slot, and the next module that sets its own would end ours (arkui_napi
 * native_engine/native_engine.cpp, SetInstanceData).
 */
#include "glue.h"

#include <stdlib.h>

/* Runs on the JavaScript thread: at the end of a worker or of the process, when an app reloads its
 * runtime. */
static void cleanup(void *env) {
  glue_env *e = env;
  glue_env_end(e);
  glue_env_unref(e);
}

glue_env *glue_env_new(napi_env env) {
  glue_env *e = calloc(1, sizeof *e);
  if (e == NULL)
    return NULL;
  atomic_init(&e->refs, 1);
  e->env = env;
  e->wake = glue_wake_new(e);
  if (e->wake == NULL) {
    free(e);
    return NULL;
  }
  /* After the threadsafe function was made, because hooks run in reverse: ours must run before the
     one that Node adds for it. OpenHarmony adds none, and tells hooks apart by their argument
     alone; e is nobody else's. */
  if (napi_add_env_cleanup_hook(env, cleanup, e) != napi_ok) {
    glue_env_end(e);
    glue_env_unref(e);
    return NULL;
  }
  return e;
}

void glue_env_end(glue_env *e) {
  if (e->dead)
    return;
  e->dead = true;
  glue_wake_kill(e->wake);
  for (size_t i = 0; i < e->client_count; i++)
    if (e->clients[i] != NULL)
      glue_client_end(e->clients[i]);
  e->client_count = 0;
  if (e->next_turn != NULL)
    napi_delete_reference(e->env, e->next_turn);
  if (e->turn != NULL)
    napi_delete_reference(e->env, e->turn);
  e->next_turn = e->turn = NULL;
  glue_wake_unref(e->wake);
  e->wake = NULL;
}

void glue_env_unref(glue_env *e) {
  if (atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) != 1)
    return;
  free(e->clients);
  free(e->resting);
  free(e->scratch);
  free(e);
}

char *glue_scratch(glue_env *e, size_t size) {
  if (size > e->scratch_room) {
    size_t room = size < 4096 ? 4096 : size;
    char *bigger = realloc(e->scratch, room);
    if (bigger == NULL)
      return NULL;
    e->scratch = bigger;
    e->scratch_room = room;
  }
  return e->scratch;
}

void glue_env_hold(glue_env *e) {
  bool hold = e->live > e->resting_count;
  if (hold == e->held || e->dead)
    return;
  e->held = hold;
  glue_wake_hold(e->wake, e->env, hold);
}
