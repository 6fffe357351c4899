// Ends of hosts and runtimes in each order, with requests in flight. JavaScriptCore's assertion
// that no JSI value outlives its runtime is on, and so is AddressSanitizer: most of these tests
// check by surviving.
#include "Check.h"
#include "Engine.h"
#include "World.h"

#include "Realm.h"

#include <jsi/instrumentation.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using test::World;

namespace {

/// 20 requests: some stall before their headers, some after, some run.
void makeBusy(World &world) {
  world.run("var client = open(); for (let i = 0; i < 20; i++) get(client, i % 3 === 0 ? "
            "script('stall') :"
            " i % 3 === 1 ? script('status 200 OK', 'length 9', 'head-end', 'body x', 'stall') : "
            "http + '/bytes/10000000', i % 2)");
  REQUIRE(world.until("events.length > 2"));
}

} // namespace

TEST("the host ends first, with requests in flight", {
  World world;
  makeBusy(world);
  world.endHost();
  world.endRuntime();
});

TEST("the runtime ends first, with requests in flight", {
  World world;
  makeBusy(world);
  world.endRuntime();
  world.endHost();
});

TEST("the runtime goes on without the host: functions are harmless, nothing more is delivered, "
     "values go with the last call",
     {
       World world;
       makeBusy(world);
       world.endHost();
       world.run("events = []");
       while (world.invoker->queued() > 0) {
         world.turn();
       }
       CHECK_EQUAL(world.run("events.length"), "0");
       CHECK_EQUAL(world.run("caught(() => open())"),
                   "[\"Error\",-7,\"client\",\"this host has ended\"]");
       CHECK_EQUAL(world.run("caught(() => get(client, http, 0)).slice(1, 3)"), "[-7,\"create\"]");
       CHECK_EQUAL(world.run("[host.close(client), host.abort(1), host.pause(1), host.resume(1)]"),
                   "[null,false,null,null]");
     });

TEST("the last call lets go of what JavaScript gave (Hermes: JavaScriptCore cannot be told to "
     "collect)",
     {
       if (std::string(harness::engineName) != "hermes") {
         return;
       }
       World world;
       auto kept = std::make_shared<int>(0);
       const std::weak_ptr<int> weak = kept;
       {
         facebook::jsi::Runtime &runtime = *world.engine;
         const auto name = facebook::jsi::PropNameID::forAscii(runtime, "deliver");
         facebook::jsi::Function deliver = facebook::jsi::Function::createFromHostFunction(
             runtime, name, 1,
             [kept](facebook::jsi::Runtime &, const facebook::jsi::Value &,
                    const facebook::jsi::Value *,
                    std::size_t) { return facebook::jsi::Value::undefined(); });
         world.engine->global()
             .getPropertyAsObject(runtime, "host")
             .getPropertyAsFunction(runtime, "open")
             .call(runtime, facebook::jsi::Array(runtime, 0), deliver);
       }
       kept.reset();
       world.engine->instrumentation().collectGarbage("test");
       CHECK(!weak.expired());
       world.endHost();
       REQUIRE(world.turn());
       world.engine->instrumentation().collectGarbage("test");
       CHECK(weak.expired());
     });

TEST("a realm lives without anybody's share, and goes after the last call (Hermes, as above)", {
  if (std::string(harness::engineName) != "hermes") {
    return;
  }
  World world;
  const auto session = std::make_shared<reqtask::Session>(world.invoker);
  const std::weak_ptr<reqtask::Realm> realm = reqtask::Realm::make(*world.engine, session);
  world.engine->instrumentation().collectGarbage("test");
  CHECK(!realm.expired());
  session->end();
  session->bell()->ring();
  REQUIRE(world.turn());
  world.engine->instrumentation().collectGarbage("test");
  CHECK(realm.expired());
});

TEST("functions before the last call has run are harmless as well", {
  World world;
  makeBusy(world);
  world.invoker->drop(true);
  world.endHost();
  CHECK_EQUAL(world.run("caught(() => get(client, http, 0)).slice(1)"),
              "[-7,\"create\",\"this host has ended\"]");
  CHECK_EQUAL(world.run("host.close(client)"), "undefined");
});

TEST("a call that runs after the runtime is gone does nothing", {
  World world;
  World other;
  world.run("get(open(), http + '/hello', 0)");
  const facebook::react::CallFunc call = world.invoker->take();
  REQUIRE(call);
  world.endRuntime();
  call(*other.engine);
  world.endHost();
  call(*other.engine);
});

TEST("dropped calls, dying on the core's threads, keep nothing: the next function call asks again",
     {
       World world;
       world.invoker->drop(true);
       world.run("var client = open(); get(client, http + '/hello', 0)");
       REQUIRE(world.invoker->waitForAsked(1));
       world.invoker->drop(false);
       world.run("host.pause(0)");
       CHECK(world.until("done()"));
     });

TEST("the invoker is gone with the session, not with the core's last thread", {
  World world;
  makeBusy(world);
  const std::weak_ptr<test::FakeInvoker> invoker = world.invoker;
  world.endHost();
  world.endRuntime();
  world.invoker.reset();
  CHECK(invoker.expired());
});

TEST("the host ends on another thread while turns run", {
  for (int round = 0; round < 20; round++) {
    World world;
    makeBusy(world);
    std::atomic<bool> ended{false};
    std::thread other([&] {
      world.endHost();
      ended = true;
    });
    while (!ended || world.invoker->queued() > 0) {
      if (world.invoker->queued() > 0) {
        world.turn();
      }
      world.run("try { host.close(open()); get(client, http + '/hello', 0) } catch (e) {}");
    }
    other.join();
    CHECK_EQUAL(world.run("caught(() => open()).slice(1, 3)"), "[-7,\"client\"]");
  }
});

TEST("runtimes do not know of each other", {
  World one;
  World two;
  CHECK_EQUAL(one.run("var client = open()"), two.run("var client = open()"));
  one.run("get(client, http + '/bytes/1000', 0)");
  two.run("get(client, http + '/bytes/2000', 0)");
  REQUIRE(two.until("done()"));
  REQUIRE(one.until("done()"));
  CHECK_EQUAL(one.run("last()[6].body.byteLength"), "1000");
  one.endHost();
  one.endRuntime();
  two.run("events = []; get(client, http + '/bytes/3000', 0)");
  REQUIRE(two.until("done()"));
  CHECK_EQUAL(two.run("last()[6].body.byteLength"), "3000");
});

TEST("runtimes on several threads", {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++) {
    threads.emplace_back([&good] {
      for (int round = 0; round < 5; round++) {
        World world;
        world.run("var client = open(); for (let i = 0; i < 10; i++) get(client, http + "
                  "'/bytes/50000', i % 2)");
        good += world.until("done(10)") ? 1 : 0;
        makeBusy(world);
      }
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  CHECK(good == 15);
});
