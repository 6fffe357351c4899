#include "Turn.h"

#include "Errors.h"
#include "Realm.h"

#include <memory>

namespace reqtask {

namespace jsi = facebook::jsi;

namespace {

/// A listener of the TypeScript layer takes some microseconds for an event, so this many stay well
/// below a frame.
constexpr std::size_t kEventsPerTurn = 256;
constexpr std::uint32_t kEventsPerDispatch = 16;
constexpr std::size_t kBytesPerTurn = 1024 * 1024;

} // namespace

std::exception_ptr Turn::run() {
  // A copy: `deliver` may open and close clients. Those opened meanwhile have nothing yet.
  const std::vector<std::shared_ptr<Client>> clients = realm_.clients;
  std::size_t served = 0;
  for (;
       served < clients.size() && delivered_ < kEventsPerTurn && bytes_ < kBytesPerTurn && !thrown_;
       served++) {
    Client &client = *clients[(realm_.nextClient + served) % clients.size()];
    if (!client.closed) {
      serve(client);
    }
  }
  if (served < clients.size()) {
    realm_.session->bell()->ring(); // Those not served have rung already and will not ring again.
  }
  realm_.nextClient = clients.empty() ? 0 : (realm_.nextClient + served) % clients.size();
  return thrown_;
}

void Turn::fail() {
  if (!thrown_) {
    thrown_ = errors::currentAsJSError(realm_.runtime);
  }
}

void Turn::serve(Client &client) {
  events_.clear();
  dispatch(client);
  delivered_ += events_.size();
  if (!client.closed && !events_.empty()) {
    deliver(client);
  }
}

void Turn::dispatch(Client &client) {
  // Held for as long as the dispatch runs: a setter on Array.prototype may close the client from
  // within.
  const std::shared_ptr<Core> core = client.core.lock();
  if (!core) {
    return;
  }
  realm_.turn = this;
  std::uint32_t got = 0;
  do {
    got = 0;
    if (reqtask_client_dispatch(core->get(), kEventsPerDispatch, 0, &got) != REQTASK_OK) {
      break;
    }
  } while (got == kEventsPerDispatch && !thrown_ && !client.closed &&
           delivered_ + events_.size() < kEventsPerTurn && bytes_ < kBytesPerTurn);
  realm_.turn = nullptr;
}

void Turn::deliver(Client &client) {
  jsi::Runtime &runtime = realm_.runtime;
  try {
    jsi::Array batch(runtime, events_.size());
    for (std::size_t at = 0; at < events_.size(); at++) {
      batch.setValueAtIndex(runtime, at, events_[at]);
    }
    events_.clear();
    client.deliver.call(runtime, batch);
  } catch (...) {
    fail();
  }
}

} // namespace reqtask
