/*
 * Clients: open and close. A client's events are delivered by queued delivery (turn.c); all clients
 * of an environment ring the same bell.
 */
#include "glue.h"

#include <stdlib.h>

static reqtask_status set_number(void *config, uint32_t key, uint64_t value) {
  return reqtask_config_set_u64(config, key, value);
}

static reqtask_status set_text(void *config, uint32_t key, const char *value, size_t len) {
  return reqtask_config_set_str(config, key, value, len);
}

/* Throws and returns NULL, or the core's client. */
static reqtask_client *make_core(glue_env *e, napi_value options) {
  reqtask_config *config = NULL;
  reqtask_client *core = NULL;
  reqtask_status status = reqtask_config_new(&config);
  if (status != REQTASK_OK) {
    glue_throw_status(e->env, status, "client");
    return NULL;
  }
  if (glue_options(e, options, "options", config, set_number, set_text)) {
    glue_wake_ref(e->wake); /* Given back by the core, also when it refuses. */
    status = reqtask_config_set_wakeup(config, glue_wake_ring, e->wake, glue_wake_unref);
    if (status == REQTASK_OK)
      status = reqtask_client_new(config, &core);
    if (status != REQTASK_OK)
      glue_throw_status(e->env, status, "client");
  }
  reqtask_config_free(config);
  return core;
}

/* For one more in the environment's list. */
static bool make_room(glue_env *e) {
  if (e->client_count < e->client_room)
    return true;
  size_t room = e->client_room == 0 ? 4 : e->client_room * 2;
  glue_client **bigger = realloc(e->clients, room * sizeof *bigger);
  if (bigger == NULL)
    return false;
  e->clients = bigger;
  e->client_room = room;
  return true;
}

napi_value glue_open(napi_env env, napi_callback_info info) {
  glue_call call;
  napi_value result = NULL;
  napi_valuetype type;
  if (!glue_call_begin(env, info, 2, &call))
    return NULL;
  glue_env *e = call.e;
  if (napi_typeof(env, call.args[1], &type) != napi_ok || type != napi_function) {
    glue_throw_type(env, "reqtask: deliver must be a function");
    return NULL;
  }
  reqtask_client *core = make_core(e, call.args[0]);
  if (core == NULL)
    return NULL;
  glue_client *c = calloc(1, sizeof *c);
  if (c == NULL || !make_room(e) ||
      napi_create_reference(env, call.args[1], 1, &c->deliver) != napi_ok ||
      napi_create_uint32(env, e->last_number + 1, &result) != napi_ok) {
    free(c);
    reqtask_client_close(core, 0);
    napi_throw_error(env, NULL, "reqtask: out of memory");
    return NULL;
  }
  c->env = e;
  c->core = core;
  c->number = ++e->last_number;
  for (uint32_t flags = 0; flags <= GLUE_FLAGS; flags++)
    c->ears[flags] = (glue_ear){.client = c, .flags = flags};
  e->clients[e->client_count++] = c;
  return result;
}

glue_client *glue_client_find(glue_env *e, double number) {
  for (size_t i = 0; i < e->client_count; i++)
    if (e->clients[i] != NULL && (double)e->clients[i]->number == number)
      return e->clients[i]->doomed ? NULL : e->clients[i];
  return NULL;
}

void glue_client_end(glue_client *c) {
  glue_env *e = c->env;
  if (e->dispatching == c) {
    /* A setter on Array.prototype got here; turn.c calls again. */
    c->doomed = true;
    return;
  }
  for (size_t i = 0; i < e->client_count; i++)
    if (e->clients[i] == c)
      e->clients[i] = NULL; /* turn.c may be walking the list, which is swept later. */
  reqtask_client_close(c->core, 0);
  e->live -= c->live;
  glue_resting_sweep(e);
  napi_delete_reference(e->env, c->deliver);
  free(c);
}

void glue_clients_sweep(glue_env *e) {
  if (e->in_turn)
    return;
  size_t kept = 0;
  for (size_t i = 0; i < e->client_count; i++)
    if (e->clients[i] != NULL)
      e->clients[kept++] = e->clients[i];
  e->client_count = kept;
}

napi_value glue_close(napi_env env, napi_callback_info info) {
  glue_call call;
  uint64_t number;
  if (!glue_call_begin(env, info, 1, &call) || !glue_id(env, call.args[0], "client", &number))
    return NULL;
  glue_client *c = glue_client_find(call.e, (double)number);
  if (c != NULL)
    glue_client_end(c);
  glue_clients_sweep(call.e);
  glue_env_hold(call.e);
  return NULL;
}
