#include "Session.h"

#include <algorithm>
#include <utility>

namespace reqtask {

Session::Session(std::shared_ptr<facebook::react::CallInvoker> invoker)
    : bell_(std::make_shared<Bell>(std::move(invoker))) {}

bool Session::add(std::shared_ptr<Core> core) {
  const std::lock_guard<std::mutex> lock(gate_);
  if (!ended_) {
    cores_.push_back(std::move(core));
  }
  return !ended_;
}

void Session::remove(const std::shared_ptr<Core> &core) {
  const std::lock_guard<std::mutex> lock(gate_);
  cores_.erase(std::remove(cores_.begin(), cores_.end(), core), cores_.end());
}

bool Session::ended() const {
  const std::lock_guard<std::mutex> lock(gate_);
  return ended_;
}

void Session::end() {
  // Declared first: the clients are closed when the lock is free again.
  std::vector<std::shared_ptr<Core>> cores;
  {
    const std::lock_guard<std::mutex> lock(gate_);
    if (ended_) {
      return;
    }
    ended_ = true;
    cores.swap(cores_);
  }
}

} // namespace reqtask
