// abort, pause, resume: the core's functions on a task's number. A number that names nothing any
// more is harmless.
#include "Arguments.h"
#include "Functions.h"

namespace reqtask::functions {

namespace jsi = facebook::jsi;

namespace {

reqtask_id taskOf(jsi::Runtime &runtime, const jsi::Value *arguments, std::size_t count) {
  arguments::expectCount(runtime, count, 1);
  return arguments::id(runtime, arguments[0], "task");
}

} // namespace

jsi::Value abort(jsi::Runtime &runtime, Realm &, const jsi::Value *arguments, std::size_t count) {
  return reqtask_abort(taskOf(runtime, arguments, count)) == REQTASK_OK;
}

jsi::Value pause(jsi::Runtime &runtime, Realm &, const jsi::Value *arguments, std::size_t count) {
  reqtask_pause(taskOf(runtime, arguments, count));
  return jsi::Value::undefined();
}

jsi::Value resume(jsi::Runtime &runtime, Realm &, const jsi::Value *arguments, std::size_t count) {
  reqtask_resume(taskOf(runtime, arguments, count));
  return jsi::Value::undefined();
}

} // namespace reqtask::functions
