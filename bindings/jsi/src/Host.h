// reqtask for one JavaScript runtime, over JSI: gives it the NativeHost of
// bindings/js/src/native.ts. The entry of this folder.
//
// Ownership: whoever makes it, usually a TurboModule. Destroying it aborts its tasks, waits for
// nothing, and calls no runtime; the runtime may be alive, going or gone. Objects that object()
// gave out stay harmless after that. Threads: the constructor and object() on the JavaScript
// thread, the destructor on any. Each runtime has its own; they share nothing.
#pragma once

#include <ReactCommon/CallInvoker.h>
#include <jsi/jsi.h>

#include <memory>
#include <string>

namespace reqtask {

class Realm;
class Session;

class Host {
public:
  /// `platform`: of NativeHost, for messages only. Throws a JSError when the core has another ABI
  /// than this code.
  Host(facebook::jsi::Runtime &runtime, std::shared_ptr<facebook::react::CallInvoker> invoker,
       std::string platform = "react-native");
  ~Host();
  Host(const Host &) = delete;
  Host &operator=(const Host &) = delete;

  /// A NativeHost. All that one Host gives out share their clients. `runtime` is that of the
  /// constructor.
  facebook::jsi::Object object(facebook::jsi::Runtime &runtime);

private:
  const std::string platform_;
  const std::shared_ptr<Session> session_;
  /// JavaScript owns it, see Realm.h.
  std::weak_ptr<Realm> realm_;
};

} // namespace reqtask
