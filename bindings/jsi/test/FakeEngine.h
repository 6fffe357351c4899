// An engine that makes ArrayBuffers of foreign memory as others do: JavaScriptCore behind a
// decorator.
#pragma once

#include <jsi/decorator.h>
#include <jsi/jsi.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace test {

enum class Foreign {
  Taken,      ///< As Hermes, and JSCRuntime.cpp as harness/patch-jsc.mjs leaves it: no copy.
  Refused,    ///< As JavaScriptCore: throws std::logic_error.
  Zeroed,     ///< As JSVM of RN for OpenHarmony: zeros of the same size.
  Short,      ///< No engine known: a buffer of another size.
  NoMemory,   ///< Throws a RangeError, and so does `new ArrayBuffer`.
  ThrowsOnce, ///< Throws a RangeError once although there is memory.
};

class FakeEngine : public facebook::jsi::RuntimeDecorator<facebook::jsi::Runtime> {
public:
  FakeEngine(std::unique_ptr<facebook::jsi::Runtime> plain, Foreign kind)
      : RuntimeDecorator(*plain), foreign(kind), plain_(std::move(plain)) {}

  facebook::jsi::ArrayBuffer
  createArrayBuffer(std::shared_ptr<facebook::jsi::MutableBuffer> buffer) override {
    tries++;
    switch (foreign) {
    case Foreign::Taken:
      return RuntimeDecorator::createArrayBuffer(std::move(buffer));
    case Foreign::Refused:
      throw std::logic_error("Not implemented");
    case Foreign::Zeroed:
      return allocate(buffer->size());
    case Foreign::Short:
      return allocate(buffer->size() - 1);
    case Foreign::ThrowsOnce:
      foreign = Foreign::Taken;
      throw facebook::jsi::JSError(*this, "once");
    case Foreign::NoMemory:
      break;
    }
    throw facebook::jsi::JSError(*this, "Out of memory");
  }

  facebook::jsi::Value callAsConstructor(const facebook::jsi::Function &function,
                                         const facebook::jsi::Value *arguments,
                                         std::size_t count) override {
    if (foreign == Foreign::NoMemory && count == 1 && arguments[0].isNumber()) {
      throw facebook::jsi::JSError(*this, "Out of memory");
    }
    return RuntimeDecorator::callAsConstructor(function, arguments, count);
  }

  void setExternalMemoryPressure(const facebook::jsi::Object &object, std::size_t bytes) override {
    pressure += bytes;
    RuntimeDecorator::setExternalMemoryPressure(object, bytes);
  }

  Foreign foreign;
  int tries = 0;
  std::size_t pressure = 0;

private:
  facebook::jsi::ArrayBuffer allocate(std::size_t size) {
    return global()
        .getPropertyAsFunction(*this, "ArrayBuffer")
        .callAsConstructor(*this, static_cast<double>(size))
        .asObject(*this)
        .getArrayBuffer(*this);
  }

  const std::unique_ptr<facebook::jsi::Runtime> plain_;
};

} // namespace test
