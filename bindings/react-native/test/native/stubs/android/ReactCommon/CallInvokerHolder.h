// As ReactAndroid/src/main/jni/react/turbomodule/ReactCommon/CallInvokerHolder.h.
#pragma once

#include <ReactCommon/CallInvoker.h>
#include <fbjni/fbjni.h>

#include <memory>

namespace facebook::react {

class CallInvokerHolder : public jni::HybridClass<CallInvokerHolder> {
public:
  static auto constexpr kJavaDescriptor =
      "Lcom/facebook/react/turbomodule/core/CallInvokerHolderImpl;";
  std::shared_ptr<CallInvoker> getCallInvoker() { return callInvoker_; }

private:
  std::shared_ptr<CallInvoker> callInvoker_;
};

} // namespace facebook::react
