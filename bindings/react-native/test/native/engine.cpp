// The way in of the old architecture and systemRoots, in a real engine (JavaScriptCore with React
// Native's own JSCRuntime.cpp, whose assertions end the process when a JSI value outlives the
// runtime). The host is a stand-in that counts itself; the real one has its tests in bindings/jsi.
#include "Host.h"
#include "Install.h"
#include "SystemRoots.h"

#include <ReactCommon/CallInvoker.h>
#include <jsc/JSCRuntime.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

using facebook::jsi::Object;
using facebook::jsi::Runtime;
using facebook::jsi::StringBuffer;

namespace {

int alive = 0;

struct Invoker : facebook::react::CallInvoker {
  void invokeAsync(facebook::react::CallFunc &&) noexcept override {}
  void invokeSync(facebook::react::CallFunc &&) override {}
};

void check(bool holds, const char *what) {
  if (!holds) {
    std::fprintf(stderr, "not so: %s\n", what);
    std::exit(1);
  }
}

std::string run(Runtime &runtime, const char *code) {
  auto buffer = std::make_shared<StringBuffer>(code);
  return runtime.evaluateJavaScript(buffer, "test").toString(runtime).utf8(runtime);
}

std::string roots() { return "-----BEGIN"; }
std::string noRoots() { throw std::runtime_error("no roots here"); }

} // namespace

namespace reqtask {

Host::Host(Runtime &, std::shared_ptr<facebook::react::CallInvoker>, std::string) { ++alive; }
Host::~Host() { --alive; }

Object Host::object(Runtime &runtime) {
  Object object(runtime);
  object.setProperty(runtime, "version", "0");
  return object;
}

} // namespace reqtask

int main() {
  auto invoker = std::make_shared<Invoker>();

  auto first = facebook::jsc::makeJSCRuntime();
  reqtask::install(*first, invoker);
  check(alive == 1, "a host was made");
  // As src/native.ts takes it.
  check(run(*first, "var host = __reqtaskHost; delete globalThis.__reqtaskHost; host.version") ==
            "0",
        "the host is in the global");
  check(run(*first, "typeof __reqtaskHost") == "undefined", "JavaScript can take the global away");
  check(run(*first, "typeof host.systemRoots") == "undefined",
        "without a reader there is no systemRoots");
  check(alive == 1, "the host lives on with its object");

  reqtask::setSystemRootsReader(roots);
  auto second = facebook::jsc::makeJSCRuntime();
  reqtask::install(*second, invoker);
  check(run(*second, "__reqtaskHost.systemRoots()") == "-----BEGIN",
        "systemRoots returns what the reader does");
  check(alive == 2, "each runtime has its own host");
  reqtask::setSystemRootsReader(noRoots);
  reqtask::install(*second, invoker);
  check(run(*second,
            "try { __reqtaskHost.systemRoots() } catch (e) { e instanceof Error && e.message }")
                .find("no roots here") != std::string::npos,
        "an exception becomes an Error");

  // A reload: the runtime goes, and the host with it. (A second install left a second host in the
  // second runtime.)
  first.reset();
  check(alive == 2, "a host ends with its runtime, and only with it");
  second.reset();
  check(alive == 0, "no host is left");
  std::puts("as expected");
}
