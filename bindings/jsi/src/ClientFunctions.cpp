// open and close. A client's events are delivered by queued delivery (Turn.h); all clients of a
// session ring the same bell.
#include "Arguments.h"
#include "Errors.h"
#include "Functions.h"

#include <memory>
#include <optional>
#include <utility>

namespace reqtask::functions {

namespace jsi = facebook::jsi;

namespace {

using Config = std::unique_ptr<reqtask_config, decltype(&reqtask_config_free)>;
using SharedBell = std::shared_ptr<Bell>;

/// The core's reqtask_wakeup_fn. Any thread, also when the runtime is gone.
void ring(void *bell) { (*static_cast<SharedBell *>(bell))->ring(); }

void letGo(void *bell) { delete static_cast<SharedBell *>(bell); }

std::shared_ptr<Core> makeCore(jsi::Runtime &runtime, Realm &realm, const jsi::Value &options) {
  reqtask_config *made = nullptr;
  errors::check(runtime, reqtask_config_new(&made), "client");
  const Config config(made, reqtask_config_free);
  arguments::options(runtime, realm.strings, options, config.get(), reqtask_config_set_u64,
                     reqtask_config_set_str);
  auto bell = std::make_unique<SharedBell>(realm.session->bell());
  // Taken by the core, also when it refuses.
  errors::check(runtime, reqtask_config_set_wakeup(config.get(), ring, bell.release(), letGo),
                "client");
  reqtask_client *client = nullptr;
  errors::check(runtime, reqtask_client_new(config.get(), &client), "client");
  return std::make_shared<Core>(client);
}

} // namespace

jsi::Value open(jsi::Runtime &runtime, Realm &realm, const jsi::Value *arguments,
                std::size_t count) {
  arguments::expectCount(runtime, count, 2);
  if (!arguments[1].isObject() || !arguments[1].getObject(runtime).isFunction(runtime)) {
    errors::throwType(runtime, "deliver must be a function");
  }
  std::optional<std::uint32_t> number;
  if (!realm.session->ended()) {
    const std::shared_ptr<Core> core = makeCore(runtime, realm, arguments[0]);
    number = realm.add(core, arguments[1].getObject(runtime).getFunction(runtime));
  }
  if (!number) {
    errors::throwClosed(runtime, "client", "this host has ended");
  }
  return static_cast<double>(*number);
}

jsi::Value close(jsi::Runtime &runtime, Realm &realm, const jsi::Value *arguments,
                 std::size_t count) {
  arguments::expectCount(runtime, count, 1);
  if (const auto client = realm.find(arguments::id(runtime, arguments[0], "client"))) {
    realm.close(*client);
  }
  return jsi::Value::undefined();
}

} // namespace reqtask::functions
