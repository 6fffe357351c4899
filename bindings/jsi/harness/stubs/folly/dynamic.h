/*
 * Stands in for folly's dynamic.h in the harness. React Native's bridging headers name the type,
 * and nothing that is compiled here uses it, so that folly itself is not needed.
 */
#pragma once

namespace folly {
struct dynamic {};
} // namespace folly
