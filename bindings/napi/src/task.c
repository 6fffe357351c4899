/*
 * abort, pause, resume: the core's functions on a task's number. A number that names nothing any
 * more is harmless.
 */
#include "glue.h"

/* The environment and the task's number, or NULL: the call is to have no effect. */
static glue_env *task_of(napi_env env, napi_callback_info info, uint64_t *task) {
  glue_call call;
  bool ok = glue_call_begin(env, info, 1, &call) && glue_id(env, call.args[0], "task", task);
  return ok ? call.e : NULL;
}

napi_value glue_abort(napi_env env, napi_callback_info info) {
  uint64_t task;
  napi_value result = NULL;
  glue_env *e = task_of(env, info, &task);
  bool will = e != NULL && reqtask_abort(task) == REQTASK_OK;
  if (will) {
    glue_rouse(e, task);
    glue_env_hold(e);
  }
  napi_get_boolean(env, will, &result);
  return result;
}

napi_value glue_pause(napi_env env, napi_callback_info info) {
  uint64_t task;
  glue_env *e = task_of(env, info, &task);
  if (e != NULL && reqtask_pause(task) == REQTASK_OK) {
    glue_rest(e, task);
    glue_env_hold(e);
  }
  return NULL;
}

napi_value glue_resume(napi_env env, napi_callback_info info) {
  uint64_t task;
  glue_env *e = task_of(env, info, &task);
  if (e != NULL) {
    glue_rouse(e, task);
    reqtask_resume(task);
    glue_env_hold(e);
  }
  return NULL;
}
