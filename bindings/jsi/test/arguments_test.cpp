// What the host functions throw: TypeErrors for wrong values, NativeError (code, step) for what the
// core refuses.
#include "Check.h"
#include "World.h"

using test::World;

TEST("wrong values are TypeErrors that name the argument", {
  World world;
  world.run("var client = open(); var type = (call) => { const e = caught(call); return e && e[0] "
            "+ ' ' + e[3]; };"
            "var start = (...changed) => { const a = [client, 'GET', http, [], null, [], 0];"
            "  for (let i = 0; i < changed.length; i += 2) a[changed[i]] = changed[i + 1]; return "
            "() => host.start(...a); }");
  CHECK_EQUAL(world.run("type(() => host.open())"),
              "\"TypeError reqtask: 2 arguments expected, 0 given\"");
  CHECK_EQUAL(world.run("type(() => host.open([], 1))"),
              "\"TypeError reqtask: deliver must be a function\"");
  CHECK_EQUAL(world.run("type(() => host.open({}, () => {}))"),
              "\"TypeError reqtask: options must be an array\"");
  CHECK_EQUAL(world.run("type(() => host.open([1], () => {}))"),
              "\"TypeError reqtask: options must hold a value for each key\"");
  CHECK_EQUAL(world.run("type(() => host.open([-1, 1], () => {}))"),
              "\"TypeError reqtask: options[0] must be a whole number from 0 to 4294967295\"");
  CHECK_EQUAL(world.run("type(() => host.open([1, null], () => {}))"),
              "\"TypeError reqtask: options[1] (option 1) must be a whole number from 0 to "
              "9007199254740991\"");
  CHECK_EQUAL(world.run("type(start(0, 'x'))"), "\"TypeError reqtask: client must be a number\"");
  CHECK_EQUAL(world.run("type(start(1, 1))"), "\"TypeError reqtask: method must be a string\"");
  CHECK_EQUAL(world.run("type(start(2, {}))"), "\"TypeError reqtask: url must be a string\"");
  CHECK_EQUAL(world.run("type(start(3, ['a']))"),
              "\"TypeError reqtask: fields must hold a value for each name\"");
  CHECK_EQUAL(world.run("type(start(3, ['a', 1]))"),
              "\"TypeError reqtask: fields[1] must be a string\"");
  CHECK_EQUAL(world.run("type(start(4, new Uint8Array(1)))"),
              "\"TypeError reqtask: body must be an ArrayBuffer, a string, or null\"");
  CHECK_EQUAL(world.run("type(start(6, 4))"),
              "\"TypeError reqtask: flags must be a whole number from 0 to 3\"");
  CHECK_EQUAL(world.run("type(() => host.abort('1'))"),
              "\"TypeError reqtask: task must be a number\"");
  CHECK_EQUAL(world.run("[host.abort(NaN), host.abort(-1), host.abort(1e300), host.abort(0.5)]"),
              "[false,false,false,false]");
});

TEST("what the core refuses has a code and the step", {
  World world;
  world.run("var client = open()");
  CHECK_EQUAL(world.run("caught(() => host.open([4711, 1], () => {})).slice(0, 3)"),
              "[\"Error\",-4,\"option\"]");
  CHECK_EQUAL(world.run("caught(() => get(client, 'ftp://x/', 0)).slice(0, 3)"),
              "[\"Error\",-1,\"request\"]");
  CHECK_EQUAL(
      world.run(
          "caught(() => host.start(client, 'GET', http, ['a b', 'c'], null, [], 0)).slice(0, 3)"),
      "[\"Error\",-1,\"field\"]");
  CHECK_EQUAL(
      world.run("caught(() => host.start(client, 'GET', http, [], null, [28, 5], 0)).slice(0, 3)"),
      "[\"Error\",-1,\"option\"]");
  CHECK_EQUAL(world.run("caught(() => host.start(client, 'GET', http, ['content-length', '5'], "
                        "'four', [], 0)).slice(0, 3)"),
              "[\"Error\",-1,\"create\"]");
  CHECK_EQUAL(world.run("caught(() => get(client + 1, http, 0))"),
              "[\"Error\",-7,\"create\",\"this client is closed, or never was\"]");
});

TEST("a getter that closes the client during start is seen", {
  World world;
  world.run("var client = open(); var fields = ['x-a', '']; Object.defineProperty(fields, 1, { "
            "get() { host.close(client); return 'b'; } })");
  CHECK_EQUAL(
      world.run("caught(() => host.start(client, 'GET', http, fields, null, [], 0)).slice(1, 3)"),
      "[-7,\"create\"]");
});
