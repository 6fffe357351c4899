/*
 * One slice of the benchmark; prints its figures as a line of JSON. benches/jsi/run.mjs runs these
 * in turn.
 *
 *   bench-ENGINE c-latency COUNT GAP_US | c-body SIZE
 *   bench-ENGINE js GIVEN_JSON SCRIPT...
 *
 * Scripts see `environment.given`, and `bench`: { origin, sentUs(), copiedBytes() }.
 */
#include "App.h"
#include "BlastServer.h"
#include "CListener.h"
#include "CopyCount.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

namespace jsi = facebook::jsi;

namespace {

std::string readFile(const std::string &path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void define(jsi::Runtime &runtime, jsi::Object &target, const char *name,
            std::function<jsi::Value(jsi::Runtime &)> value) {
  target.setProperty(
      runtime, name,
      jsi::Function::createFromHostFunction(
          runtime, jsi::PropNameID::forAscii(runtime, name), 0,
          [value = std::move(value)](jsi::Runtime &rt, const jsi::Value &, const jsi::Value *,
                                     std::size_t) { return value(rt); }));
}

void install(jsi::Runtime &runtime, const bench::BlastServer &server) {
  jsi::Object target(runtime);
  target.setProperty(runtime, "origin", jsi::String::createFromUtf8(runtime, server.origin()));
  define(runtime, target, "copiedBytes",
         [](jsi::Runtime &) { return jsi::Value(static_cast<double>(bench::copiedBytes())); });
  define(runtime, target, "sentUs", [&server](jsi::Runtime &rt) {
    const std::vector<double> sent = server.sentUs();
    jsi::Array array(rt, sent.size());
    for (std::size_t i = 0; i < sent.size(); i++) {
      array.setValueAtIndex(rt, i, sent[i]);
    }
    return jsi::Value(rt, array);
  });
  runtime.global().setProperty(runtime, "bench", target);
}

void printTimes(const char *name, const std::vector<double> &times) {
  std::printf("\"%s\":[", name);
  for (std::size_t i = 0; i < times.size(); i++) {
    std::printf(i == 0 ? "%.1f" : ",%.1f", times[i]);
  }
  std::printf("]");
}

int runC(const std::string &what, const bench::BlastServer &server, char **words) {
  const bool latency = what == "c-latency";
  const std::string path = latency ? std::string("/drip/") + words[2] + "/" + words[3]
                                   : std::string("/body/") + words[2];
  const bench::Received received = bench::receive(server.origin() + path, latency);
  std::printf("{\"bytes\":%llu,\"chunks\":%llu,\"seconds\":%.6f",
              static_cast<unsigned long long>(received.bytes),
              static_cast<unsigned long long>(received.chunks), received.seconds);
  if (latency) {
    std::printf(",");
    printTimes("sentUs", server.sentUs());
    std::printf(",");
    printTimes("atUs", received.atUs);
  }
  std::printf("}\n");
  return 0;
}

int runJs(const bench::BlastServer &server, int count, char **words) {
  std::vector<harness::Script> scripts;
  for (int i = 3; i < count; i++) {
    scripts.push_back({words[i], readFile(words[i])});
  }
  harness::App app(std::string("{\"given\":") + words[2] + "}", scripts,
                   harness::ManagerEnds::OnJsThread);
  install(app.runtime(), server);
  return app.run().failed == 0 ? 0 : 1;
}

} // namespace

int main(int count, char **words) {
  try {
    const bench::BlastServer server;
    const std::string what = count > 1 ? words[1] : "";
    if (what == "js" && count > 3) {
      return runJs(server, count, words);
    }
    if ((what == "c-latency" && count == 4) || (what == "c-body" && count == 3)) {
      return runC(what, server, words);
    }
    std::fprintf(stderr, "bench: see the head of benches/jsi/src/main.cpp\n");
  } catch (const std::exception &error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
  }
  return 2;
}
