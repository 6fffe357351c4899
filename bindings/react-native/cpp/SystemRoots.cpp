#include "SystemRoots.h"

#include <atomic>

namespace reqtask {

using facebook::jsi::Function;
using facebook::jsi::Object;
using facebook::jsi::PropNameID;
using facebook::jsi::Runtime;
using facebook::jsi::String;
using facebook::jsi::Value;

namespace {
// Set while a library is loaded, read on JavaScript threads. Nothing else is published with it.
std::atomic<SystemRootsReader> current{nullptr};
} // namespace

void setSystemRootsReader(SystemRootsReader reader) { current = reader; }

void addSystemRoots(Runtime &runtime, Object &host) {
  SystemRootsReader reader = current;
  if (!reader) {
    return;
  }
  // JSI turns a std::exception into a JavaScript Error.
  auto read = [reader](Runtime &caller, const Value &, const Value *, size_t) -> Value {
    return String::createFromUtf8(caller, reader());
  };
  auto name = PropNameID::forAscii(runtime, "systemRoots");
  host.setProperty(runtime, name, Function::createFromHostFunction(runtime, name, 0, read));
}

} // namespace reqtask
