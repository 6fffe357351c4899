#include "StringCodec.h"

#include "Utf8.h"

namespace reqtask {

namespace jsi = facebook::jsi;

namespace {

bool tryReplacing(jsi::Runtime &runtime) {
  const jsi::String lone = runtime.global()
                               .getPropertyAsFunction(runtime, "String")
                               .getPropertyAsFunction(runtime, "fromCharCode")
                               .call(runtime, 0xD800)
                               .asString(runtime);
  return lone.utf8(runtime) == "\xEF\xBF\xBD";
}

/// Unit by unit. Slow, and only for text that is not well-formed.
std::string spell(jsi::Runtime &runtime, const jsi::Object &boxed, std::size_t length) {
  const jsi::Function charCodeAt = boxed.getPropertyAsFunction(runtime, "charCodeAt");
  const auto unit = [&](std::size_t at) -> char32_t {
    const jsi::Value code = charCodeAt.callWithThis(runtime, boxed, static_cast<double>(at));
    return static_cast<char32_t>(code.asNumber());
  };
  std::string text;
  for (std::size_t at = 0; at < length; at++) {
    char32_t character = unit(at);
    if (character >= 0xD800 && character < 0xDC00 && at + 1 < length) {
      const char32_t second = unit(at + 1);
      if (second >= 0xDC00 && second < 0xE000) {
        character = 0x10000 + ((character - 0xD800) << 10) + (second - 0xDC00);
        at++;
      }
    }
    utf8::append(text, character);
  }
  return text;
}

} // namespace

jsi::String StringCodec::fromUtf8(jsi::Runtime &runtime, std::string_view text) {
  if (utf8::isAscii(text)) {
    return jsi::String::createFromAscii(runtime, text.data(), text.size());
  }
  if (utf8::unitsOf(text)) {
    return jsi::String::createFromUtf8(runtime, reinterpret_cast<const uint8_t *>(text.data()),
                                       text.size());
  }
  return jsi::String::createFromUtf8(runtime, utf8::repaired(text));
}

jsi::String StringCodec::fromLatin1(jsi::Runtime &runtime, std::string_view bytes) {
  if (utf8::isAscii(bytes)) {
    return jsi::String::createFromAscii(runtime, bytes.data(), bytes.size());
  }
  return jsi::String::createFromUtf8(runtime, utf8::fromLatin1(bytes));
}

std::string StringCodec::read(jsi::Runtime &runtime, const jsi::String &text) {
  if (!replacesSurrogates_) {
    replacesSurrogates_ = tryReplacing(runtime);
  }
  std::string bytes = text.utf8(runtime);
  if (*replacesSurrogates_) {
    return bytes;
  }
  // A String object, because JSI has no function for the length.
  const jsi::Object boxed = runtime.global()
                                .getPropertyAsFunction(runtime, "Object")
                                .call(runtime, text)
                                .asObject(runtime);
  const auto length = static_cast<std::size_t>(boxed.getProperty(runtime, "length").asNumber());
  return utf8::unitsOf(bytes) == length ? bytes : spell(runtime, boxed, length);
}

} // namespace reqtask
