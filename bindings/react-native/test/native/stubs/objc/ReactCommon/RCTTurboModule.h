// ReactCommon/react/nativemodule/core/platform/ios/ReactCommon/RCTTurboModule.h
#pragma once
#import <React/RCTBridge.h>
#import <ReactCommon/CallInvoker.h>

#include <memory>

@interface RCTBridge (RCTTurboModule)
- (std::shared_ptr<facebook::react::CallInvoker>)jsCallInvoker;
@end
