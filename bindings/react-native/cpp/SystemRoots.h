// The certificate authorities that the platform lets this app trust, for JavaScript to hand to the
// core.
//
// The core has roots built in and can read files; where an app's trust is decided by an API of the
// platform instead (Android: the network security configuration, authorities that the user has
// installed), the platform's shell registers a reader here and the host object gets one more
// function, systemRoots(): string, in PEM. Elsewhere the function is missing.
#pragma once

#include <jsi/jsi.h>

#include <string>

namespace reqtask {

/// Called on the JavaScript thread. Fails with an exception derived from std::exception.
using SystemRootsReader = std::string (*)();

/// From any thread, best while the library is loaded; nullptr takes it away.
void setSystemRootsReader(SystemRootsReader reader);

/// Adds systemRoots to `host` if a reader is set.
void addSystemRoots(facebook::jsi::Runtime &runtime, facebook::jsi::Object &host);

} // namespace reqtask
