// One turn: takes waiting events from each client and hands them to JavaScript in one call for
// each, a bounded amount, so that the JavaScript thread gets round to everything else. What is left
// over comes in the next turn.
//
// If `deliver` throws, the turn ends there: the exception is for the scheduler to report, and the
// other clients come next time. Ownership: on the stack of the Realm. Threads: the JavaScript
// thread.
#pragma once

#include "Client.h"

#include <jsi/jsi.h>

#include <cstddef>
#include <exception>
#include <vector>

namespace reqtask {

class Turn {
public:
  explicit Turn(Realm &realm) : realm_(realm) {}

  /// What was thrown, or null.
  std::exception_ptr run();

  /// For the listeners. `bytes`: of bodies.
  void add(facebook::jsi::Array event) { events_.emplace_back(std::move(event)); }
  void count(std::size_t bytes) { bytes_ += bytes; }
  /// For the listeners, which must not throw: keeps the exception that is being handled.
  void fail();

private:
  void serve(Client &client);
  void dispatch(Client &client);
  void deliver(Client &client);

  Realm &realm_;
  std::vector<facebook::jsi::Value> events_;
  /// Of the clients before.
  std::size_t delivered_ = 0;
  std::size_t bytes_ = 0;
  std::exception_ptr thrown_;
};

} // namespace reqtask
