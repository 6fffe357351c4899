// What a Host keeps on the JavaScript side: clients, cached functions, what the engine turned out
// to be able to do.
//
// Ownership. It has JSI values, which must die on the JavaScript thread and before the runtime is
// gone, but a Host may die anywhere and anytime. So JavaScript's heap owns it: the host functions
// hold it, and so does an "anchor", a host object that the Realm itself holds in turn. That circle
// keeps it alive whatever JavaScript does, until either
//   - the runtime is destroyed: its last collection finalizes the anchor, which is where JSI allows
//   values to be let go; or
//   - the Host is destroyed while the runtime goes on: the bell's last call finds the session ended
//   and opens the circle.
// Nothing else has more than a weak reference, and locks that on the JavaScript thread only.
// Threads: the JavaScript thread; the destructor on the one that destroys the runtime.
#pragma once

#include "ArrayBuffers.h"
#include "Bell.h"
#include "Client.h"
#include "Session.h"
#include "StringCodec.h"

#include <jsi/jsi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reqtask {

class Turn;

class Realm : public Worker, public std::enable_shared_from_this<Realm> {
public:
  /// In the circle already.
  static std::shared_ptr<Realm> make(facebook::jsi::Runtime &runtime,
                                     std::shared_ptr<Session> session);

  Realm(facebook::jsi::Runtime &runtime, std::shared_ptr<Session> session);
  ~Realm() override;

  /// One turn. Throws what `deliver` threw, as a JSError, when everything else is done.
  void work() override;

  /// Its number, or nothing when the session has ended.
  std::optional<std::uint32_t> add(const std::shared_ptr<Core> &core,
                                   facebook::jsi::Function deliver);
  /// Null if it is closed or never was.
  std::shared_ptr<Client> find(std::uint64_t number) const;
  void close(Client &client);

  facebook::jsi::Runtime &runtime;
  const std::shared_ptr<Session> session;
  /// Nothing once the session has ended and the values were let go; then no listener runs any more.
  std::optional<ArrayBuffers> arrayBuffers;
  StringCodec strings;
  /// For the text of one header event.
  std::string scratch;
  /// Tasks that were aborted because a chunk found no memory, so that their completion can say so.
  std::vector<reqtask_id> starved;
  std::vector<std::shared_ptr<Client>> clients;
  /// Where the next turn begins, so that no client starves another.
  std::size_t nextClient = 0;
  /// While listeners run.
  Turn *turn = nullptr;

private:
  class Anchor;

  void forget();

  std::optional<facebook::jsi::Object> anchor_;
  std::uint32_t lastNumber_ = 0;
  bool working_ = false;
};

} // namespace reqtask
