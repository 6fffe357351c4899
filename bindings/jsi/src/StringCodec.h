// Text between JavaScript and the core, the same on every engine.
//
// From JavaScript, a lone surrogate becomes U+FFFD, as in Node. Hermes does so in String::utf8;
// JavaScriptCore ends the text there (JSStringGetUTF8CString converts strictly). Which of them this
// is, is tried once for each runtime.
//
// Threads: the JavaScript thread. Holds no JSI value.
#pragma once

#include "reqtask.h"

#include <jsi/jsi.h>

#include <optional>
#include <string>
#include <string_view>

namespace reqtask {

class StringCodec {
public:
  /// UTF-8, or what is close to it.
  static facebook::jsi::String fromUtf8(facebook::jsi::Runtime &runtime, std::string_view text);
  static facebook::jsi::String fromUtf8(facebook::jsi::Runtime &runtime, reqtask_str text) {
    return fromUtf8(runtime, std::string_view(text.ptr, text.len));
  }
  /// Each byte is a character.
  static facebook::jsi::String fromLatin1(facebook::jsi::Runtime &runtime, std::string_view bytes);

  /// In UTF-8.
  std::string read(facebook::jsi::Runtime &runtime, const facebook::jsi::String &text);

private:
  std::optional<bool> replacesSurrogates_;
};

} // namespace reqtask
