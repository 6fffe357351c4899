// The module of the old architecture on iOS: one method, which leaves the host in the global __reqtaskHost (Install.h).
// Compiled where OnLoad.mm is not: React Native 0.73 to 0.75, and later versions with the old architecture.
//
// There is no invalidate: the host belongs to a JavaScript object and ends with the runtime.
#import <Foundation/Foundation.h>

#if !defined(RCT_NEW_ARCH_ENABLED) || !__has_include(<ReactCommon/CxxTurboModuleUtils.h>)

#import "Install.h"

#import <React/RCTBridge+Private.h>
#import <React/RCTBridge.h>
#import <React/RCTBridgeModule.h>
#import <React/RCTLog.h>
#import <ReactCommon/RCTTurboModule.h>

#include <exception>

@interface ReqtaskLegacy : NSObject <RCTBridgeModule>
@end

@implementation ReqtaskLegacy

@synthesize bridge = _bridge;

RCT_EXPORT_MODULE(Reqtask)

+ (BOOL)requiresMainQueueSetup {
  return NO;
}

// Synchronous, hence on the JavaScript thread. @NO where there is no runtime in this process (the old remote debugging in
// Chrome); that is for JavaScript to report.
RCT_EXPORT_BLOCKING_SYNCHRONOUS_METHOD(install) {
  // In React Native 0.73 a module's bridge is the RCTCxxBridge itself or, without a bridge, a proxy with the same property.
  RCTCxxBridge *bridge = (RCTCxxBridge *)self.bridge;
  auto *runtime = static_cast<facebook::jsi::Runtime *>(bridge.runtime);
  if (runtime == nullptr) {
    return @NO;
  }
  // No C++ exception may pass through the bridge's Objective-C.
  try {
    reqtask::install(*runtime, bridge.jsCallInvoker);
    return @YES;
  } catch (const std::exception &error) {
    RCTLogError(@"reqtask: %s", error.what());
    return @NO;
  }
}

@end

#endif
