#include "EventLoop.h"

#include <algorithm>
#include <utility>

namespace harness {

namespace jsi = facebook::jsi;

void EventLoop::post(Task task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  arrived_.notify_one();
}

std::uint64_t EventLoop::addTimer(double delayMs, Task task) {
  const auto delay = std::chrono::duration<double, std::milli>(std::max(delayMs, 0.0));
  const auto due = Clock::now() + std::chrono::duration_cast<Clock::duration>(delay);
  const std::uint64_t timer = ++lastTimer_;
  timers_.emplace(Due(due, timer), std::move(task));
  dueOf_.emplace(timer, due);
  return timer;
}

void EventLoop::removeTimer(std::uint64_t timer) {
  const auto found = dueOf_.find(timer);
  if (found == dueOf_.end()) {
    return;
  }
  timers_.erase(Due(found->second, timer));
  dueOf_.erase(found);
}

void EventLoop::clearTimers() {
  timers_.clear();
  dueOf_.clear();
}

void EventLoop::run(jsi::Runtime &runtime, const OnError &onError) {
  while (!stopped_) {
    const Task task = next();
    // A throw leaves microtasks behind, which come with the next round.
    for (int round = 0; round < 2; round++) {
      try {
        if (round == 0) {
          task(runtime);
        }
        runtime.drainMicrotasks();
        break;
      } catch (const jsi::JSError &error) {
        onError(runtime, error.value());
      } catch (const std::exception &error) {
        onError(runtime, jsi::String::createFromUtf8(runtime, error.what()));
      }
    }
  }
}

void EventLoop::stop() { stopped_ = true; }

/* Waits for a task or a timer; where both are ready they take turns, so that neither starves the
 * other. */
EventLoop::Task EventLoop::next() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    const bool timerDue = !timers_.empty() && timers_.begin()->first.first <= Clock::now();
    if (timerDue && (timersTurn_ || tasks_.empty())) {
      timersTurn_ = false;
      const auto first = timers_.begin();
      Task task = std::move(first->second);
      dueOf_.erase(first->first.second);
      timers_.erase(first);
      return task;
    }
    if (!tasks_.empty()) {
      timersTurn_ = true;
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    if (timers_.empty()) {
      arrived_.wait(lock);
    } else {
      arrived_.wait_until(lock, timers_.begin()->first.first);
    }
  }
}

} // namespace harness
