/*
 * What the kernel says of this process: threads, open descriptors, resident memory.
 */
#pragma once

#include <cstddef>

namespace harness {

std::size_t threadCount();
std::size_t descriptorCount();
std::size_t residentBytes();

} // namespace harness
