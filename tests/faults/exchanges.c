/* The exchanges at whose every byte something goes wrong. */
#include <stdlib.h>

#include "exchange.h"

#define P(text)                                                                                    \
  { (text), sizeof(text) - 1 }
#define BYTES(n)                                                                                   \
  { NULL, (n) }

#define TEXT "All of it, and in this order: 0123456789abcdef.\n"
#define TEXT_HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 48\r\n\r\n"
#define TEXT_ANSWER                                                                                \
  { P(TEXT_HEAD), P("All of it, and "), P("in this order: 0123456789abcdef.\n") }
#define CLOSE_HEAD "HTTP/1.1 200 OK\r\nserver: until close\r\n\r\n"
#define CHUNKED_ANSWER                                                                             \
  {                                                                                                \
    P("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n"),                  \
        P("f;name=value\r\nAll of it, and \r\n"), P("00F ; a=\"b\"\r\nin this order: \r\n12\r\n"), \
        P("0123456789abcdef.\n\r\n0;last\r\n"), P("X-Sum: 48\r\nX-More: yes\r\n\r\n")              \
  }
#define GET_TEXT                                                                                   \
  { .method = "GET", .turns = 1, .right = TEXT, .right_len = 48 }
#define HEADED .path = '1', .reads_head = true

/* Flushed twice, as a stream of events is; each piece can be decoded as soon as it is there. */
#define GZIP_1                                                                                     \
  "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x4a\x49\x2c\x49\xb4\x52\xc8\xcf\x4b\xd5\x51\x48\xcc"   \
  "\x4b\x01\x31\x14\x72\xf3\x8b\x52\xb9\xb8\x00\x00\x00\x00\xff\xff"
#define GZIP_2 "\x4a\x01\x4b\x94\x94\xe7\x43\x24\x80\x0c\xa8\x04\x00\x00\x00\xff\xff"
#define GZIP_3 "\x83\x4a\x64\xa4\x2a\xa4\xe6\xa5\x70\x71\x01\x00\xfb\x83\xa5\x03\x41\x00\x00\x00"
#define GZIP_ASK                                                                                   \
  {                                                                                                \
    .method = "GET", .turns = 1,                                                                   \
    .right = "data: one, and one more\n\ndata: two, and two more\n\ndata: the end\n\n",            \
    .right_len = 65, .decoded = {                                                                  \
      25,                                                                                          \
      50,                                                                                          \
      65                                                                                           \
    }                                                                                              \
  }

#define CONTINUE_TURN                                                                              \
  {                                                                                                \
    .kind = TURN_CONTINUE, HEADED, .answer = { P("HTTP/1.1 100 Continue\r\n\r\n") }                \
  }
#define UPLOADED "HTTP/1.1 201 Created\r\ncontent-length: 6\r\nlocation: /here\r\n\r\nstored"
#define CONNECTED                                                                                  \
  {                                                                                                \
    .kind = TURN_PROXY, .reads_head = true, .answer = {                                            \
      P("HTTP/1.1 200 Connection established\r\nvia: a proxy\r\n\r\n")                             \
    }                                                                                              \
  }

enum {
  KEPT_BODY = 40,
  UPLOAD = 600,
  LARGE = 700 * 1024,
  SLOW = 64 * 1024,
  MIDDLING = 320 * 1024,
  HUGE_UPLOAD = 12 * 1024 * 1024
};

/* The first request of a kept connection, and the turn that answers the second. */
#define FIRST_TURN                                                                                 \
  {                                                                                                \
    .kind = TURN_FINAL, HEADED, .answer = {                                                        \
      P("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst")                                       \
    }                                                                                              \
  }
#define FIRST_ASK                                                                                  \
  { .method = "GET", .turns = 1, .right = "first", .right_len = 5 }
#define SECOND_TURN(body)                                                                          \
  {                                                                                                \
    .kind = TURN_FINAL, .path = '2', .reads_head = true, .reads_body = (body),                     \
    .answer = TEXT_ANSWER                                                                          \
  }
#define KEPT(title, verb, body, layer)                                                             \
  {                                                                                                \
    .name = (title), .kept = true, .secure = (layer), .turns = {FIRST_TURN, SECOND_TURN(body)},    \
    .asks = {                                                                                      \
      FIRST_ASK,                                                                                   \
      {.method = (verb), .body_len = (body), .turns = 1, .right = TEXT, .right_len = 48}           \
    }                                                                                              \
  }

