#include "Arguments.h"

#include <cmath>
#include <cstdio>

namespace reqtask::arguments {

namespace jsi = facebook::jsi;

void expectCount(jsi::Runtime &runtime, std::size_t given, std::size_t expected) {
  if (given < expected) {
    errors::throwType(runtime, std::to_string(expected) + " arguments expected, " +
                                   std::to_string(given) + " given");
  }
}

double number(jsi::Runtime &runtime, const jsi::Value &value, const std::string &what, double max) {
  if (value.isNumber()) {
    const double given = value.getNumber();
    if (given >= 0 && given <= max && std::floor(given) == given) {
      return given;
    }
  }
  char limit[32];
  std::snprintf(limit, sizeof limit, "%.0f", max);
  errors::throwType(runtime, what + " must be a whole number from 0 to " + limit);
}

std::uint64_t id(jsi::Runtime &runtime, const jsi::Value &value, const std::string &what) {
  if (!value.isNumber()) {
    errors::throwType(runtime, what + " must be a number");
  }
  const double given = value.getNumber();
  const bool names = given >= 1 && given < 9007199254740992.0 && std::floor(given) == given;
  return names ? static_cast<std::uint64_t>(given) : 0;
}

std::string text(jsi::Runtime &runtime, StringCodec &strings, const jsi::Value &value,
                 const std::string &what) {
  if (!value.isString()) {
    errors::throwType(runtime, what + " must be a string");
  }
  return strings.read(runtime, value.getString(runtime));
}

jsi::Array pairs(jsi::Runtime &runtime, const jsi::Value &value, const std::string &what,
                 const char *member) {
  if (value.isObject()) {
    jsi::Object object = value.getObject(runtime);
    if (object.isArray(runtime)) {
      jsi::Array array = std::move(object).getArray(runtime);
      if (array.size(runtime) % 2 != 0) {
        errors::throwType(runtime, what + " must hold a value for each " + member);
      }
      return array;
    }
  }
  errors::throwType(runtime, what + " must be an array");
}

} // namespace reqtask::arguments
