/*
 * The same work through the C API with direct delivery: what the JavaScript listener is compared
 * with.
 */
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Received {
  std::uint64_t bytes = 0;
  std::uint64_t chunks = 0;
  /** When each byte came to the listener, with `each`. */
  bool each = false;
  std::vector<double> atUs;
  double seconds = 0;
};

/** Gets `url` to its end; throws if that fails. */
Received receive(const std::string &url, bool each);

} // namespace bench
