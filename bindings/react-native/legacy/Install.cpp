#include "Install.h"

#include "Host.h"
#include "SystemRoots.h"

#include <utility>

namespace reqtask {

using facebook::jsi::HostObject;
using facebook::jsi::Object;
using facebook::jsi::Runtime;
using facebook::react::CallInvoker;

namespace {
/// Ties a Host to the life of a JavaScript object: its collection, or the end of the runtime.
class HostOwner : public HostObject {
public:
  HostOwner(Runtime &runtime, std::shared_ptr<CallInvoker> invoker)
      : host(runtime, std::move(invoker)) {}

  Host host;
};
} // namespace

void install(Runtime &runtime, std::shared_ptr<CallInvoker> invoker) {
  auto owner = std::make_shared<HostOwner>(runtime, std::move(invoker));
  Object object = owner->host.object(runtime);
  addSystemRoots(runtime, object);
  object.setProperty(runtime, "owner", Object::createFromHostObject(runtime, owner));
  runtime.global().setProperty(runtime, hostGlobal, object);
}

} // namespace reqtask
