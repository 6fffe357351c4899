// Registers the C++ TurboModule when the app starts, which is how React Native on iOS finds one (0.76 and newer, new
// architecture). Nothing refers to this class: the pod compiles it from source so that the linker keeps it.
#import <Foundation/Foundation.h>

#if defined(RCT_NEW_ARCH_ENABLED) && __has_include(<ReactCommon/CxxTurboModuleUtils.h>)

#import "ReqtaskModule.h"

#import <ReactCommon/CxxTurboModuleUtils.h>

#include <memory>
#include <string>
#include <utility>

@interface ReqtaskOnLoad : NSObject
@end

@implementation ReqtaskOnLoad

+ (void)load {
  facebook::react::registerCxxModuleToGlobalModuleMap(
      std::string(reqtask::ReqtaskModule::kModuleName),
      [](std::shared_ptr<facebook::react::CallInvoker> invoker) {
        return std::make_shared<reqtask::ReqtaskModule>(std::move(invoker));
      });
}

@end

#endif
