// What comes, in which shape and order, and how it is cut into turns.
#include "Check.h"
#include "World.h"

#include "reqtask.h"

#include <string>

using test::World;

TEST("a whole body comes with the completion", {
  World world;
  world.run("var client = open(); var task = get(client, script('status 200 OK', 'field x-a: b', "
            "'length 5', "
            "'head-end', 'body hello'), 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("kinds()"), "\"14\"");
  CHECK_EQUAL(world.run("events[0].slice(1, 3)[0] === task && events[0][2]"), "200");
  CHECK_EQUAL(
      world.run(
          "[events[0].length, events[0][4] === script('status 200 OK', 'field x-a: b', 'length 5', "
          "'head-end', 'body hello'), events[0][5]]"),
      "[6,true,0]");
  CHECK_EQUAL(world.run("events[0][3].split('\\n').join('|').includes('x-a|b')"), "true");
  CHECK_EQUAL(world.run("[events[1][2], events[1][5], text(last()[6].body), last()[6].timing, "
                        "last()[6].httpVersion]"),
              "[0,\"\",\"hello\",null,11]");
});

TEST("timing comes when asked for, and chunks leave no body", {
  World world;
  world.run("var client = open(); get(client, script('status 200 OK', 'length 5', 'head-end', "
            "'body hello'), 3)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("kinds()"), "\"124\"");
  CHECK_EQUAL(world.run("[text(events[1][2]), last()[6].body, last()[6].timing.length]"),
              "[\"hello\",null,17]");
});

TEST("an empty body is an ArrayBuffer of no bytes", {
  World world;
  world.run("get(open(), script('status 200 OK', 'length 0', 'head-end'), 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("[last()[6].body instanceof ArrayBuffer, last()[6].body.byteLength]"),
              "[true,0]");
});

TEST("many events come in bounded turns, with one call on its way at most", {
  World world;
  world.run("var sizes = []; var client = host.open([], (batch) => { sizes.push(batch.length); "
            "events.push(...batch); });"
            "host.start(client, 'GET', http + '/bytes/3000', [], null, [23, 1], 1)");
  while (world.run("done()") != "true") {
    REQUIRE(world.turn());
    CHECK(world.invoker->queued() <= 1);
  }
  CHECK_EQUAL(world.run("[events.length, sizes.every((n) => n >= 1 && n < 256 + 16)]"),
              "[3002,true]");
});

TEST("a turn hands over a bounded number of bytes", {
  World world;
  world.run(
      "var sizes = []; var client = host.open([], (batch) => { events.push(...batch);"
      "  sizes.push(batch.reduce((sum, e) => sum + (e[0] === 2 ? e[2].byteLength : 0), 0)); });"
      "host.start(client, 'GET', http + '/bytes/8000000', [], null, [24, 8000000], 1)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(
      world.run("[sizes.reduce((a, b) => a + b), Math.max(...sizes) < 1048576 + 16 * 65536]"),
      "[8000000,true]");
});

TEST("no client starves another", {
  World world;
  // Everything waits in the core before the first turn.
  world.run("var order = []; var clients = [0, 1].map((i) => host.open([], (batch) => { "
            "order.push(i); events.push(...batch); }));"
            "var tasks = clients.map((client) => host.start(client, 'GET', http + '/bytes/1000', "
            "[], null, [23, 1], 1));"
            "tasks.forEach(host.pause)");
  while (world.invoker->queued() > 0) {
    world.turn();
  }
  for (const char *task : {"tasks[0]", "tasks[1]"}) {
    REQUIRE(reqtask_wait(std::stoull(world.run(task)), 30000) == REQTASK_OK);
  }
  world.run("order = []; tasks.forEach(host.resume)");
  REQUIRE(world.until("done(2)"));
  CHECK_EQUAL(world.run("order.slice(0, 8).join('')"), "\"01010101\"");
  CHECK_EQUAL(world.run("events.length"), "2004");
});

TEST("a client that found the turn full is served by the next one, though it rang long ago", {
  World world;
  // 254 chunks, headers and completion of either fill a turn to the last event.
  world.run("var clients = [0, 1].map(() => open());"
            "var tasks = clients.map((client) => host.start(client, 'GET', http + '/bytes/254', "
            "[], null, [23, 1], 1));"
            "tasks.forEach(host.pause)");
  while (world.invoker->queued() > 0) {
    world.turn();
  }
  for (const char *task : {"tasks[0]", "tasks[1]"}) {
    REQUIRE(reqtask_wait(std::stoull(world.run(task)), 30000) == REQTASK_OK);
  }
  world.run("tasks.forEach(host.resume)");
  REQUIRE(world.turn());
  CHECK_EQUAL(world.run("events.length"), "256");
  REQUIRE(world.until("done(2)"));
  CHECK_EQUAL(world.run("events.length"), "512");
});

TEST("what deliver throws is thrown by the task, once, and nothing after it is lost", {
  World world;
  world.run(
      "var client = host.open([], (batch) => { events.push(...batch); if (batch[0][0] === 1) throw "
      "new Error('mine'); });"
      "get(client, script('status 200 OK', 'length 1', 'head-end', 'gate thrown', 'body x'), 1)");
  std::string message;
  try {
    world.until("done()");
  } catch (const facebook::jsi::JSError &error) {
    message = error.getMessage();
  }
  CHECK_EQUAL(message, "mine");
  world.run("var gate = open(() => {}); get(gate, http + '/_open/thrown', 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("kinds()"), "\"124\"");
});

TEST("a client may be closed from within its deliver", {
  World world;
  world.run(
      "var calls = 0; var client = host.open([], (batch) => { calls++; host.close(client); });"
      "get(client, http + '/bytes/100000', 1); var other = open(); get(other, http + '/hello', 0)");
  REQUIRE(world.until("calls > 0 && done()"));
  CHECK_EQUAL(world.run("[calls === 1, caught(() => get(client, http, 0))[1]]"), "[true,-7]");
});

TEST("a client may be closed from within its dispatch", {
  World world;
  world.run("var calls = 0; var client = host.open([], () => { calls++; }); get(client, http + "
            "'/bytes/100000', 1);"
            "Object.defineProperty(Array.prototype, 0, { configurable: true, set() { "
            "host.close(client); } })");
  REQUIRE(world.turn());
  world.run("delete Array.prototype[0]; var other = open(); get(other, http + '/hello', 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("calls"), "0");
});

TEST("an exception in a listener stays on this side of the C API, and is thrown by the task", {
  World world;
  world.run("var client = open(); get(client, http + '/hello', 0);"
            "Object.defineProperty(Array.prototype, 0, { configurable: true, set() { throw new "
            "Error('inner'); } })");
  std::string message;
  try {
    world.turn();
  } catch (const facebook::jsi::JSError &error) {
    message = error.getMessage();
  }
  CHECK_EQUAL(message, "inner");
  world.run("delete Array.prototype[0]; events = []; get(client, http + '/hello', 0)");
  REQUIRE(world.until("done()"));
});

TEST("abort, pause and resume reach the core", {
  World world;
  world.run("var client = open(); var task = get(client, script('status 200 OK', 'length 5', "
            "'head-end', 'stall'), 1)");
  REQUIRE(world.until("kinds() === '1'"));
  CHECK_EQUAL(world.run("host.pause(task); host.resume(task); host.abort(task)"), "true");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("[last()[2], host.abort(task)]"), "[-100,false]");
});
