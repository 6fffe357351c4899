#include "ReqtaskModule.h"

#include "Host.h"
#include "SystemRoots.h"

#include <utility>

namespace reqtask {

using facebook::jsi::JSError;
using facebook::jsi::Object;
using facebook::jsi::Runtime;
using facebook::react::CallInvoker;

ReqtaskModule::ReqtaskModule(std::shared_ptr<CallInvoker> invoker)
    : NativeReqtaskCxxSpec(std::move(invoker)) {}

// Here, where Host is a complete type.
ReqtaskModule::~ReqtaskModule() = default;

Object ReqtaskModule::host(Runtime &runtime) {
  if (!host_) {
    host_ = std::make_unique<Host>(runtime, jsInvoker_);
    runtime_ = &runtime;
  } else if (runtime_ != &runtime) {
    // The call invoker is that of the first runtime: events of a second one (a worklet's) would
    // arrive on the wrong thread.
    throw JSError(runtime, "reqtask: this module belongs to another JavaScript runtime");
  }
  Object object = host_->object(runtime);
  addSystemRoots(runtime, object);
  return object;
}

} // namespace reqtask
