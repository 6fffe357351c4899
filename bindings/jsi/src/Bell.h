// The bell between the core's threads and one JavaScript thread: at most one `invokeAsync` is on
// its way at any time, and no ring is lost.
//
// | state  | a ring               | means                                                    |
// | ---    | ---                  | ---                                                      |
// | Idle   | asks, becomes Asked  | nobody works, nothing is on its way                      |
// | Asked  | nothing              | a call is on its way to the JavaScript thread            |
// | Busy   | becomes Rung         | a turn runs                                              |
// | Rung   | nothing              | the turn's end will see that there is more, and asks     |
// | Missed | asks, becomes Asked  | a call was dropped before it ran                         |
//
// Ownership: counted. The core's clients, the calls on their way and the Session hold it. It holds
// no JSI value, so the last of them may let it go on any thread: React Native drops a call that
// comes too late on the thread that made it. Threads: ring and silence from any; the rest on the
// JavaScript thread.
#pragma once

#include <ReactCommon/CallInvoker.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace reqtask {

/// Who works when the bell has rung. On the JavaScript thread.
class Worker {
public:
  virtual ~Worker() = default;
  virtual void work() = 0;
};

class Bell : public std::enable_shared_from_this<Bell> {
public:
  explicit Bell(std::shared_ptr<facebook::react::CallInvoker> invoker);

  /// Before the first ring.
  void answeredBy(std::weak_ptr<Worker> worker) { worker_ = std::move(worker); }

  void ring();
  /// No call begins after this, apart from one that is already on its way.
  void silence();
  /// Rings again if a call was dropped.
  void retry();

  /// Before a turn's work: rings from now on are kept.
  void begin() { state_ = State::Busy; }
  /// After it: asks for another turn if something rang meanwhile.
  void rest();

private:
  enum class State { Idle, Asked, Busy, Rung, Missed };
  class Call;

  void ask();

  std::atomic<State> state_{State::Idle};
  std::weak_ptr<Worker> worker_;
  std::mutex gate_;
  /// Guarded by gate_; null when silent.
  std::shared_ptr<facebook::react::CallInvoker> invoker_;
};

} // namespace reqtask
