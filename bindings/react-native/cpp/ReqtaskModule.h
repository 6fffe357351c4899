// The TurboModule "Reqtask": what React Native creates, once for each runtime, when JavaScript
// first asks for it.
//
// Thin on purpose. Everything that matters is in reqtask::Host (bindings/jsi), which knows nothing
// of TurboModules; this class only makes one with the runtime that asks, and lets it go with
// itself. React Native drops its references to a module one by one, from the garbage collector and
// from its own threads, before or after the runtime's end: the last one runs Host's destructor,
// which is made for each of these.
//
// ReqtaskSpecJSI.h is codegen's output for src/NativeReqtask.ts and is shipped with the package.
#pragma once

#include <ReqtaskSpecJSI.h>

#include <memory>

namespace reqtask {

class Host;

class ReqtaskModule : public facebook::react::NativeReqtaskCxxSpec<ReqtaskModule> {
public:
  explicit ReqtaskModule(std::shared_ptr<facebook::react::CallInvoker> invoker);
  ~ReqtaskModule() override;

  /// The NativeHost of bindings/js/src/native.ts for `runtime`. On the JavaScript thread, as every
  /// call of the spec.
  facebook::jsi::Object host(facebook::jsi::Runtime &runtime);

private:
  std::unique_ptr<Host> host_;
  /// Whose host it is; compared, never followed.
  facebook::jsi::Runtime *runtime_ = nullptr;
};

} // namespace reqtask
