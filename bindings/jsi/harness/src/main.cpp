/*
 * The runner: apps over one engine, each with the same scripts, until harness.done. Prints "N
 * passed, N failed" of them all.
 *
 *   runner [--environment FILE] [--reloads N] [--threads N] SCRIPT...
 *
 * --environment  JSON, which scripts see as `environment`
 * --reloads      lives of the app on each thread, one after the other (default 1)
 * --threads      threads that do so, each with runtimes of its own (default 1)
 *
 * After the last life, threads and descriptors must be back to what they were, but for a few that
 * the engine keeps: what stays beyond those is a leak and fails.
 */
#include "App.h"
#include "Process.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace {

struct Order {
  std::string environment = "{}";
  int reloads = 1;
  int threads = 1;
  std::vector<harness::Script> scripts;
};

std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "runner: cannot read %s\n", path.c_str());
    std::exit(2);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Order parse(int count, char **words) {
  Order order;
  for (int i = 1; i < count; i++) {
    const std::string word = words[i];
    const bool hasValue = i + 1 < count;
    if (word == "--environment" && hasValue) {
      order.environment = readFile(words[++i]);
    } else if (word == "--reloads" && hasValue) {
      order.reloads = std::atoi(words[++i]);
    } else if (word == "--threads" && hasValue) {
      order.threads = std::atoi(words[++i]);
    } else {
      order.scripts.push_back({word, readFile(word)});
    }
  }
  return order;
}

struct Sum {
  std::atomic<int> passed{0};
  std::atomic<int> failed{0};
};

void live(const Order &order, int first, int lives, Sum &sum) {
  try {
    for (int i = 0; i < lives; i++) {
      harness::App app(order.environment, order.scripts,
                       (first + i) % 2 == 0 ? harness::ManagerEnds::OnJsThread
                                            : harness::ManagerEnds::OnOtherThread);
      const harness::Outcome outcome = app.run();
      sum.passed += outcome.passed;
      sum.failed += outcome.failed;
    }
  } catch (const std::exception &error) {
    std::fprintf(stderr, "runner: %s\n", error.what());
    sum.failed++;
  }
}

/* Threads that are ending and sockets that are closing need a moment, but not forever. */
bool backTo(std::size_t threads, std::size_t descriptors) {
  for (int wait = 0; wait < 1000; wait++) {
    if (harness::threadCount() <= threads && harness::descriptorCount() <= descriptors) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::fprintf(stderr, "runner: %zu threads and %zu descriptors are left of %zu and %zu\n",
               harness::threadCount(), harness::descriptorCount(), threads, descriptors);
  return false;
}

} // namespace

int main(int count, char **words) {
  const Order order = parse(count, words);
  // What the engine and the core keep for good once they have run at all; a leak in each life is
  // more.
  constexpr std::size_t keptThreads = 12;
  constexpr std::size_t keptDescriptors = 8;
  const std::size_t threads = harness::threadCount() + keptThreads;
  const std::size_t descriptors = harness::descriptorCount() + keptDescriptors;
  Sum sum;
  if (order.threads == 1) {
    live(order, 0, order.reloads, sum);
  } else {
    std::vector<std::thread> others;
    for (int i = 0; i < order.threads; i++) {
      others.emplace_back([&order, &sum, i] { live(order, i, order.reloads, sum); });
    }
    for (std::thread &other : others) {
      other.join();
    }
  }
  sum.failed += backTo(threads, descriptors) ? 0 : 1;
  std::printf("%d passed, %d failed\n", sum.passed.load(), sum.failed.load());
  return sum.failed == 0 ? 0 : 1;
}
