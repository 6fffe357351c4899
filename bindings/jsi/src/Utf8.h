// UTF-8 without an engine: what is ASCII, what is valid, and repairs.
//
// Threads: any; nothing is kept.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reqtask::utf8 {

bool isAscii(std::string_view text);

/// Appends a character; a surrogate becomes U+FFFD.
void append(std::string &text, char32_t character);

/// The characters of Latin-1 text, which are its bytes.
std::string fromLatin1(std::string_view bytes);

/// How many UTF-16 units the text has; nothing if it is not valid (RFC 3629: no surrogates, no
/// overlong forms).
std::optional<std::size_t> unitsOf(std::string_view text);

/// The text with U+FFFD for each byte that belongs to no character.
std::string repaired(std::string_view text);

} // namespace reqtask::utf8
