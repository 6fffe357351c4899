// Text between JavaScript and the core.
#include "Check.h"
#include "World.h"

#include "Utf8.h"

namespace utf8 = reqtask::utf8;
using test::World;

TEST("valid UTF-8 is told from what only looks like it", {
  CHECK(utf8::unitsOf("") == 0u);
  CHECK(utf8::unitsOf("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") == 5u);
  for (const char *bad :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xC3\x28"}) {
    CHECK(!utf8::unitsOf(bad));
  }
  CHECK_EQUAL(utf8::repaired("a\xFF\xC3\xA4\xC3"), "a\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBD");
  CHECK_EQUAL(utf8::fromLatin1("a\x80\xFF"), "a\xC2\x80\xC3\xBF");
});

TEST("bytes of header values become the characters of the same number", {
  World world;
  world.run("get(open(), script('status 200 OK', 'field x-bytes: a\\\\x80\\\\xe4\\\\xff', 'length "
            "0', 'head-end'), 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(
      world.run(
          "var lines = events[0][3].split('\\n'); var value = lines[lines.indexOf('x-bytes') + 1];"
          "[...value].map((c) => c.charCodeAt(0))"),
      "[97,128,228,255]");
});

TEST("a lone surrogate goes out as U+FFFD, on an engine that ends the text there too", {
  World world;
  world.run("var client = open(); host.start(client, 'POST', http + '/echo?\\uD800x', ['x-a', "
            "'b\\uDC00c'],"
            " '1\\uD800\\u{1F600}\\uDFFF2\\0\\u00e4\\u20ac', [], 0)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("last()[2]"), "0");
  CHECK_EQUAL(world.run("text(last()[6].body).split('\\r\\n')[0]"),
              "\"POST /echo?%EF%BF%BDx HTTP/1.1\"");
  CHECK_EQUAL(world.run("[...text(last()[6].body).split('x-a: ')[1].split('\\r\\n')[0]].map((c) => "
                        "c.charCodeAt(0))"),
              "[98,239,191,189,99]");
  CHECK_EQUAL(world.run("[...text(last()[6].body).split('\\r\\n\\r\\n')[1]].map((c) => "
                        "c.charCodeAt(0).toString(16)).join(' ')"),
              "\"31 ef bf bd f0 9f 98 80 ef bf bd 32 0 c3 a4 e2 82 ac\"");
});

TEST("an ArrayBuffer goes out as it is, also an empty one", {
  World world;
  world.run("var client = open(); var send = (body) => host.start(client, 'POST', http + '/sink', "
            "[], body, [], 0);"
            "send(new Uint8Array([1, 2, 0, 255]).buffer)");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("text(last()[6].body).includes('4')"), "true");
  world.run("events = []; send(new ArrayBuffer(0))");
  REQUIRE(world.until("done()"));
  CHECK_EQUAL(world.run("last()[2]"), "0");
});
