/*
 * The CallInvoker that modules get, over an EventLoop. It behaves as React Native's
 * RuntimeSchedulerCallInvoker does when the app is gone: the call is dropped without a word, and
 * the function dies on the thread that called.
 */
#pragma once

#include "EventLoop.h"

#include <ReactCommon/CallInvoker.h>

#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace harness {

class LoopCallInvoker : public facebook::react::CallInvoker {
public:
  explicit LoopCallInvoker(std::weak_ptr<EventLoop> loop) : loop_(std::move(loop)) {}

  using CallInvoker::invokeAsync;
  using CallInvoker::invokeSync;

  void invokeAsync(facebook::react::CallFunc &&call) noexcept override {
    if (const auto loop = loop_.lock()) {
      loop->post(asTask(std::move(call)));
    }
  }

  void invokeSync(facebook::react::CallFunc &&) override {
    throw std::logic_error("invokeSync would block: nothing here may call it");
  }

private:
  /* Before React Native 0.75 the function takes no runtime. */
  template <typename Call> static EventLoop::Task asTask(Call call) {
    if constexpr (std::is_invocable_v<Call, facebook::jsi::Runtime &>) {
      return call;
    } else {
      return [call = std::move(call)](facebook::jsi::Runtime &) { call(); };
    }
  }

  const std::weak_ptr<EventLoop> loop_;
};

} // namespace harness
