// The way in without TurboModules: React Native 0.73 to 0.75, and later versions with the old
// architecture.
//
// A native module of the old kind cannot return an object of host functions. Its one method,
// install(), gets hold of the runtime and of the call invoker and leaves the host object in a
// global, from where src/native.ts takes and removes it.
#pragma once

#include <ReactCommon/CallInvoker.h>
#include <jsi/jsi.h>

#include <memory>

namespace reqtask {

/// The global that holds the host object from install() until JavaScript has taken it.
inline constexpr const char *hostGlobal = "__reqtaskHost";

/// On the JavaScript thread of `runtime`. The host belongs to the object that is left there, and so
/// ends with the runtime: nothing has to be told about a reload.
void install(facebook::jsi::Runtime &runtime,
             std::shared_ptr<facebook::react::CallInvoker> invoker);

} // namespace reqtask
