// One runtime with a Host in it, as the global `host`, and the scripted server. Scripts see `http`
// (the server's address), `script(steps...)` and `open(deliver?)`, which collects into the global
// `events` by default.
#pragma once

#include "FakeEngine.h"
#include "FakeInvoker.h"

#include "Host.h"

#include <memory>
#include <string>

namespace test {

/// Of the server: "http://127.0.0.1:PORT".
const std::string &server();
void setServer(std::string address);

class World {
public:
  explicit World(Foreign foreign = Foreign::Taken);
  ~World();

  /// The value as JSON, "undefined", or "throws " and the exception's text.
  std::string run(const std::string &script);
  /// Runs what the bell asks for until the script is true. False after some time.
  bool until(const std::string &condition);
  /// Runs one call, waiting for it. False if none came.
  bool turn();

  /// Host and runtime end, in this order or the other.
  void endHost() { host.reset(); }
  void endRuntime() { engine.reset(); }

  std::shared_ptr<FakeInvoker> invoker = std::make_shared<FakeInvoker>();
  std::unique_ptr<FakeEngine> engine;
  std::unique_ptr<reqtask::Host> host;
};

} // namespace test
