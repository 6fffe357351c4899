/*
 * Hermes, as React Native sets it up: with its own queue of microtasks, drained by the host.
 */
#include "Engine.h"

#include <hermes/hermes.h>

namespace harness {

const char *const engineName = "hermes";

std::unique_ptr<facebook::jsi::Runtime> makeEngine() {
  const auto config = hermes::vm::RuntimeConfig::Builder()
                          .withMicrotaskQueue(true)
                          .withES6BlockScoping(true)
                          .build();
  return facebook::hermes::makeHermesRuntime(config);
}

void trackRejections(facebook::jsi::Runtime &runtime) {
  static const char script[] = "HermesInternal.enablePromiseRejectionTracker({ allRejections: true,"
                               " onUnhandled: (id, reason) => __unhandledRejection(reason) });";
  runtime.evaluateJavaScript(std::make_shared<facebook::jsi::StringBuffer>(script), "rejections");
}

} // namespace harness
