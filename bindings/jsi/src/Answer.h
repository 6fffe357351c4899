// NativeAnswer of native.ts: what came back, with the completion.
//
// Threads: the JavaScript thread, inside a completion listener. A temporary; holds a JSI value.
#pragma once

#include "reqtask.h"

#include <jsi/jsi.h>

#include <cstdint>

namespace reqtask {

class Realm;

struct Answer {
  static Answer of(Realm &realm, const reqtask_complete_event &event, std::uint32_t flags);

  facebook::jsi::Value value = facebook::jsi::Value::null();
  /// There was no memory for the body, which is null then.
  bool lost = false;
};

} // namespace reqtask
