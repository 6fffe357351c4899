// The smallest test runner: TEST defines one, CHECK fails it and goes on, REQUIRE fails it and ends
// it.
#pragma once

#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

struct Test {
  const char *title;
  std::function<void()> body;
};

inline std::vector<Test> &all() {
  static std::vector<Test> tests;
  return tests;
}

inline int &failures() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char *title, std::function<void()> body) { all().push_back({title, body}); }
};

inline void fail(const char *file, int line, const std::string &what) {
  std::fprintf(stderr, "  %s:%d: %s\n", file, line, what.c_str());
  failures()++;
}

inline void equal(const char *file, int line, const std::string &got, const std::string &wanted) {
  if (got != wanted) {
    fail(file, line, "got " + got + "\n    wanted " + wanted);
  }
}

} // namespace test

#define TEST_JOIN2(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN2(a, b)
#define TEST(title, ...)                                                                           \
  static const test::Registration TEST_JOIN(registered, __LINE__)(title, [] __VA_ARGS__)
#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition))                                                                              \
      test::fail(__FILE__, __LINE__, "not true: " #condition);                                     \
  } while (false)
#define REQUIRE(condition)                                                                         \
  do {                                                                                             \
    if (!(condition))                                                                              \
      throw std::runtime_error("not true: " #condition);                                           \
  } while (false)
#define CHECK_EQUAL(got, wanted) test::equal(__FILE__, __LINE__, (got), (wanted))
