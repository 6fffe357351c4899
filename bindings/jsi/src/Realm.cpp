#include "Realm.h"

#include "Turn.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace reqtask {

namespace jsi = facebook::jsi;

/// JavaScript's share.
class Realm::Anchor : public jsi::HostObject {
public:
  explicit Anchor(std::shared_ptr<Realm> realm) : realm_(std::move(realm)) {}

private:
  const std::shared_ptr<Realm> realm_;
};

std::shared_ptr<Realm> Realm::make(jsi::Runtime &runtime, std::shared_ptr<Session> session) {
  auto realm = std::make_shared<Realm>(runtime, std::move(session));
  realm->anchor_ = jsi::Object::createFromHostObject(runtime, std::make_shared<Anchor>(realm));
  realm->session->bell()->answeredBy(realm);
  return realm;
}

Realm::Realm(jsi::Runtime &itsRuntime, std::shared_ptr<Session> itsSession)
    : runtime(itsRuntime), session(std::move(itsSession)), arrayBuffers(itsRuntime) {}

Realm::~Realm() {
  session->end();
  session->bell()->silence();
}

void Realm::work() {
  if (working_) {
    return; // `deliver` runs an event loop of its own. The turn that it is in goes on later.
  }
  Bell &bell = *session->bell();
  std::exception_ptr thrown;
  working_ = true;
  bell.begin();
  if (!session->ended()) {
    thrown = Turn(*this).run();
  }
  working_ = false;
  bell.rest();
  if (session->ended()) {
    forget();
  }
  // Last, in the task of the scheduler, which reports it as it does for any other task.
  if (thrown) {
    std::rethrow_exception(thrown);
  }
}

std::optional<std::uint32_t> Realm::add(const std::shared_ptr<Core> &core, jsi::Function deliver) {
  auto client = std::make_shared<Client>(*this, lastNumber_ + 1, core, std::move(deliver));
  if (!session->add(core)) {
    return std::nullopt;
  }
  clients.push_back(std::move(client));
  return ++lastNumber_;
}

std::shared_ptr<Client> Realm::find(std::uint64_t number) const {
  for (const std::shared_ptr<Client> &client : clients) {
    if (client->number == number) {
      return client;
    }
  }
  return nullptr;
}

void Realm::close(Client &client) {
  client.closed = true;
  session->remove(client.core.lock());
  const auto is = [&](const std::shared_ptr<Client> &other) { return other.get() == &client; };
  clients.erase(std::remove_if(clients.begin(), clients.end(), is), clients.end());
}

void Realm::forget() {
  clients.clear();
  arrayBuffers.reset();
  anchor_.reset();
}

} // namespace reqtask
