// ArrayBuffers of the core's bytes: over the core's own memory where the engine can do that and it
// pays, else copied once.
//
// What an engine can do is found out by what it does, and remembered for this runtime. Hermes takes
// the memory. JavaScriptCore throws ("Not implemented"). JSVM of React Native for OpenHarmony makes
// a buffer of zeros of the same size and forgets ours; it is told by its address, and filled. An
// engine that fails for want of memory is not blamed: only if the copy of the same bytes succeeds,
// the sharing is given up.
//
// Threads: the JavaScript thread. Holds a JSI value, see Realm.h.
#pragma once

#include "reqtask.h"

#include <jsi/jsi.h>

#include <cstddef>
#include <optional>

namespace reqtask {

class ArrayBuffers {
public:
  /// The core reads into up to 64 KiB at once, and a shared chunk keeps all of that. Figures in
  /// README.md.
  static constexpr std::size_t kShareFromBytes = 16 * 1024;

  explicit ArrayBuffers(facebook::jsi::Runtime &runtime);

  /// Nothing if there is no memory for it.
  std::optional<facebook::jsi::ArrayBuffer> make(facebook::jsi::Runtime &runtime,
                                                 reqtask_bytes bytes);

  /// Whether later ones will be tried without a copy.
  bool sharing() const { return sharing_; }

private:
  std::optional<facebook::jsi::ArrayBuffer> share(facebook::jsi::Runtime &runtime,
                                                  reqtask_bytes bytes);
  std::optional<facebook::jsi::ArrayBuffer> copy(facebook::jsi::Runtime &runtime,
                                                 reqtask_bytes bytes) const;

  /// The engine's own, from before an app could replace it.
  const facebook::jsi::Function constructor_;
  bool sharing_ = true;
};

} // namespace reqtask
