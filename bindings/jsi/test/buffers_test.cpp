// ArrayBuffers of the core's bytes on engines of each kind: same bytes, and no more tries than
// needed.
#include "Check.h"
#include "World.h"

using test::Foreign;
using test::World;

namespace {

// Byte i of the server's pattern, in JavaScript.
const char *const kIntact =
    "var intact = (buffer, from) => { const b = new Uint8Array(buffer); from = from || 0;"
    " for (let i = 0; i < b.length; i++)"
    "   if (b[i] !== Math.imul(i + from, 2654435761) >>> 24) return 'byte ' + i;"
    " return b.length; };";

/// Bodies of the sizes, one after the other, and what became of them.
std::string bodies(World &world, const std::string &sizes) {
  world.run(kIntact);
  world.run("events = []; var client = open(); var sizes = " + sizes +
            "; sizes.forEach((n) => get(client, http + '/bytes/' + n, 0))");
  REQUIRE(world.until("done(sizes.length)"));
  return world.run("events.filter((e) => e[0] === 4).map((e) => e[2] || "
                   "intact(e[6].body)).sort((a, b) => a - b)");
}

} // namespace

TEST("an engine that takes memory gets it without a copy, and is told how much", {
  World world(Foreign::Taken);
  CHECK_EQUAL(bodies(world, "[100000, 200000]"), "[100000,200000]");
  CHECK(world.engine->tries == 2);
  CHECK(world.engine->pressure == 300000);
});

TEST("small bodies are copied", {
  World world(Foreign::Taken);
  CHECK_EQUAL(bodies(world, "[1, 16383]"), "[1,16383]");
  CHECK(world.engine->tries == 0);
});

TEST("an engine that refuses memory gets copies, and is asked once", {
  World world(Foreign::Refused);
  CHECK_EQUAL(bodies(world, "[100000, 200000]"), "[100000,200000]");
  CHECK_EQUAL(bodies(world, "[100000]"), "[100000]");
  CHECK(world.engine->tries == 1);
  CHECK(world.engine->pressure == 0);
});

TEST("an engine that makes zeros of the memory gets copies, and is asked once", {
  World world(Foreign::Zeroed);
  CHECK_EQUAL(bodies(world, "[100000, 200000]"), "[100000,200000]");
  CHECK_EQUAL(bodies(world, "[100000]"), "[100000]");
  CHECK(world.engine->tries == 1);
  CHECK(world.engine->pressure == 0);
});

TEST("an engine that makes a buffer of another size gets copies, and is asked once", {
  World world(Foreign::Short);
  CHECK_EQUAL(bodies(world, "[100000, 200000]"), "[100000,200000]");
  CHECK(world.engine->tries == 1);
});

TEST("an engine that throws although there is memory gets copies, and is asked once", {
  World world(Foreign::ThrowsOnce);
  CHECK_EQUAL(bodies(world, "[100000]"), "[100000]");
  CHECK_EQUAL(bodies(world, "[100000]"), "[100000]");
  CHECK(world.engine->tries == 1);
});

TEST("without memory a body is lost with E_NO_MEMORY, and the engine is not blamed", {
  World world(Foreign::NoMemory);
  CHECK_EQUAL(bodies(world, "[100000]"), "[-8]");
  CHECK_EQUAL(world.run("[last()[6].body, last()[5].length > 0]"), "[null,true]");
  world.engine->foreign = Foreign::Taken;
  CHECK_EQUAL(bodies(world, "[100000]"), "[100000]");
  CHECK(world.engine->pressure == 100000);
});

TEST("without memory a stream ends with E_NO_MEMORY rather than with a hole", {
  World world(Foreign::NoMemory);
  world.run("var client = open(); get(client, http + '/bytes/1000000', 1)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("[kinds(), last()[2]]"), "[\"14\",-8]");
});

TEST("chunks belong to JavaScript for ever: after client, host and library state are gone (E-3)", {
  World world(Foreign::Taken);
  world.run(kIntact);
  world.run("var client = open(); get(client, http + '/bytes/300000', 1)");
  REQUIRE(world.until("done()"));
  world.run("host.close(client)");
  world.endHost();
  CHECK_EQUAL(world.run("var at = 0; events.filter((e) => e[0] === 2).every((e) => {"
                        "  const n = intact(e[2], at); at += e[2].byteLength; return n === "
                        "e[2].byteLength; }) && at"),
              "300000");
  CHECK_EQUAL(world.run("var b = new Uint8Array(events[1][2]); b.fill(7); b[b.length - 1]"), "7");
});
