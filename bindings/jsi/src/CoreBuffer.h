// Bytes of the core as JSI takes them, without a copy.
//
// Ownership: one reference to the core's buffer, which outlives task, client and library state.
// JavaScript may write to the bytes: when it gets there, the core has given its own references up.
// Threads: the destructor on any (Hermes frees from a thread of its collector); it neither waits
// nor calls an engine.
#pragma once

#include "reqtask.h"

#include <jsi/jsi.h>

namespace reqtask {

class CoreBuffer : public facebook::jsi::MutableBuffer {
public:
  explicit CoreBuffer(reqtask_bytes bytes) : bytes_(bytes) { reqtask_buf_retain(bytes_.buf); }
  ~CoreBuffer() override { reqtask_buf_release(bytes_.buf); }
  CoreBuffer(const CoreBuffer &) = delete;
  CoreBuffer &operator=(const CoreBuffer &) = delete;

  std::size_t size() const override { return bytes_.len; }
  std::uint8_t *data() override { return bytes_.data; }

private:
  const reqtask_bytes bytes_;
};

} // namespace reqtask
