#include "Primitives.h"

#include "Engine.h"
#include "Process.h"

#include <jsi/instrumentation.h>

#include <utility>

namespace harness {

namespace jsi = facebook::jsi;

namespace {

using Body = std::function<jsi::Value(jsi::Runtime &, const jsi::Value *, std::size_t)>;

void define(jsi::Runtime &runtime, jsi::Object &target, const char *name, unsigned arity,
            Body body) {
  auto call = [body = std::move(body), arity, name](jsi::Runtime &rt, const jsi::Value &,
                                                    const jsi::Value *arguments,
                                                    std::size_t count) -> jsi::Value {
    if (count < arity) {
      throw jsi::JSError(rt, std::string("__native.") + name + ": too few arguments");
    }
    return body(rt, arguments, count);
  };
  target.setProperty(runtime, name,
                     jsi::Function::createFromHostFunction(runtime,
                                                           jsi::PropNameID::forAscii(runtime, name),
                                                           arity, std::move(call)));
}

/* The loop's tasks are copyable, and a Function is not. */
EventLoop::Task callLater(jsi::Runtime &runtime, const jsi::Value &function) {
  auto kept = std::make_shared<jsi::Function>(function.asObject(runtime).asFunction(runtime));
  return [kept](jsi::Runtime &rt) { kept->call(rt); };
}

} // namespace

void Primitives::install(jsi::Runtime &runtime, const std::shared_ptr<EventLoop> &loop) const {
  jsi::Object native(runtime);
  native.setProperty(runtime, "engine", jsi::String::createFromAscii(runtime, engineName));
  const std::weak_ptr<EventLoop> weak = loop;

  define(runtime, native, "addTimer", 2,
         [weak](jsi::Runtime &rt, const jsi::Value *arguments, std::size_t) -> jsi::Value {
           const auto held = weak.lock();
           return held ? static_cast<double>(
                             held->addTimer(arguments[1].asNumber(), callLater(rt, arguments[0])))
                       : 0.0;
         });
  define(runtime, native, "removeTimer", 1,
         [weak](jsi::Runtime &, const jsi::Value *arguments, std::size_t) {
           if (const auto held = weak.lock()) {
             held->removeTimer(static_cast<std::uint64_t>(arguments[0].asNumber()));
           }
           return jsi::Value();
         });
  define(runtime, native, "print", 2,
         [print = print](jsi::Runtime &rt, const jsi::Value *arguments, std::size_t) {
           print(arguments[0].asString(rt).utf8(rt), arguments[1].getBool());
           return jsi::Value();
         });
  define(runtime, native, "done", 2,
         [done = done](jsi::Runtime &, const jsi::Value *arguments, std::size_t) {
           done(static_cast<int>(arguments[0].asNumber()),
                static_cast<int>(arguments[1].asNumber()));
           return jsi::Value();
         });
  define(runtime, native, "collectGarbage", 0,
         [](jsi::Runtime &rt, const jsi::Value *, std::size_t) {
           rt.instrumentation().collectGarbage("asked for");
           return jsi::Value();
         });
  define(runtime, native, "nowUs", 0,
         [](jsi::Runtime &, const jsi::Value *, std::size_t) -> jsi::Value {
           const auto now = EventLoop::Clock::now().time_since_epoch();
           return std::chrono::duration<double, std::micro>(now).count();
         });
  define(runtime, native, "residentBytes", 0,
         [](jsi::Runtime &, const jsi::Value *, std::size_t) -> jsi::Value {
           return static_cast<double>(residentBytes());
         });
  runtime.global().setProperty(runtime, "__native", native);
}

} // namespace harness
