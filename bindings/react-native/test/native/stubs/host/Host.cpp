#include "Host.h"

#include "reqtask.h"

namespace reqtask {

Host::Host(facebook::jsi::Runtime &, std::shared_ptr<facebook::react::CallInvoker>, std::string) {}
Host::~Host() = default;

facebook::jsi::Object Host::object(facebook::jsi::Runtime &runtime) {
  facebook::jsi::Object object(runtime);
  object.setProperty(runtime, "abi", static_cast<double>(reqtask_abi_version()));
  return object;
}

} // namespace reqtask
