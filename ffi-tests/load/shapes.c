/*
 * shapes.c - see shapes.h. nginx answers most of them; what it cannot be made to do wrong comes
 * from the scripted server.
 */
#include "shapes.h"

#include "measure.h"

/* The files of ffi-tests/load/nginx.py. */
enum { SMALL = 5, FILE_BYTES = 3000, TEXT_BYTES = 20000, BIG_BYTES = 300000 };

static const char *on_nginx(unsigned port, const char *path) {
  return text("http://127.0.0.1:%u%s", nginx_port(port), path);
}

static const char *scripted(const char *steps) { return url_on("http", text("/script?%s", steps)); }

const shape *shapes_all(size_t *count) {
  const shape all[] = {
      {"kept", "GET", on_nginx(0, "/hello"), 0, 0, 0, SMALL, false, 0},
      {"file", "GET", on_nginx(1, "/file"), 0, 0, 0, FILE_BYTES, false, 15},
      {"chunked and gzip", "GET", on_nginx(0, "/text"), 0, 0, 0, TEXT_BYTES, false, 8},
      {"closed after the answer", "GET", on_nginx(2, "/close"), 0, 0, 0, SMALL, false, 6},
      {"404", "GET", on_nginx(1, "/nowhere"), 0, 0, 0, UINT64_MAX, false, 5},
      {"redirected", "GET", on_nginx(0, "/moved"), 0, 0, 0, SMALL, false, 4},
      {"closed without an answer", "GET", on_nginx(3, "/nothing"), 0, REQTASK_E_IO,
       REQTASK_E_PROTOCOL, 0, false, 3},
      {"300 KB", "GET", on_nginx(1, "/big"), 0, 0, 0, BIG_BYTES, false, 2},
      {"upload", "POST", on_nginx(0, "/hello"), 20000, 0, 0, SMALL, false, 4},
      {"HEAD", "HEAD", on_nginx(0, "/file"), 0, 0, 0, 0, false, 3},
      {"drips for ever", "GET", on_nginx(2, "/drip"), 0, 0, 0, BIG_BYTES, true, 2},
      {"https", "GET", url_on("https", "/bytes/2000"), 0, 0, 0, 2000, false, 2},
      {"reset in the body", "GET",
       scripted("status%20200%20OK&length%20500&head-end&bytes%2050&reset"), 0, REQTASK_E_IO,
       REQTASK_E_IO, 0, false, 1},
      {"cut in a chunk", "GET",
       scripted("status%20200%20OK&chunked&head-end&bytes%2050&raw%2020%5Cr%5Cnshort&close"), 0,
       REQTASK_E_IO, REQTASK_E_PROTOCOL, 0, false, 1},
      {"not HTTP", "GET", scripted("raw%20nonsense%5Cr%5Cn%5Cr%5Cn&close"), 0, REQTASK_E_PROTOCOL,
       REQTASK_E_PROTOCOL, 0, false, 1},
      {"never answered", "GET", scripted("stall"), 0, 0, 0, 0, true, 1},
  };
  shape *out = arena(sizeof all);
  memcpy(out, all, sizeof all);
  *count = COUNT_OF(all);
  return out;
}

const shape *shapes_pick(const shape *all, size_t count, uint64_t *seed) {
  uint64_t at = random_below(seed, 100);
  for (size_t i = 1; i < count; i++) {
    if (at < all[i].percent)
      return &all[i];
    at -= all[i].percent;
  }
  return &all[0];
}
