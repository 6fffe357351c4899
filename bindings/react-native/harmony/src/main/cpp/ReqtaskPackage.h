// The package that autolinking puts into an app of React Native on OpenHarmony:
// rnoh::ReqtaskPackage, by this name and in this namespace, since autolinking generates the code
// that makes one.
#pragma once

#include "RNOH/Package.h"

namespace rnoh {

class ReqtaskPackage : public Package {
public:
  explicit ReqtaskPackage(Package::Context ctx);

  /// Creates the C++ TurboModule "Reqtask" and nothing else.
  std::unique_ptr<TurboModuleFactoryDelegate> createTurboModuleFactoryDelegate() override;
};

} // namespace rnoh
