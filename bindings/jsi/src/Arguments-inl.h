// The one template of Arguments.h.
#pragma once

#include "Errors.h"

namespace reqtask::arguments {

template <typename Target>
void options(facebook::jsi::Runtime &runtime, StringCodec &strings,
             const facebook::jsi::Value &value, Target *target,
             reqtask_status (*setNumber)(Target *, std::uint32_t, std::uint64_t),
             reqtask_status (*setText)(Target *, std::uint32_t, const char *, std::size_t)) {
  const facebook::jsi::Array list = pairs(runtime, value, "options", "key");
  const std::size_t count = list.size(runtime);
  for (std::size_t at = 0; at + 1 < count; at += 2) {
    const auto key =
        static_cast<std::uint32_t>(number(runtime, list.getValueAtIndex(runtime, at),
                                          "options[" + std::to_string(at) + "]", UINT32_MAX));
    const facebook::jsi::Value setting = list.getValueAtIndex(runtime, at + 1);
    const std::string what =
        "options[" + std::to_string(at + 1) + "] (option " + std::to_string(key) + ")";
    if (setting.isString()) {
      const std::string given = text(runtime, strings, setting, what);
      errors::check(runtime, setText(target, key, given.data(), given.size()), "option");
    } else {
      const double given = number(runtime, setting, what, 9007199254740991.0);
      errors::check(runtime, setNumber(target, key, static_cast<std::uint64_t>(given)), "option");
    }
  }
}

} // namespace reqtask::arguments
