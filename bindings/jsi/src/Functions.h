// The functions of NativeHost (native.ts), one for each file-local job: client calls in
// ClientFunctions.cpp, start in StartFunction.cpp, calls on a task in TaskFunctions.cpp.
//
// All run on the JavaScript thread and throw JSErrors. After the session's end open and start
// throw, and the others do nothing.
#pragma once

#include "Realm.h"

#include <jsi/jsi.h>

#include <cstddef>

namespace reqtask::functions {

/// `count` and `arguments` as in jsi::HostFunctionType.
using Function = facebook::jsi::Value (*)(facebook::jsi::Runtime &runtime, Realm &realm,
                                          const facebook::jsi::Value *arguments, std::size_t count);

facebook::jsi::Value open(facebook::jsi::Runtime &runtime, Realm &realm,
                          const facebook::jsi::Value *arguments, std::size_t count);
facebook::jsi::Value close(facebook::jsi::Runtime &runtime, Realm &realm,
                           const facebook::jsi::Value *arguments, std::size_t count);
facebook::jsi::Value start(facebook::jsi::Runtime &runtime, Realm &realm,
                           const facebook::jsi::Value *arguments, std::size_t count);
facebook::jsi::Value abort(facebook::jsi::Runtime &runtime, Realm &realm,
                           const facebook::jsi::Value *arguments, std::size_t count);
facebook::jsi::Value pause(facebook::jsi::Runtime &runtime, Realm &realm,
                           const facebook::jsi::Value *arguments, std::size_t count);
facebook::jsi::Value resume(facebook::jsi::Runtime &runtime, Realm &realm,
                            const facebook::jsi::Value *arguments, std::size_t count);

} // namespace reqtask::functions
