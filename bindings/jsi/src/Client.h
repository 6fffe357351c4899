// One client as JavaScript sees it: a number, the function that takes its events, and the core's
// client behind it.
//
// Ownership: counted, by the Realm and by a turn that serves it; so it outlives its own closing
// from within `deliver`. Threads: the JavaScript thread. `deliver` is a JSI value, see Realm.h.
#pragma once

#include "Core.h"

#include <jsi/jsi.h>

#include <array>
#include <cstdint>
#include <memory>

namespace reqtask {

class Realm;

/// Bits of `flags` of start: NativeFlag of native.ts.
enum : std::uint32_t { kChunks = 1, kTiming = 2, kAllFlags = 3 };

class Client {
public:
  /// The `user` of listeners: a client, and the flags of the task they were added to.
  struct Ear {
    Client *client;
    std::uint32_t flags;
  };

  Client(Realm &owner, std::uint32_t itsNumber, const std::shared_ptr<Core> &itsCore,
         facebook::jsi::Function itsDeliver)
      : realm(owner), number(itsNumber), core(itsCore), deliver(std::move(itsDeliver)) {
    for (std::uint32_t flags = 0; flags <= kAllFlags; flags++) {
      ears[flags] = {this, flags};
    }
  }
  Client(const Client &) = delete;
  Client &operator=(const Client &) = delete;

  Realm &realm;
  const std::uint32_t number;
  /// Owned by the Session, which may close it at any moment.
  const std::weak_ptr<Core> core;
  const facebook::jsi::Function deliver;
  bool closed = false;
  std::array<Ear, kAllFlags + 1> ears{};
};

} // namespace reqtask
