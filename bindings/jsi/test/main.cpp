// Runs the tests whose title contains the second word; the first is the server's address.
#include "Check.h"
#include "World.h"

#include <cstring>

int main(int count, char **words) {
  if (count < 2) {
    std::fprintf(stderr, "usage: tests SERVER [WORD]\n");
    return 2;
  }
  test::setServer(words[1]);
  int passed = 0;
  int failed = 0;
  for (const test::Test &each : test::all()) {
    if (count > 2 && std::strstr(each.title, words[2]) == nullptr) {
      continue;
    }
    test::failures() = 0;
    try {
      each.body();
    } catch (const std::exception &error) {
      test::fail(each.title, 0, error.what());
    }
    std::printf("%s %s\n", test::failures() == 0 ? "ok" : "FAILED", each.title);
    std::fflush(stdout);
    (test::failures() == 0 ? passed : failed)++;
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
