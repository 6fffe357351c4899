#include "Bell.h"

#include <utility>

namespace reqtask {

using facebook::react::CallFunc;
using facebook::react::CallInvoker;

/// One call on its way. If it goes without having run, the bell learns that.
class Bell::Call {
public:
  explicit Call(std::shared_ptr<Bell> bell) : bell_(std::move(bell)) {}
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  ~Call() {
    State asked = State::Asked;
    if (!ran_) {
      bell_->state_.compare_exchange_strong(asked, State::Missed);
    }
  }

  void run() {
    ran_ = true;
    if (const std::shared_ptr<Worker> worker = bell_->worker_.lock()) {
      worker->work();
    }
  }

private:
  const std::shared_ptr<Bell> bell_;
  bool ran_ = false;
};

Bell::Bell(std::shared_ptr<CallInvoker> invoker) : invoker_(std::move(invoker)) {}

void Bell::ring() {
  State state = state_;
  while (state != State::Asked && state != State::Rung) {
    const State next = state == State::Busy ? State::Rung : State::Asked;
    if (state_.compare_exchange_weak(state, next)) {
      if (next == State::Asked) {
        ask();
      }
      return;
    }
  }
}

void Bell::silence() {
  std::shared_ptr<CallInvoker> invoker;
  const std::lock_guard<std::mutex> lock(gate_);
  invoker.swap(invoker_);
}

void Bell::retry() {
  if (state_ == State::Missed) {
    ring();
  }
}

void Bell::rest() {
  State busy = State::Busy;
  if (!state_.compare_exchange_strong(busy, State::Idle)) {
    state_ = State::Asked;
    ask();
  }
}

void Bell::ask() {
  std::shared_ptr<CallInvoker> invoker;
  {
    const std::lock_guard<std::mutex> lock(gate_);
    invoker = invoker_;
  }
  if (!invoker) {
    return;
  }
  try {
    // React Native 0.73 passes no runtime, later versions do. The one to work in is known anyway.
    invoker->invokeAsync(
        CallFunc([call = std::make_shared<Call>(shared_from_this())](auto &&...) { call->run(); }));
  } catch (...) {
    // In React Native 0.73 it may throw. The ring came from a thread of the core, through C.
    state_ = State::Missed;
  }
}

} // namespace reqtask
