#include "World.h"

#include "Engine.h"

namespace test {

namespace jsi = facebook::jsi;

static std::string address;
const std::string &server() { return address; }
void setServer(std::string it) { address = std::move(it); }

static const char *const kPrelude = R"(
  var events = [];
  function script(...steps) { return http + '/script?' + steps.map(encodeURIComponent).join('&'); }
  function open(deliver) { return host.open([], deliver || ((batch) => { events.push(...batch); })); }
  function get(client, url, flags) { return host.start(client, 'GET', url, [], null, [], flags); }
  function kinds() { return events.map((event) => event[0]).join(''); }
  function done(count) { return events.filter((event) => event[0] === 4).length >= (count || 1); }
  function last() { return events[events.length - 1]; }
  function text(buffer) { return String.fromCharCode(...new Uint8Array(buffer)); }
  function caught(call) {
    try { call(); } catch (e) { return [e instanceof TypeError ? 'TypeError' : 'Error', e.code, e.step, e.message]; }
  }
)";

World::World(Foreign foreign)
    : engine(std::make_unique<FakeEngine>(harness::makeEngine(), foreign)),
      host(std::make_unique<reqtask::Host>(*engine, invoker)) {
  engine->global().setProperty(*engine, "host", host->object(*engine));
  engine->global().setProperty(*engine, "http", jsi::String::createFromUtf8(*engine, server()));
  run(kPrelude);
}

World::~World() {
  host.reset();
  engine.reset();
}

std::string World::run(const std::string &script) {
  jsi::Runtime &runtime = *engine;
  try {
    const jsi::Value value =
        runtime.evaluateJavaScript(std::make_shared<jsi::StringBuffer>(script), "test.js");
    const jsi::Value json = runtime.global()
                                .getPropertyAsObject(runtime, "JSON")
                                .getPropertyAsFunction(runtime, "stringify")
                                .call(runtime, value);
    return json.isString() ? json.getString(runtime).utf8(runtime) : "undefined";
  } catch (const jsi::JSError &error) {
    return "throws " + error.getMessage();
  }
}

bool World::turn() {
  const facebook::react::CallFunc call = invoker->take();
  if (call) {
    call(*engine);
  }
  return static_cast<bool>(call);
}

bool World::until(const std::string &condition) {
  while (run("!!(" + condition + ")") != "true") {
    if (!turn()) {
      return false;
    }
  }
  return true;
}

} // namespace test
