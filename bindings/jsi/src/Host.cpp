#include "Host.h"

#include "Functions.h"
#include "Realm.h"
#include "Session.h"

#include <utility>

namespace reqtask {

namespace jsi = facebook::jsi;

namespace {

void addFunction(jsi::Runtime &runtime, const jsi::Object &object,
                 const std::shared_ptr<Realm> &realm, const char *name, unsigned parameters,
                 functions::Function function) {
  const auto id = jsi::PropNameID::forAscii(runtime, name);
  const auto call = [realm, function](jsi::Runtime &itsRuntime, const jsi::Value &,
                                      const jsi::Value *arguments, std::size_t count) {
    realm->session->bell()->retry();
    return function(itsRuntime, *realm, arguments, count);
  };
  object.setProperty(runtime, id,
                     jsi::Function::createFromHostFunction(runtime, id, parameters, call));
}

} // namespace

Host::Host(jsi::Runtime &runtime, std::shared_ptr<facebook::react::CallInvoker> invoker,
           std::string platform)
    : platform_(std::move(platform)), session_(std::make_shared<Session>(std::move(invoker))) {
  if (reqtask_abi_version() != REQTASK_ABI_VERSION) {
    throw jsi::JSError(runtime, "reqtask: the core and the binding are of different versions");
  }
  realm_ = Realm::make(runtime, session_);
}

Host::~Host() {
  session_->end();
  // The last call, if the runtime goes on and takes it: the Realm lets its JSI values go.
  session_->bell()->ring();
  session_->bell()->silence();
}

jsi::Object Host::object(jsi::Runtime &runtime) {
  const std::shared_ptr<Realm> realm = realm_.lock();
  if (!realm) {
    throw jsi::JSError(runtime, "reqtask: the runtime of this host is gone");
  }
  jsi::Object object(runtime);
  object.setProperty(runtime, "version", jsi::String::createFromAscii(runtime, reqtask_version()));
  object.setProperty(runtime, "platform", jsi::String::createFromUtf8(runtime, platform_));
  addFunction(runtime, object, realm, "open", 2, functions::open);
  addFunction(runtime, object, realm, "close", 1, functions::close);
  addFunction(runtime, object, realm, "start", 7, functions::start);
  addFunction(runtime, object, realm, "abort", 1, functions::abort);
  addFunction(runtime, object, realm, "pause", 1, functions::pause);
  addFunction(runtime, object, realm, "resume", 1, functions::resume);
  return object;
}

} // namespace reqtask
