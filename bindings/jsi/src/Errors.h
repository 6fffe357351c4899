// Exceptions for JavaScript. What the core refuses becomes NativeError of native.ts: an Error with
// a number `code`, a `step`, and the core's sentence, which names the option or header at fault. A
// wrong type of argument is a mistake of the caller: TypeError.
//
// Threads: the JavaScript thread; the core's sentence is that of the calling thread.
#pragma once

#include "reqtask.h"

#include <jsi/jsi.h>

#include <exception>
#include <string>

namespace reqtask::errors {

[[noreturn]] void throwType(facebook::jsi::Runtime &runtime, const std::string &message);

[[noreturn]] void throwStatus(facebook::jsi::Runtime &runtime, reqtask_status status,
                              const char *step);

/// Throws unless the status is REQTASK_OK.
inline void check(facebook::jsi::Runtime &runtime, reqtask_status status, const char *step) {
  if (status != REQTASK_OK) {
    throwStatus(runtime, status, step);
  }
}

/// For a client that is not there (any more), and for a host that has ended.
[[noreturn]] void throwClosed(facebook::jsi::Runtime &runtime, const char *step,
                              const char *message);

/// The exception that is being handled, as a JSError: React Native 0.73 reports no others.
std::exception_ptr currentAsJSError(facebook::jsi::Runtime &runtime);

} // namespace reqtask::errors
