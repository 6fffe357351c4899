/* Every byte, NUL included, in every text that goes into a request: what the server reads is one
 * whole request, or nothing was sent and the sentence names the place. The command-line tests do
 * the same with longer texts; a command line has no NUL. */
#include <stdlib.h>

#include "world.h"

typedef struct place {
  const char *name; /* what the sentence must say */
  const char *before, *after;
} place;

enum { METHOD, PATH, QUERY, USER, NAME, VALUE, VALUE_END, HOST, COOKIE, AGENT, PLACES };

static const place places[PLACES] = {
    [METHOD] = {"method", "G", "T"},     [PATH] = {"URL", "/echo/", "x"},
    [QUERY] = {"URL", "/echo?a", "b"},   [USER] = {"URL", "jo", "e"},
    [NAME] = {"header name", "x-", "y"}, [VALUE] = {"x-own", "a", "b"},
    [VALUE_END] = {"x-own", "a", ""},    [HOST] = {"host", "h.te", "st"},
    [COOKIE] = {"cookie", "c=", "d"},    [AGENT] = {"USER_AGENT", "a", "/1"},
};

static bool is_token(uint8_t b) {
  return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') ||
         (b && strchr("!#$%&'*+-.^_`|~", b));
}

/* One head, strictly by RFC 9112, and nothing behind it; answers how many fields it has, or -1. */
static int fields_of(const uint8_t *raw, size_t len) {
  size_t i = 0, words = 1;
  for (; i < len && raw[i] != '\r'; i++) {
    words += raw[i] == ' ';
    if (raw[i] < ' ' || raw[i] >= 0x7f)
      return -1;
  }
  if (words != 3 || i < 9 || memcmp(raw + i - 9, " HTTP/1.1", 9) != 0)
    return -1;
  for (int fields = 0;; fields++) {
    if (i + 2 > len || memcmp(raw + i, "\r\n", 2) != 0)
      return -1;
    i += 2;
    if (i + 2 == len && memcmp(raw + i, "\r\n", 2) == 0)
      return fields;
    size_t name = i;
    while (i < len && is_token(raw[i]))
      i++;
    if (i == name || i + 2 > len || raw[i] != ':' || raw[i + 1] != ' ')
      return -1;
    for (i += 2; i < len && (raw[i] == '\t' || (raw[i] >= ' ' && raw[i] != 0x7f)); i++)
      ;
  }
}

/* The request with this byte in this place; NULL and its status when it is refused. */
static reqtask_request *build(int at, const char *base, const char *bad, size_t bad_len,
                              reqtask_status *status) {
  const char *method = at == METHOD ? bad : "GET";
  char *url = arena(256);
  size_t url_len = (size_t)snprintf(url, 256, "http://%s/echo", base);
  if (at == PATH || at == QUERY) {
    url_len -= 5;
    memcpy(url + url_len, bad, bad_len);
    url_len += bad_len;
  } else if (at == USER) {
    memcpy(url + 7, bad, bad_len);
    url_len = 7 + bad_len;
    url_len += (size_t)snprintf(url + url_len, 100, ":word@%s/echo", base);
  }
  reqtask_request *request = NULL;
  *status = reqtask_request_new(method, at == METHOD ? bad_len : 3, url, url_len, &request);
  if (*status == REQTASK_OK && at >= NAME && at <= COOKIE) {
    const char *name = at == NAME ? bad : places[at].name;
    *status = reqtask_request_add_header(request, name, at == NAME ? bad_len : REQTASK_NTS,
                                         at == NAME ? "v" : bad, at == NAME ? 1 : bad_len);
  }
  if (*status == REQTASK_OK && at == AGENT)
    *status = reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, bad, bad_len);
  if (*status == REQTASK_OK)
    return request;
  reqtask_request_free(request);
  return NULL;
}

/* True when it was sent. */
static bool try_byte(world *w, int at, const char *base, uint8_t byte) {
  char bad[32];
  size_t len = (size_t)snprintf(bad, sizeof bad, "%s", places[at].before);
  bad[len++] = (char)byte;
  len += (size_t)snprintf(bad + len, sizeof bad - len, "%s", places[at].after);
  reqtask_status status;
  reqtask_request *request = build(at, base, bad, len, &status);
  reqtask_id id = 0;
  if (request && at == HOST) { /* looked at as a whole, when the task is made */
    status = reqtask_create(w->client, request, &id);
    if (status == REQTASK_OK)
      CHECK_OK(reqtask_release(id));
  }
  if (status != REQTASK_OK) {
    char sentence[512] = "";
    reqtask_last_error(sentence, sizeof sentence);
    bool named = strstr(sentence, places[at].name) != NULL || strstr(sentence, "UTF-8") != NULL;
    bool clean = true;
    for (const char *c = sentence; *c; c++)
      clean = clean && (uint8_t)*c >= ' ' && *c != 0x7f;
    if (!CHECK(named && clean))
      printf("#   0x%02x in %s: %s\n", byte, places[at].name, sentence);
    reqtask_request_free(request);
    return false;
  }
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  /* HEAD-like methods have no echo; "/echo/x" is no path of the server's, which is an answer too.
   */
  if (t->rec->http_status == 200) {
    int fields = fields_of(t->rec->body, t->rec->body_len);
    bool more = at == USER || (at >= NAME && at <= VALUE_END) || at == COOKIE;
    if (!CHECK_INT(more ? 5 : 4, fields))
      printf("#   0x%02x in %s: %.*s\n", byte, places[at].name, (int)t->rec->body_len,
             (const char *)t->rec->body);
  }
  task_release(t);
  return true;
}

