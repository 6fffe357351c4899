// React Native's bridging headers name the type; nothing compiled here uses it.
#pragma once

// As the real one does, by way of folly/portability/Config.h: React Native ships no such file.
#ifndef FOLLY_NO_CONFIG
#include <folly/folly-config.h>
#endif

namespace folly {
struct dynamic {};
} // namespace folly
