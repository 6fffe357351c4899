/*
 * What an engine brings: one of JscEngine.cpp and HermesEngine.cpp is linked into a runner.
 * `engineName` is "jsc", "jsc-zero-copy" or "hermes".
 */
#pragma once

#include <jsi/jsi.h>

#include <memory>

namespace harness {

extern const char *const engineName;

/** A runtime with nothing of the harness in it. This thread is its JavaScript thread. */
std::unique_ptr<facebook::jsi::Runtime> makeEngine();

/**
 * Makes the engine call the global function __unhandledRejection(reason) for promises that nobody
 * handles. `runtime` is the one that makeEngine made last on this thread.
 */
void trackRejections(facebook::jsi::Runtime &runtime);

} // namespace harness
