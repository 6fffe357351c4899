// React/Base/RCTBridgeModule.h: the macros do as there, but for the table of exported methods.
#pragma once
#import <Foundation/Foundation.h>

@class RCTBridge;

@protocol RCTBridgeModule <NSObject>
@optional
@property(nonatomic, weak, readonly) RCTBridge *bridge;
+ (BOOL)requiresMainQueueSetup;
@end

extern "C" void RCTRegisterModule(Class);

#define RCT_EXPORT_MODULE(js_name)                                                                 \
  +(NSString *)moduleName {                                                                        \
    return @ #js_name;                                                                             \
  }                                                                                                \
  +(void)load {                                                                                    \
    RCTRegisterModule(self);                                                                       \
  }

#define RCT_EXPORT_BLOCKING_SYNCHRONOUS_METHOD(method) -(id)method
