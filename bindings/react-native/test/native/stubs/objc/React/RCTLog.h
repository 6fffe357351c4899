#pragma once
#import <Foundation/Foundation.h>

extern "C" void RCTLogError(NSString *format, ...);
