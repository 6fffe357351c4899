/*
 * The JavaScript thread of one app: a queue of tasks, timers, and the microtasks after each. It
 * takes the place of React Native's RuntimeScheduler and keeps to its rules: tasks run on one
 * thread, those that were not run when the loop is destroyed are dropped, and what a task throws
 * goes to a handler and no further.
 */
#pragma once

#include <jsi/jsi.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace harness {

class EventLoop {
public:
  using Task = std::function<void(facebook::jsi::Runtime &)>;
  using Clock = std::chrono::steady_clock;
  /** Gets what a task threw, as a JavaScript value. */
  using OnError = std::function<void(facebook::jsi::Runtime &, const facebook::jsi::Value &)>;

  /** Any thread. */
  void post(Task task);

  /** JavaScript thread. The task may hold values of the runtime: clearTimers() drops it in time. */
  std::uint64_t addTimer(double delayMs, Task task);
  void removeTimer(std::uint64_t timer);
  void clearTimers();

  /** Runs until stop() has been called. */
  void run(facebook::jsi::Runtime &runtime, const OnError &onError);
  /** JavaScript thread: after the task that runs now. */
  void stop();

private:
  Task next();

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Task> tasks_; // guarded by mutex_

  // By when they are due, then in the order they were made. JavaScript thread only, as is all
  // below.
  using Due = std::pair<Clock::time_point, std::uint64_t>;
  std::map<Due, Task> timers_;
  std::map<std::uint64_t, Clock::time_point> dueOf_;
  std::uint64_t lastTimer_ = 0;
  bool timersTurn_ = true;
  bool stopped_ = false;
};

} // namespace harness
