/*
 * JavaScriptCore, through React Native's own JSCRuntime. Its context is private, so the linker
 * brings the call that makes it here (--wrap), for what JSI has no words for.
 */
#include "Engine.h"

#include <JavaScriptCore/JavaScript.h>
#include <jsc/JSCRuntime.h>

#include <stdexcept>

#ifndef HARNESS_JSC_NAME
#define HARNESS_JSC_NAME "jsc"
#endif

static thread_local JSGlobalContextRef lastContext;

extern "C" {
// Exported by the library and declared in a header that is not installed.
void JSGlobalContextSetUnhandledRejectionCallback(JSGlobalContextRef context, JSObjectRef function,
                                                  JSValueRef *exception);

// The linker's names for the real function and for ours.
JSGlobalContextRef __real_JSGlobalContextCreateInGroup(JSContextGroupRef group, JSClassRef global);
JSGlobalContextRef __wrap_JSGlobalContextCreateInGroup(JSContextGroupRef group, JSClassRef global) {
  lastContext = __real_JSGlobalContextCreateInGroup(group, global);
  return lastContext;
}
}

namespace harness {

const char *const engineName = HARNESS_JSC_NAME;

std::unique_ptr<facebook::jsi::Runtime> makeEngine() { return facebook::jsc::makeJSCRuntime(); }

void trackRejections(facebook::jsi::Runtime &) {
  JSStringRef script = JSStringCreateWithUTF8CString(
      "(function (promise, reason) { __unhandledRejection(reason); })");
  JSValueRef exception = nullptr;
  const JSValueRef listener =
      JSEvaluateScript(lastContext, script, nullptr, nullptr, 0, &exception);
  JSStringRelease(script);
  if (exception == nullptr) {
    JSGlobalContextSetUnhandledRejectionCallback(
        lastContext, JSValueToObject(lastContext, listener, nullptr), &exception);
  }
  if (exception != nullptr) {
    throw std::runtime_error("JavaScriptCore does not track rejections");
  }
}

} // namespace harness