#define ONE(title, layer, ends, ask_of_it, ...)                                                    \
  {                                                                                                \
    .name = (title), .secure = (layer), .asks = {ask_of_it}, .turns = {                            \
      {.kind = TURN_FINAL, HEADED, .closes = (ends), .answer = __VA_ARGS__}                        \
    }                                                                                              \
  }
#define CLOSE_ANSWER                                                                               \
  { P(CLOSE_HEAD), P("All of it, and "), P("in this order: 0123456789abcdef.\n") }
#define GZIP_HEAD "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n"
#define GZIP_BODY P(GZIP_1), P(GZIP_2), P(GZIP_3)

/* A large upload whose answer comes long before its end. */
#define EARLY(title, line, rest)                                                                   \
  {                                                                                                \
    .name = (title),                                                                               \
    .turns = {{.kind = TURN_FINAL,                                                                 \
               HEADED,                                                                             \
               .early = true,                                                                      \
               .closes = true,                                                                     \
               .answer = {P(line), P(rest)}}},                                                     \
    .asks = {                                                                                      \
      {.method = "POST",                                                                           \
       .body_len = HUGE_UPLOAD,                                                                    \
       .turns = 1,                                                                                 \
       .right = (rest),                                                                            \
       .right_len = sizeof(rest) - 1}                                                              \
    }                                                                                              \
  }

