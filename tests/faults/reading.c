/* A small reading of answers, independent of the library's. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

/* The answer in one piece, with a NUL behind; the caller frees it. */
static char *text_of(const turn *t) {
  char *text = malloc(answer_len(t) + 1);
  if (text == NULL)
    abort();
  size_t at = 0;
  for (size_t i = 0; i < PIECES_MAX; i++) {
    const piece *part = &t->answer[i];
    if (part->bytes != NULL)
      memcpy(text + at, part->bytes, part->len);
    else
      memset(text + at, 'x', part->len);
    at += part->len;
  }
  text[at] = '\0';
  return text;
}

size_t head_len(const turn *t) {
  char *text = text_of(t);
  const char *at = text;
  for (;;) {
    bool interim = memcmp(at, "HTTP/1.1 1", 10) == 0;
    at = strstr(at, "\r\n\r\n") + 4;
    if (!interim || t->kind == TURN_CONTINUE)
      break;
  }
  size_t len = (size_t)(at - text);
  free(text);
  return len;
}

/* The chunks in `len` bytes, up to a last chunk with its trailer. */
static body_so_far chunks(const char *at, size_t len) {
  body_so_far so_far = {0, false, false};
  const char *end = at + len;
  for (;;) {
    const char *line = memmem(at, (size_t)(end - at), "\r\n", 2);
    if (line == NULL)
      return so_far;
    size_t size = strtoul(at, NULL, 16);
    at = line + 2;
    if (size == 0) {
      so_far.whole = memmem(line, (size_t)(end - line), "\r\n\r\n", 4) != NULL;
      return so_far;
    }
    size_t here = (size_t)(end - at) < size ? (size_t)(end - at) : size;
    so_far.produced += here;
    if ((size_t)(end - at) < size + 2)
      return so_far;
    at += size + 2;
  }
}

body_so_far read_body(const turn *t, size_t len) {
  char *text = text_of(t);
  size_t head = head_len(t);
  body_so_far so_far = {len - head, false, false};
  char kept = text[head];
  text[head] = '\0';
  const char *length = strstr(text, "content-length: ");
  const char *chunked = strstr(text, "transfer-encoding: chunked");
  size_t whole = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
  text[head] = kept;
  if (chunked != NULL)
    so_far = chunks(text + head, len - head);
  else if (length != NULL)
    so_far.whole = len - head == whole;
  else
    so_far.until_close = true;
  free(text);
  return so_far;
}

bool is_gzip(const turn *t) {
  return t->answer[0].bytes != NULL && strstr(t->answer[0].bytes, "content-encoding: gzip") != NULL;
}
