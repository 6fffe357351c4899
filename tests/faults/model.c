/* The expected outcome of a fault, from its position. */
#include "model.h"

#include <string.h>

#include "reading.h"

/* What the kernel may hold of an upload on its way to a server that does not read: more is still
 * being sent. */
enum { HELD_MOST = 5 * 1024 * 1024 };

/* What the client has when it has so many bytes of the wire. */
static size_t plain_at(const track *seen, size_t wire) {
  if (wire <= seen->tls_from)
    return wire;
  size_t plain = seen->tls_from;
  for (size_t i = 0; i < seen->mark_count && seen->marks[i].wire <= wire; i++)
    plain = seen->marks[i].plain;
  return plain;
}

static bool goodbye_by(const track *seen, size_t wire) {
  for (size_t i = 0; i < seen->mark_count; i++)
    if (seen->marks[i].bye && seen->marks[i].wire <= wire)
      return true;
  return false;
}

/* Bytes that the server had sent when the fault came. */
static size_t sent_at(const track *seen, enum direction direction, size_t at) {
  if (direction == TO_CLIENT)
    return at;
  size_t sent = 0;
  for (size_t i = 0; i < seen->flight_count; i++)
    if (seen->flights[i].begins_at_read < at)
      sent = seen->flights[i].ends_at_sent;
  return sent;
}

/* A reset may come before what the client sends next, because the server was not waiting for it
 * with this byte. */
static bool may_be_unsent(const exchange *ex, const track *seen, enum direction direction,
                          size_t at) {
  if (direction == TO_SERVER)
    return !ex->kept && (at == 0 || (ex->secure == TLS13 && at > seen->hello_end));
  for (size_t i = 0; i + 1 < seen->flight_count; i++)
    if (seen->flights[i].ends_at_sent == at)
      return true;
  /* Tickets of TLS 1.3 come on their own. */
  return ex->secure == TLS13 && at >= seen->shaken_at && plain_at(seen, at) <= seen->tls_from;
}

static void add(expectation *want, reqtask_status status, unsigned phases) {
  want->endings[want->ending_count].status = status;
  want->endings[want->ending_count++].phases = phases;
}

static expectation fails(enum action action, reqtask_status status, unsigned phases) {
  expectation want = {.connections = 1};
  add(&want, action == STALL ? REQTASK_E_TIMEOUT : status, phases);
  return want;
}

static expectation succeeds(const ask *a, unsigned connections) {
  expectation want = {
      .headers = true, .least = a->right_len, .most = a->right_len, .connections = connections};
  add(&want, REQTASK_OK, ~0u);
  return want;
}

/* The fault came with `len` bytes of the final answer, which hold its head. */
static expectation in_body(const exchange *ex, const ask *a, const turn *t, enum action action,
                           size_t len, bool goodbye) {
  body_so_far body = read_body(t, len);
  bool gzip = is_gzip(t);
  expectation want = {.headers = true, .connections = 1};
  want.least = want.most = body.produced;
  if (gzip) {
    want.least = want.most = 0;
    for (size_t i = 0, end = head_len(t); i < 3; i++) {
      end += t->answer[i + 1].len;
      want.most = a->decoded[i];
      if (len < end)
        break;
      want.least = a->decoded[i];
    }
  }
  if (ex->sampled && action == RESET)
    want.least = 0; /* what was not yet sent is thrown away */
  bool ends_here = body.until_close && (ex->secure == PLAIN ? action == CUT : goodbye);
  bool gzip_whole = !gzip || len == answer_len(t) || body.produced == 0;
  if (body.whole || (ends_here && gzip_whole))
    add(&want, REQTASK_OK, ~0u);
  else if (action == STALL)
    /* While the upload is stuck, its answer waits. */
    add(&want, REQTASK_E_TIMEOUT, t->early && body.until_close ? IN(SEND) : IN(BODY));
  else if (ends_here)
    add(&want, REQTASK_E_DECODE, IN(BODY));
  else
    add(&want, REQTASK_E_IO, IN(BODY));
  if (action == STALL && t->early && body.until_close) {
    want.or_none = true;
    want.least = 0;
  }
  if (ex->sampled && action == RESET && !body.whole) {
    want.endings[0].phases |= IN(HEADERS);
    want.or_none = true;
  }
  return want;
}

