#include "Utf8.h"

#include <cstdint>

namespace reqtask::utf8 {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Bytes of the character at the beginning, which is not empty; 0 if there is none.
std::size_t lengthAt(std::string_view text, char32_t &character) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    character = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) {
    return 0;
  }
  character = first & (0x7Fu >> length);
  for (std::size_t at = 1; at < length; at++) {
    if ((byte(at) & 0xC0) != 0x80) {
      return 0;
    }
    character = character << 6 | (byte(at) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  return character < least[length] || character > 0x10FFFF || surrogate ? 0 : length;
}

} // namespace

bool isAscii(std::string_view text) {
  unsigned all = 0;
  for (const char byte : text) {
    all |= static_cast<std::uint8_t>(byte);
  }
  return all < 0x80;
}

void append(std::string &text, char32_t character) {
  if (character >= 0xD800 && character <= 0xDFFF) {
    character = kReplacement;
  }
  if (character < 0x80) {
    text += static_cast<char>(character);
    return;
  }
  const int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  constexpr char32_t lead[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(lead[more] | character >> (6 * more));
  for (int at = more - 1; at >= 0; at--) {
    text += static_cast<char>(0x80u | (character >> (6 * at) & 0x3Fu));
  }
}

std::string fromLatin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  for (const char byte : bytes) {
    append(text, static_cast<std::uint8_t>(byte));
  }
  return text;
}

std::optional<std::size_t> unitsOf(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    char32_t character = 0;
    const std::size_t length = lengthAt(text, character);
    if (length == 0) {
      return std::nullopt;
    }
    units += length == 4 ? 2 : 1;
    text.remove_prefix(length);
  }
  return units;
}

std::string repaired(std::string_view text) {
  std::string good;
  good.reserve(text.size() + 2);
  while (!text.empty()) {
    char32_t character = kReplacement;
    const std::size_t length = lengthAt(text, character);
    append(good, length == 0 ? kReplacement : character);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return good;
}

} // namespace reqtask::utf8