const exchange exchanges[] = {
    ONE("length", PLAIN, false, GET_TEXT, TEXT_ANSWER),
    ONE("chunked", PLAIN, false, GET_TEXT, CHUNKED_ANSWER),
    ONE("gzip", PLAIN, false, GZIP_ASK, {P(GZIP_HEAD "content-length: 76\r\n\r\n"), GZIP_BODY}),
    ONE("gzip-close", PLAIN, true, GZIP_ASK, {P(GZIP_HEAD "\r\n"), GZIP_BODY}),
    ONE("close", PLAIN, true, GET_TEXT, CLOSE_ANSWER),
    ONE("interim", PLAIN, false, GET_TEXT,
        {P("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"),
         P(TEXT_HEAD), P(TEXT)}),
    {.name = "redirect",
     .turns = {{.kind = TURN_REDIRECT,
                HEADED,
                .answer = {P("HTTP/1.1 302 Found\r\nlocation: /2\r\ncontent-length: 5\r\n\r\n"),
                           P("moved")}},
               {.kind = TURN_REDIRECT,
                .path = '2',
                .reads_head = true,
                .answer = {P("HTTP/1.1 301 Moved Permanently\r\ntransfer-encoding: chunked\r\n"),
                           P("location: /3?b#c\r\n\r\n"), P("5\r\nagain\r\n0\r\n\r\n")}},
               {.kind = TURN_FINAL, .path = '3', .reads_head = true, .answer = TEXT_ANSWER}},
     .asks = {{.method = "GET", .turns = 3, .right = TEXT, .right_len = 48}}},
    KEPT("kept-get", "GET", 0, PLAIN),
    {.name = "kept-get-every",
     .kept = true,
     .every = true,
     .turns = {FIRST_TURN, SECOND_TURN(0)},
     .asks = {FIRST_ASK, GET_TEXT}},
    KEPT("kept-post", "POST", KEPT_BODY, PLAIN),
    KEPT("kept-put", "PUT", KEPT_BODY, PLAIN),
    {.name = "upload",
     .turns = {{.kind = TURN_FINAL, HEADED, .reads_body = UPLOAD, .answer = {P(UPLOADED)}}},
     .asks = {{"POST", UPLOAD, false, 1, "stored", 6, {0}}}},
    {.name = "upload-expect",
     .turns = {CONTINUE_TURN, {.kind = TURN_FINAL, .reads_body = UPLOAD, .answer = {P(UPLOADED)}}},
     .asks = {{"POST", UPLOAD, true, 2, "stored", 6, {0}}}},
    {.name = "expect-refused",
     .turns = {{.kind = TURN_FINAL,
                HEADED,
                .answer = {P("HTTP/1.1 417 Expectation Failed\r\nconnection: close\r\n"),
                           P("content-length: 7\r\n\r\n"), P("refused")}}},
     .asks = {{"POST", UPLOAD, true, 1, "refused", 7, {0}}}},
    EARLY("upload-early-close", CLOSE_HEAD, "This body has no length"),
    EARLY("upload-early-413",
          "HTTP/1.1 413 Content Too Large\r\ncontent-length: 9\r\nconnection: close\r\n\r\n",
          "too large"),
    {.name = "tunnel",
     .way = WAY_TUNNEL,
     .turns = {CONNECTED, {.kind = TURN_FINAL, HEADED, .answer = TEXT_ANSWER}},
     .asks = {{.method = "GET", .turns = 2, .right = TEXT, .right_len = 48}}},
    {.name = "socks",
     .way = WAY_SOCKS,
     .turns = {{.kind = TURN_PROXY, .reads_body = 4, .answer = {P("\x05\x02")}},
               {.kind = TURN_PROXY, .reads_body = 12, .answer = {P("\x01\x00")}},
               {.kind = TURN_PROXY,
                .reads_body = 18,
                .answer = {P("\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90")}},
               {.kind = TURN_FINAL, HEADED, .answer = TEXT_ANSWER}},
     .asks = {{.method = "GET", .turns = 4, .right = TEXT, .right_len = 48}}},
    ONE("tls13-length", TLS13, false, GET_TEXT, TEXT_ANSWER),
    ONE("tls13-close", TLS13, true, GET_TEXT, CLOSE_ANSWER),
    ONE("tls12-chunked", TLS12, false, GET_TEXT, CHUNKED_ANSWER),
    ONE("tls12-close", TLS12, true, GET_TEXT, CLOSE_ANSWER),
    KEPT("tls13-kept-get", "GET", 0, TLS13),
    KEPT("tls13-kept-post", "POST", KEPT_BODY, TLS13),
    {.name = "tunnel-tls13",
     .way = WAY_TUNNEL,
     .secure = TLS13,
     .turns = {CONNECTED, {.kind = TURN_FINAL, HEADED, .answer = TEXT_ANSWER}},
     .asks = {{.method = "GET", .turns = 2, .right = TEXT, .right_len = 48}}},
    {.name = "large-download",
     .sampled = true,
     .turns = {{.kind = TURN_FINAL,
                HEADED,
                .answer = {P("HTTP/1.1 200 OK\r\ncontent-length: 716800\r\n\r\n"), BYTES(LARGE)}}},
     .asks = {{.method = "GET", .turns = 1, .right_len = LARGE}}},
    {.name = "large-download-tls13",
     .sampled = true,
     .secure = TLS13,
     .turns = {{.kind = TURN_FINAL,
                HEADED,
                .closes = true,
                .answer = {P("HTTP/1.1 200 OK\r\n\r\n"), BYTES(LARGE)}}},
     .asks = {{.method = "GET", .turns = 1, .right_len = LARGE}}},
    {.name = "large-upload",
     .sampled = true,
     .turns = {{.kind = TURN_FINAL, HEADED, .reads_body = HUGE_UPLOAD, .answer = {P(UPLOADED)}}},
     .asks = {{"POST", HUGE_UPLOAD, false, 1, "stored", 6, {0}}}},
    {.name = "slow-download",
     .slow = true,
     .turns = {{.kind = TURN_FINAL,
                HEADED,
                .answer = {P("HTTP/1.1 200 OK\r\ncontent-length: 65536\r\n\r\n"), BYTES(SLOW)}}},
     .asks = {{.method = "GET", .turns = 1, .right_len = SLOW}}},
    {.name = "middling-upload",
     .slow = true,
     .turns = {{.kind = TURN_FINAL, HEADED, .reads_body = MIDDLING, .answer = {P(UPLOADED)}}},
     .asks = {{"POST", MIDDLING, false, 1, "stored", 6, {0}}}},
    {.name = "slow-upload",
     .slow = true,
     .turns = {{.kind = TURN_FINAL, HEADED, .reads_body = SLOW, .answer = {P(UPLOADED)}}},
     .asks = {{"POST", SLOW, false, 1, "stored", 6, {0}}}},
};

const size_t exchange_count = sizeof exchanges / sizeof exchanges[0];

size_t turn_count(const exchange *ex) {
  size_t n = 0;
  while (n < TURNS_MAX && ex->turns[n].kind != 0)
    n++;
  return n;
}

size_t ask_count(const exchange *ex) { return ex->asks[1].method == NULL ? 1 : 2; }

size_t answer_len(const turn *t) {
  size_t len = 0;
  for (size_t i = 0; i < PIECES_MAX; i++)
    len += t->answer[i].len;
  return len;
}

char *pattern_new(size_t len) {
  char *bytes = malloc(len + 1);
  if (bytes == NULL)
    abort();
  for (size_t i = 0; i < len; i++)
    bytes[i] = (char)pattern(i);
  return bytes;
}
