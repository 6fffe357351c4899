/*
 * Counts the bytes that our C++ copies: the linker brings every memcpy and memmove of the program's
 * objects here (--wrap), those of the host among them. Libraries are not counted: not the engine,
 * and not the core, which is linked as one for it.
 */
#pragma once

#include <cstdint>

namespace bench {

/** Since the program began, any thread. */
std::uint64_t copiedBytes();

} // namespace bench
