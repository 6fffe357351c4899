#include "Errors.h"

#include "StringCodec.h"

#include <utility>

namespace reqtask::errors {

namespace jsi = facebook::jsi;

namespace {

jsi::Object make(jsi::Runtime &runtime, const char *constructor, const std::string &message) {
  return runtime.global()
      .getPropertyAsFunction(runtime, constructor)
      .callAsConstructor(runtime, StringCodec::fromUtf8(runtime, message))
      .asObject(runtime);
}

[[noreturn]] void throwNative(jsi::Runtime &runtime, reqtask_status status, const char *step,
                              const std::string &message) {
  jsi::Object error = make(runtime, "Error", message);
  error.setProperty(runtime, "code", status);
  error.setProperty(runtime, "step", jsi::String::createFromAscii(runtime, step));
  throw jsi::JSError(runtime, jsi::Value(std::move(error)));
}

} // namespace

void throwType(jsi::Runtime &runtime, const std::string &message) {
  throw jsi::JSError(runtime, jsi::Value(make(runtime, "TypeError", "reqtask: " + message)));
}

void throwStatus(jsi::Runtime &runtime, reqtask_status status, const char *step) {
  std::string sentence(reqtask_last_error(nullptr, 0), '\0');
  if (sentence.empty()) {
    sentence = reqtask_status_text(status);
  } else {
    // The NUL goes where std::string keeps one anyway.
    reqtask_last_error(&sentence[0], sentence.size() + 1);
  }
  throwNative(runtime, status, step, sentence);
}

void throwClosed(jsi::Runtime &runtime, const char *step, const char *message) {
  throwNative(runtime, REQTASK_E_CLOSED, step, message);
}

std::exception_ptr currentAsJSError(jsi::Runtime &runtime) {
  std::string what = "unknown C++ exception";
  try {
    throw;
  } catch (const jsi::JSError &) {
    return std::current_exception();
  } catch (const std::exception &error) {
    what = error.what();
  } catch (...) {
  }
  try {
    return std::make_exception_ptr(jsi::JSError(runtime, "reqtask: " + what));
  } catch (...) {
    // The engine cannot even make an Error.
    return std::current_exception();
  }
}

} // namespace reqtask::errors
