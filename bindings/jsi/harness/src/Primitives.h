/*
 * The functions that js/prelude.js builds an environment from: timers, output, the end of the app,
 * and what only the process can tell. They are the members of the global object __native.
 */
#pragma once

#include "EventLoop.h"

#include <functional>
#include <memory>
#include <string>

namespace harness {

struct Primitives {
  /** Called once, by harness.done: numbers of tests that passed and failed. */
  std::function<void(int passed, int failed)> done;
  /** A line for the user; `toError`: on standard error. */
  std::function<void(const std::string &line, bool toError)> print;

  /** Installs __native. The functions hold the loop weakly and a copy of this. */
  void install(facebook::jsi::Runtime &runtime, const std::shared_ptr<EventLoop> &loop) const;
};

} // namespace harness
