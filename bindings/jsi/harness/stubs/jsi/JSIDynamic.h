/*
 * Stands in for React Native's JSIDynamic.h in the harness, which would need folly. Declared, never
 * defined: nobody calls it.
 */
#pragma once

#include <folly/dynamic.h>
#include <jsi/jsi.h>

namespace facebook::jsi {
Value valueFromDynamic(Runtime &runtime, const folly::dynamic &dynamic);
folly::dynamic dynamicFromValue(Runtime &runtime, const Value &value);
} // namespace facebook::jsi
