// The part of RNOH's Package.h and TurboModuleFactory.h that ReqtaskPackage uses.
#pragma once

#include <ReactCommon/CallInvoker.h>
#include <ReactCommon/TurboModule.h>

#include <memory>
#include <string>

namespace rnoh {

struct ArkTSTurboModule {
  struct Context {
    std::shared_ptr<facebook::react::CallInvoker> jsInvoker;
  };
};

class TurboModuleFactoryDelegate {
public:
  using Context = ArkTSTurboModule::Context;
  using SharedTurboModule = std::shared_ptr<facebook::react::TurboModule>;
  virtual ~TurboModuleFactoryDelegate() {}
  virtual SharedTurboModule createTurboModule(Context ctx, const std::string &name) const = 0;
};

class Package {
public:
  struct Context {};
  explicit Package(Context) {}
  virtual ~Package() {}
  virtual std::unique_ptr<TurboModuleFactoryDelegate> createTurboModuleFactoryDelegate() {
    return nullptr;
  }
};

} // namespace rnoh