static void every_byte_in_every_place(delivery how) {
  world *w = world_open(how);
  unsigned port = server_listen("http");
  const char *base = text("127.0.0.1:%u", port);
  /* Under valgrind only the bytes that mean something, and one of each other kind. */
  static const char meaning[] =
      "\0\t\n\r !\"#%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x01\x0b\x1b\x7f\x80\xff";
  bool slow = patience() > 4;
  int sent = 0, refused = 0;
  for (int at = 0; at < PLACES; at++)
    for (int byte = 0; byte < 256; byte++) {
      if (slow && !memchr(meaning, byte, sizeof meaning - 1))
        continue;
      if (at == USER && byte && strchr("/\\?#", byte))
        continue; /* the host is what stands before these */
      bool was_sent = try_byte(w, at, base, (uint8_t)byte);
      sent += was_sent;
      refused += !was_sent;
      bool line_end = byte == 0 || byte == '\r' || byte == '\n';
      if (line_end && at != PATH && at != QUERY && at != USER)
        CHECK(!was_sent);
    }
  CHECK(sent > 100 && refused > 100);
  printf(
      "# counted: bytes in places\t%d\tbytes, NUL included, in ten places of a request: one whole "
      "request on the wire (%d), or refused by name\n",
      sent + refused, sent);
  /* As many requests as were sent, and nothing that was not one. */
  int requests = 0;
  const char *log = control("/_log?event=request&port=%u", port);
  for (; (log = strchr(log, '\n')) != NULL; log++)
    requests++;
  CHECK_INT(sent, requests);
  CHECK_STR("", control("/_log?event=garbage&port=%u", port));
  world_close(w);
}

/* NUL and line ends in options: refused by the option's name, also where they are escaped. */
static void options(delivery how) {
  (void)how;
  static const struct {
    uint32_t key;
    const char *name, *value;
    size_t len;
  } rows[] = {
      {REQTASK_OPT_PROXY, "PROXY", "http://p\0q", 10},
      {REQTASK_OPT_PROXY, "PROXY", "http://p\r\nq", 11},
      {REQTASK_OPT_PROXY, "PROXY", "http://u\0:w@p", 13},
      {REQTASK_OPT_PROXY, "PROXY", "http://u%00:w@p", 15},
      {REQTASK_OPT_PROXY, "PROXY", "http://u:%0d%0a@p", 17},
      {REQTASK_OPT_PROXY, "PROXY", "http://u:w\r\n@p", 14},
      {REQTASK_OPT_PROXY, "PROXY", "socks5h://u:%0a@p", 17},
      {REQTASK_OPT_USER_AGENT, "USER_AGENT", "a\r\nb: c", 7},
      {REQTASK_OPT_USER_AGENT, "USER_AGENT", "a\0b", 3},
      {REQTASK_OPT_USER_AGENT, "USER_AGENT", "\xc3\xa4", 2},
      {REQTASK_OPT_NO_PROXY, "NO_PROXY", "a%0db", 5},
      {REQTASK_OPT_DNS_OVERRIDE, "DNS_OVERRIDE", "h\0i:80=1.2.3.4", 14},
      {REQTASK_OPT_DNS_OVERRIDE, "DNS_OVERRIDE", "h\r\n i:80=1.2.3.4", 16},
  };
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    reqtask_config *config = NULL;
    NEED_OK(reqtask_config_new(&config));
    reqtask_status status = reqtask_config_set_str(config, rows[i].key, rows[i].value, rows[i].len);
    char sentence[512] = "";
    reqtask_last_error(sentence, sizeof sentence);
    if (!CHECK_STATUS(REQTASK_E_INVALID_ARG, status) || !CHECK(strstr(sentence, rows[i].name)))
      printf("#   row %zu: %s\n", i, sentence);
    CHECK(!strpbrk(sentence, "\r\n"));
    reqtask_config_free(config);
  }
}

static const test_case cases[] = {CASE(DIRECT, every_byte_in_every_place), CASE(DIRECT, options)};
MAIN(cases)
