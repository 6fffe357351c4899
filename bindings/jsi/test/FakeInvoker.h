// CallInvokers of the kinds that a Host meets. The test runs what is queued, on its own thread,
// when it likes.
#pragma once

#include <ReactCommon/CallInvoker.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>

namespace test {

class FakeInvoker : public facebook::react::CallInvoker {
public:
  using CallInvoker::invokeAsync;
  using CallInvoker::invokeSync;

  void invokeAsync(facebook::react::CallFunc &&call) noexcept override {
    const std::lock_guard<std::mutex> lock(gate_);
    if (drops_) {
      const facebook::react::CallFunc dropped =
          std::move(call); // Dies on the thread that called, as in React Native.
    } else {
      calls_.push_back(std::move(call));
    }
    asked_++;
    changed_.notify_all();
  }

  void invokeSync(facebook::react::CallFunc &&) override { throw std::logic_error("never"); }

  /// From now on, every call is dropped without a word.
  void drop(bool drops) {
    const std::lock_guard<std::mutex> lock(gate_);
    drops_ = drops;
  }

  /// How many calls were made so far, dropped ones included.
  int asked() const {
    const std::lock_guard<std::mutex> lock(gate_);
    return asked_;
  }

  bool waitForAsked(int count) {
    std::unique_lock<std::mutex> lock(gate_);
    return changed_.wait_for(lock, kPatience, [&] { return asked_ >= count; });
  }

  /// Takes one call off the queue, waiting for it. An empty function after the patience has ended.
  facebook::react::CallFunc take() {
    std::unique_lock<std::mutex> lock(gate_);
    changed_.wait_for(lock, kPatience, [&] { return !calls_.empty(); });
    if (calls_.empty()) {
      return {};
    }
    facebook::react::CallFunc call = std::move(calls_.front());
    calls_.pop_front();
    return call;
  }

  std::size_t queued() const {
    const std::lock_guard<std::mutex> lock(gate_);
    return calls_.size();
  }

private:
  static constexpr std::chrono::seconds kPatience{30};

  mutable std::mutex gate_;
  std::condition_variable changed_;
  std::deque<facebook::react::CallFunc> calls_;
  int asked_ = 0;
  bool drops_ = false;
};

} // namespace test
