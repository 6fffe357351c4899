#pragma once
#import <Foundation/Foundation.h>

@interface RCTBridge : NSObject
@end
