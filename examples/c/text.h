/*
 * text.h - bytes from the network, written so that their reader cannot be harmed.
 *
 * Header values and bodies are arbitrary bytes. For JSON they become valid UTF-8; for a terminal
 * they become printable text without control sequences.
 */
#ifndef EXAMPLE_TEXT_H
#define EXAMPLE_TEXT_H

#include <stddef.h>
#include <stdio.h>

/** Length in bytes (1 to 4) of the valid UTF-8 sequence at p, or 0 if there is none (Unicode 15,
 * table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF). */
size_t utf8_sequence(const char *p, size_t len);

/** Writes a JSON string with its quotes. Valid UTF-8 stays, every other byte b becomes the
 * character U+00b (Latin-1), control characters, quotes and backslashes are escaped. */
void json_string(FILE *out, const char *text, size_t len);

/** Writes text for a person: at most max_columns characters, control characters and broken UTF-8
 * as '.', and "..." if something was left out. */
void plain_text(FILE *out, const char *text, size_t len, size_t max_columns);

#endif
