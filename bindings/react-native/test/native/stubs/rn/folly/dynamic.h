// React Native's bridging headers name the type; nothing compiled here uses it.
#pragma once

namespace folly {
struct dynamic {};
} // namespace folly
