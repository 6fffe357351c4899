#include "ReqtaskPackage.h"

#include "ReqtaskModule.h"

#include <utility>

namespace rnoh {
namespace {

class Delegate : public TurboModuleFactoryDelegate {
public:
  SharedTurboModule createTurboModule(Context ctx, const std::string &name) const override {
    if (name != reqtask::ReqtaskModule::kModuleName) {
      return nullptr;
    }
    return std::make_shared<reqtask::ReqtaskModule>(ctx.jsInvoker);
  }
};

} // namespace

ReqtaskPackage::ReqtaskPackage(Package::Context ctx) : Package(std::move(ctx)) {}

std::unique_ptr<TurboModuleFactoryDelegate> ReqtaskPackage::createTurboModuleFactoryDelegate() {
  return std::make_unique<Delegate>();
}

} // namespace rnoh
