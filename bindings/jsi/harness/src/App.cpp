#include "App.h"

#include "Engine.h"
#include "LoopCallInvoker.h"
#include "Primitives.h"

#include <ReactCommon/TurboModuleBinding.h>
#include <ReqtaskModule.h>

#include <cstdio>
#include <thread>
#include <utility>

namespace harness {

namespace jsi = facebook::jsi;
namespace react = facebook::react;

namespace {

/* React Native 0.84 and newer hand the runtime to the provider, too. */
template <typename Provider> auto asProvider(Provider provider) {
  struct Both {
    Provider provider;
    std::shared_ptr<react::TurboModule> operator()(const std::string &name) const {
      return provider(name);
    }
    std::shared_ptr<react::TurboModule> operator()(jsi::Runtime &, const std::string &name) const {
      return provider(name);
    }
  };
  return Both{std::move(provider)};
}

template <typename Provider> void install(jsi::Runtime &runtime, Provider provider) {
#ifdef HARNESS_PROVIDER_WITH_RUNTIME
  react::TurboModuleBinding::install(
      runtime, react::TurboModuleProviderFunctionTypeWithRuntime(asProvider(std::move(provider))));
#else
  react::TurboModuleBinding::install(
      runtime, react::TurboModuleProviderFunctionType(asProvider(std::move(provider))));
#endif
}

} // namespace

App::App(const std::string &environmentJson, const std::vector<Script> &scripts,
         ManagerEnds managerEnds)
    : scripts_(scripts), managerEnds_(managerEnds), runtime_(makeEngine()),
      loop_(std::make_shared<EventLoop>()),
      manager_(std::make_shared<std::shared_ptr<react::TurboModule>>()) {
  Primitives primitives;
  primitives.done = [this](int passed, int failed) {
    outcome_.passed += passed;
    outcome_.failed += failed;
    loop_->stop();
  };
  primitives.print = [](const std::string &line, bool toError) {
    std::fprintf(toError ? stderr : stdout, "%s\n", line.c_str());
    std::fflush(toError ? stderr : stdout);
  };
  primitives.install(*runtime_, loop_);
  const auto json = jsi::Value::createFromJsonUtf8(
      *runtime_, reinterpret_cast<const std::uint8_t *>(environmentJson.data()),
      environmentJson.size());
  runtime_->global().setProperty(*runtime_, "environment", json);
  trackRejections(*runtime_);
  installModules();
}

void App::installModules() {
  const auto invoker = std::make_shared<LoopCallInvoker>(loop_);
  auto provider = [invoker, manager = manager_](
                      const std::string &name) -> std::shared_ptr<react::TurboModule> {
    if (name != "Reqtask") {
      return nullptr;
    }
    if (!*manager) {
      *manager = std::make_shared<reqtask::ReqtaskModule>(invoker);
    }
    return *manager;
  };
  install(*runtime_, std::move(provider));
}

Outcome App::run() {
  // The scripts are the loop's first task, so that what they throw goes where all errors go.
  loop_->post([this](jsi::Runtime &) {
    for (const Script &script : scripts_) {
      evaluate(script);
    }
  });
  loop_->run(*runtime_,
             [this](jsi::Runtime &runtime, const jsi::Value &error) { report(runtime, error); });
  return outcome_;
}

App::~App() {
  if (managerEnds_ == ManagerEnds::OnOtherThread) {
    std::thread([this] { manager_->reset(); }).join();
  } else {
    manager_->reset();
  }
  loop_->clearTimers();
  loop_.reset();
  runtime_.reset();
}

void App::evaluate(const Script &script) {
  runtime_->evaluateJavaScript(std::make_shared<jsi::StringBuffer>(script.text), script.name);
}

void App::report(jsi::Runtime &runtime, const jsi::Value &error) {
  const jsi::Value handler = runtime.global().getProperty(runtime, "__globalError");
  if (handler.isObject()) {
    handler.getObject(runtime).asFunction(runtime).call(runtime, error);
    return;
  }
  // Not even the prelude came so far.
  std::fprintf(stderr, "%s\n", error.toString(runtime).utf8(runtime).c_str());
  outcome_.failed++;
  loop_->stop();
}

} // namespace harness
