#include "ArrayBuffers.h"

#include "CoreBuffer.h"

#include <cstring>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace reqtask {

namespace jsi = facebook::jsi;

namespace {

/// Hermes does not count memory that is not its own, and would collect too late. React Native 0.73
/// has no such function.
template <typename Object>
auto tellPressure(jsi::Runtime &runtime, const Object &object, std::size_t bytes, int)
    -> decltype(object.setExternalMemoryPressure(runtime, bytes)) {
  object.setExternalMemoryPressure(runtime, bytes);
}

template <typename Object> void tellPressure(jsi::Runtime &, const Object &, std::size_t, long) {}

} // namespace

ArrayBuffers::ArrayBuffers(jsi::Runtime &runtime)
    : constructor_(runtime.global().getPropertyAsFunction(runtime, "ArrayBuffer")) {}

std::optional<jsi::ArrayBuffer> ArrayBuffers::make(jsi::Runtime &runtime, reqtask_bytes bytes) {
  if (!sharing_ || bytes.len < kShareFromBytes) {
    return copy(runtime, bytes);
  }
  std::optional<jsi::ArrayBuffer> made = share(runtime, bytes);
  if (!made) {
    made = copy(runtime, bytes);
    sharing_ = !made;
  }
  return made;
}

std::optional<jsi::ArrayBuffer> ArrayBuffers::share(jsi::Runtime &runtime, reqtask_bytes bytes) {
  try {
    jsi::ArrayBuffer made(runtime, std::make_shared<CoreBuffer>(bytes));
    if (made.size(runtime) != bytes.len) {
      return std::nullopt;
    }
    std::uint8_t *const data = made.data(runtime);
    if (data == bytes.data) {
      tellPressure(runtime, made, bytes.len, 0);
      return made;
    }
    if (data == nullptr) {
      return std::nullopt;
    }
    std::memcpy(data, bytes.data, bytes.len);
    sharing_ = false;
    return made;
  } catch (const std::exception &) {
    return std::nullopt;
  }
}

std::optional<jsi::ArrayBuffer> ArrayBuffers::copy(jsi::Runtime &runtime,
                                                   reqtask_bytes bytes) const {
  try {
    jsi::Object object =
        constructor_.callAsConstructor(runtime, static_cast<double>(bytes.len)).asObject(runtime);
    if (!object.isArrayBuffer(runtime)) {
      return std::nullopt;
    }
    jsi::ArrayBuffer made = std::move(object).getArrayBuffer(runtime);
    if (bytes.len > 0) {
      std::uint8_t *const data = made.data(runtime);
      if (data == nullptr || made.size(runtime) != bytes.len) {
        return std::nullopt;
      }
      std::memcpy(data, bytes.data, bytes.len);
    }
    return made;
  } catch (const std::exception &) {
    return std::nullopt;
  }
}

} // namespace reqtask
