// What one Host shares with the rest of the process: its bell and its clients of the core. It ends
// once, with the Host or with the runtime, whichever goes first; that aborts every task, waits for
// nothing and touches no runtime.
//
// Ownership: counted, by the Host and by the Realm. Holds no JSI value.
// Threads: any.
#pragma once

#include "Bell.h"
#include "Core.h"

#include <memory>
#include <mutex>
#include <vector>

namespace reqtask {

class Session {
public:
  explicit Session(std::shared_ptr<facebook::react::CallInvoker> invoker);

  const std::shared_ptr<Bell> &bell() const { return bell_; }

  /// False when the session has ended: then the caller's share is the only one.
  bool add(std::shared_ptr<Core> core);
  void remove(const std::shared_ptr<Core> &core);

  bool ended() const;
  void end();

private:
  const std::shared_ptr<Bell> bell_;
  mutable std::mutex gate_;
  /// Guarded by gate_.
  bool ended_ = false;
  /// Guarded by gate_.
  std::vector<std::shared_ptr<Core>> cores_;
};

} // namespace reqtask
