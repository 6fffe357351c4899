// React/Base/RCTBridge+Private.h of 0.73 to 0.81.
#pragma once
#import <React/RCTBridge.h>

@interface RCTCxxBridge : RCTBridge
@property(nonatomic, readonly) void *runtime;
@end
