// Reading what JavaScript passes. Each function either reads or throws a TypeError that names the
// argument (`what`); none crashes on any value.
//
// Threads: the JavaScript thread. Getters on the arrays run here, and may call any host function.
#pragma once

#include "StringCodec.h"

#include "reqtask.h"

#include <jsi/jsi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace reqtask::arguments {

void expectCount(facebook::jsi::Runtime &runtime, std::size_t given, std::size_t expected);

/// A whole number from 0 to max.
double number(facebook::jsi::Runtime &runtime, const facebook::jsi::Value &value,
              const std::string &what, double max);

/// A task's or client's number: any number at all, 0 for one that names nothing.
std::uint64_t id(facebook::jsi::Runtime &runtime, const facebook::jsi::Value &value,
                 const std::string &what);

/// UTF-8.
std::string text(facebook::jsi::Runtime &runtime, StringCodec &strings,
                 const facebook::jsi::Value &value, const std::string &what);

/// An array of pairs; `member` says what it lacks if there is one too many.
facebook::jsi::Array pairs(facebook::jsi::Runtime &runtime, const facebook::jsi::Value &value,
                           const std::string &what, const char *member);

/// Gives each pair of `options` to one of the setters.
template <typename Target>
void options(facebook::jsi::Runtime &runtime, StringCodec &strings,
             const facebook::jsi::Value &value, Target *target,
             reqtask_status (*setNumber)(Target *, std::uint32_t, std::uint64_t),
             reqtask_status (*setText)(Target *, std::uint32_t, const char *, std::size_t));

} // namespace reqtask::arguments

#include "Arguments-inl.h"
