// The interface of bindings/jsi/src/Host.h.
#pragma once

#include <ReactCommon/CallInvoker.h>
#include <jsi/jsi.h>

#include <memory>
#include <string>

namespace reqtask {

class Host {
public:
  Host(facebook::jsi::Runtime &runtime, std::shared_ptr<facebook::react::CallInvoker> invoker,
       std::string platform = "react-native");
  ~Host();
  facebook::jsi::Object object(facebook::jsi::Runtime &runtime);
};

} // namespace reqtask
