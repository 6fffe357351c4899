/*
 * abort, pause, resume: the core's functions on a task's number. A number that names nothing any
 * more is harmless.
 */
#include "glue.h"

static bool task_of(napi_env env, napi_callback_info info, uint64_t *task) {
  glue_call call;
  return glue_call_begin(env, info, 1, &call) && glue_id(env, call.args[0], "task", task);
}

napi_value glue_abort(napi_env env, napi_callback_info info) {
  uint64_t task;
  napi_value result = NULL;
  bool will = task_of(env, info, &task) && reqtask_abort(task) == REQTASK_OK;
  napi_get_boolean(env, will, &result);
  return result;
}

napi_value glue_pause(napi_env env, napi_callback_info info) {
  uint64_t task;
  if (task_of(env, info, &task))
    reqtask_pause(task);
  return NULL;
}

napi_value glue_resume(napi_env env, napi_callback_info info) {
  uint64_t task;
  if (task_of(env, info, &task))
    reqtask_resume(task);
  return NULL;
}
