/*
 * One turn: takes waiting events from each client and hands them to JavaScript, a bounded amount,
 * so that the event loop gets round to everything else. What is left over comes in the next turn.
 */
#include "glue.h"

/* A listener of the TypeScript layer takes some microseconds for an event, so this many stay well
 * below a frame. */
enum { EVENTS_PER_TURN = 256, EVENTS_PER_DISPATCH = 16, BYTES_PER_TURN = 1024 * 1024 };

static void deliver(glue_env *e, glue_client *c, napi_value events) {
  napi_value function, nothing;
  if (napi_get_reference_value(e->env, c->deliver, &function) != napi_ok ||
      napi_get_undefined(e->env, &nothing) != napi_ok)
    return;
  /* c may be closed by this call. */
  napi_call_function(e->env, nothing, function, 1, &events, NULL);
}

/* `deliver` should not throw, and what cannot be caught (a worker's end) cannot be reported either.
   Clears in any case: OpenHarmony keeps a last exception of its own, which makes every later call
   fail (native_engine.h, TryCatch). */
static void report_exception(napi_env env) {
  bool pending = false;
  napi_value thrown = NULL;
  napi_is_exception_pending(env, &pending);
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok && pending && thrown != NULL)
    compat_report_exception(env, thrown);
}

/* Takes from one client until a limit is met, and delivers. `events` and `bytes` are what the turn
 * may still take. */
static void serve(glue_env *e, glue_client *c, uint32_t *events, size_t *bytes) {
  glue_batch batch = {0};
  if (napi_create_array(e->env, &batch.array) != napi_ok)
    return;
  e->dispatching = c;
  e->batch = &batch;
  uint32_t got = 0;
  do {
    got = 0;
    if (reqtask_client_dispatch(c->core, EVENTS_PER_DISPATCH, 0, &got) != REQTASK_OK)
      break;
  } while (got == EVENTS_PER_DISPATCH && !batch.broken && !c->doomed && batch.count < *events &&
           batch.bytes < *bytes);
  e->batch = NULL;
  e->dispatching = NULL;
  *events -= batch.count < *events ? batch.count : *events;
  *bytes -= batch.bytes < *bytes ? batch.bytes : *bytes;
  if (c->doomed)
    glue_client_end(c);
  else if (batch.count > 0)
    deliver(e, c, batch.array);
  report_exception(e->env);
}

static void work(glue_env *e) {
  uint32_t events = EVENTS_PER_TURN;
  size_t bytes = BYTES_PER_TURN;
  size_t count = e->client_count; /* Clients opened meanwhile have nothing yet. */
  e->in_turn = true;
  size_t served = 0;
  for (; served < count && events > 0 && bytes > 0 && !e->dead; served++) {
    size_t at = (e->next_client + served) % count;
    if (e->clients[at] == NULL)
      continue;
    napi_handle_scope scope;
    if (napi_open_handle_scope(e->env, &scope) != napi_ok)
      break;
    serve(e, e->clients[at], &events, &bytes);
    napi_close_handle_scope(e->env, scope);
  }
  e->in_turn = false;
  if (e->dead)
    return;
  if (served < count)
    glue_wake_ring(e->wake); /* Those not served have rung already and will not ring again. */
  e->next_client = count > 0 ? (e->next_client + served) % count : 0;
  glue_clients_sweep(e);
  glue_env_hold(e);
}

/* True if glue_turn_again will run in the next turn of the event loop. */
static bool schedule(glue_env *e) {
  napi_value next_turn, turn, nothing;
  if (e->next_turn == NULL)
    return false;
  if (napi_get_reference_value(e->env, e->next_turn, &next_turn) == napi_ok &&
      napi_get_reference_value(e->env, e->turn, &turn) == napi_ok &&
      napi_get_undefined(e->env, &nothing) == napi_ok &&
      napi_call_function(e->env, nothing, next_turn, 1, &turn, NULL) == napi_ok)
    return true;
  report_exception(e->env);
  return false;
}

static void end_turn(glue_env *e) {
  if (e->dead || schedule(e) || e->dead)
    return;
  if (!glue_wake_rest(e->wake))
    glue_wake_ask(e->wake);
}

void glue_turn(glue_env *e) {
  if (e->dead || e->in_turn)
    return;
  napi_handle_scope scope;
  if (napi_open_handle_scope(e->env, &scope) != napi_ok)
    return;
  glue_wake_begin(e->wake);
  work(e);
  end_turn(e);
  napi_close_handle_scope(e->env, scope);
}

/* The turn after one with work: goes on if there was more, else rests. */
static napi_value again(napi_env env, napi_callback_info info) {
  void *data = NULL;
  napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
  glue_env *e = data;
  if (e != NULL && !e->dead && !glue_wake_rest(e->wake))
    glue_turn(e);
  return NULL;
}

void glue_turn_setup(glue_env *e) {
  napi_value global, next_turn, turn;
  napi_valuetype type = napi_undefined;
  if (COMPAT_NEXT_TURN == NULL || napi_get_global(e->env, &global) != napi_ok)
    return;
  if (napi_get_named_property(e->env, global, COMPAT_NEXT_TURN, &next_turn) != napi_ok) {
    napi_get_and_clear_last_exception(e->env, &next_turn);
    return;
  }
  if (napi_typeof(e->env, next_turn, &type) == napi_ok && type == napi_function &&
      napi_create_function(e->env, "reqtaskTurn", NAPI_AUTO_LENGTH, again, e, &turn) == napi_ok &&
      napi_create_reference(e->env, turn, 1, &e->turn) == napi_ok)
    napi_create_reference(e->env, next_turn, 1, &e->next_turn);
}
