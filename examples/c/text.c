/* text.c - see text.h. */
#include "text.h"

#include <stdbool.h>

size_t utf8_sequence(const char *text, size_t len) {
  const unsigned char *p = (const unsigned char *)text;
  if (len == 0)
    return 0;
  if (p[0] < 0x80)
    return 1;
  size_t need = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
  if (p[0] < 0xc2 || p[0] > 0xf4 || len < need)
    return 0;
  unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
  unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high)
    return 0;
  for (size_t i = 2; i < need; i++) {
    if (p[i] < 0x80 || p[i] > 0xbf)
      return 0;
  }
  return need;
}

void json_string(FILE *out, const char *text, size_t len) {
  fputc('"', out);
  for (size_t i = 0; i < len;) {
    unsigned char c = (unsigned char)text[i];
    size_t n = utf8_sequence(text + i, len - i);
    if (n == 0) {
      fputc(0xc0 | c >> 6, out);
      fputc(0x80 | (c & 0x3f), out);
      n = 1;
    } else if (n > 1) {
      fwrite(text + i, 1, n, out);
    } else if (c == '"' || c == '\\') {
      fputc('\\', out);
      fputc(c, out);
    } else if (c < 0x20 || c == 0x7f) {
      fprintf(out, "\\u%04x", c);
    } else {
      fputc(c, out);
    }
    i += n;
  }
  fputc('"', out);
}

void plain_text(FILE *out, const char *text, size_t len, size_t max_columns) {
  size_t column = 0;
  for (size_t i = 0; i < len; column++) {
    if (column == max_columns) {
      fputs("...", out);
      return;
    }
    unsigned char c = (unsigned char)text[i];
    size_t n = utf8_sequence(text + i, len - i);
    /* U+0080 to U+009F are control characters too: some terminals obey them. */
    bool c1 = n == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0;
    if (n == 0 || c1 || c < 0x20 || c == 0x7f)
      fputc('.', out);
    else
      fwrite(text + i, 1, n, out);
    i += n == 0 ? 1 : n;
  }
}