/* So does the fresh one: there is no third. */
static expectation fails_again(enum action action) {
  expectation want = fails(action, REQTASK_E_IO, IN(HEADERS));
  want.connections = 2;
  return want;
}

/* The fault came before the head of this turn's answer was whole; `len` bytes of it are there. */
static expectation before_head(const exchange *ex, const ask *a, const turn *t, size_t upload_read,
                               enum action action, size_t len, bool unsent, bool reused) {
  bool idempotent = strcmp(a->method, "POST") != 0;
  if (t->kind == TURN_PROXY)
    return fails(action, REQTASK_E_PROXY, IN(CONNECT));
  /* RFC 9112 9.3.1: a kept connection that was closed, and nothing of an answer. */
  if (reused && len == 0 && action != STALL && (idempotent || unsent))
    return ex->every ? fails_again(action) : succeeds(a, 2);
  unsigned phases = IN(HEADERS);
  if (t->kind == TURN_CONTINUE || t->early)
    phases = IN(SEND);
  else if (a->expects && t->reads_head)
    phases = IN(SEND); /* refused before the body was sent */
  else if (a->expects && unsent && action != STALL)
    phases = IN(SEND) | IN(HEADERS);
  else if (a->body_len > HELD_MOST)
    phases = upload_read + HELD_MOST < a->body_len   ? IN(SEND)
             : upload_read < a->body_len + HELD_MOST ? IN(SEND) | IN(HEADERS)
                                                     : IN(HEADERS);
  else if (unsent && action == RESET)
    phases = IN(SEND) | IN(HEADERS);
  expectation want = fails(action, REQTASK_E_IO, phases);
  if (ex->secure == TLS13 && unsent && action == RESET)
    add(&want, REQTASK_E_TLS, IN(TLS)); /* "finished" could not be sent */
  return want;
}

static expectation walk(const exchange *ex, const track *seen, enum direction direction,
                        enum action action, size_t at) {
  const ask *a = &ex->asks[ask_count(ex) - 1];
  size_t wire = sent_at(seen, direction, at);
  size_t plain = plain_at(seen, wire);
  bool unsent = may_be_unsent(ex, seen, direction, at);
  bool reused = false;
  size_t begin = 0;
  for (size_t i = 0;; i++) {
    const turn *t = &ex->turns[i];
    size_t all = answer_len(t);
    size_t len = plain - begin < all ? plain - begin : all;
    if (t->kind != TURN_PROXY && ex->secure != PLAIN && wire < seen->shaken_at)
      return fails(action, REQTASK_E_TLS, IN(TLS));
    size_t head = ex->way == WAY_SOCKS && t->kind == TURN_PROXY ? all : head_len(t);
    if (len < head)
      return before_head(ex, a, t, direction == TO_SERVER ? at : a->body_len + HELD_MOST, action,
                         len, unsent, reused);
    bool last = i + 1 == turn_count(ex);
    if (last)
      return in_body(ex, a, t, action, len, goodbye_by(seen, wire));
    if (t->kind == TURN_REDIRECT && len < all)
      return succeeds(a, 2); /* followed, on another connection */
    reused |= t->kind == TURN_REDIRECT || t->kind == TURN_FINAL;
    begin += all;
  }
}

expectation expect(const exchange *ex, const track *seen, enum direction direction,
                   enum action action, size_t at) {
  expectation want = walk(ex, seen, direction, action, at);
  /* A reset so early may come before connect() has told its success. */
  if (direction == TO_SERVER && at == 0 && action == RESET && ex->way == WAY_DIRECT)
    add(&want, REQTASK_E_CONNECT, IN(CONNECT));
  return want;
}

void positions(const exchange *ex, const track *seen, enum direction direction, size_t *first,
               size_t *last) {
  size_t final = seen->flight_count - 1;
  *first = 0;
  if (ex->kept)
    *first = direction == TO_SERVER ? seen->flights[final - 1].begins_at_read + 1
                                    : seen->flights[final - 1].ends_at_sent;
  *last = direction == TO_SERVER ? seen->flights[final].begins_at_read
                                 : seen->flights[final].ends_at_sent;
}
