/*
 * One life of a React Native app, as far as a C++ TurboModule sees it: a runtime with the
 * environment of js/prelude.js, the TurboModule registry of React Native with our module in it,
 * scripts, an event loop, and an end as at a reload, with whatever is in flight. One thread makes,
 * runs and destroys it.
 */
#pragma once

#include "EventLoop.h"

#include <ReactCommon/TurboModule.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace harness {

struct Script {
  std::string name;
  std::string text;
};

struct Outcome {
  int passed = 0;
  int failed = 0;
};

/**
 * React Native's manager keeps each module that was asked for, and lets go of it before the runtime
 * ends (a TurboModule holds values of the runtime): iOS' on the JavaScript thread, Android's, a
 * Java object, on any.
 */
enum class ManagerEnds { OnJsThread, OnOtherThread };

class App {
public:
  App(const std::string &environmentJson, const std::vector<Script> &scripts,
      ManagerEnds managerEnds);
  ~App();
  App(const App &) = delete;
  App &operator=(const App &) = delete;

  /** Runs until a script has called harness.done. */
  Outcome run();

  /** For programs that add functions of their own: before run(), on the same thread. */
  facebook::jsi::Runtime &runtime() { return *runtime_; }

private:
  void installModules();
  void evaluate(const Script &script);
  void report(facebook::jsi::Runtime &runtime, const facebook::jsi::Value &error);

  const std::vector<Script> &scripts_;
  const ManagerEnds managerEnds_;
  Outcome outcome_;
  // Destroyed in the order of ReactInstance: first the scheduler, then the runtime.
  std::unique_ptr<facebook::jsi::Runtime> runtime_;
  std::shared_ptr<EventLoop> loop_;
  // What the manager keeps; the provider, which the runtime owns, fills it.
  std::shared_ptr<std::shared_ptr<facebook::react::TurboModule>> manager_;
};

} // namespace harness
