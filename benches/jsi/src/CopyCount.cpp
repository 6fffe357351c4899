#include "CopyCount.h"

#include <atomic>
#include <cstddef>

static std::atomic<std::uint64_t> copied{0};

extern "C" {
void *__real_memcpy(void *to, const void *from, std::size_t size);
void *__real_memmove(void *to, const void *from, std::size_t size);

void *__wrap_memcpy(void *to, const void *from, std::size_t size) {
  copied.fetch_add(size, std::memory_order_relaxed);
  return __real_memcpy(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, std::size_t size) {
  copied.fetch_add(size, std::memory_order_relaxed);
  return __real_memmove(to, from, size);
}
}

namespace bench {

std::uint64_t copiedBytes() { return copied.load(); }

} // namespace bench
