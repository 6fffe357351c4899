/* The library's side of the cases. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A run in which nothing ends for so long is given up. */
enum { HANGS_AFTER_S = 60 };

#define MUST(call) must((call), #call)

static void must(reqtask_status status, const char *what) {
  if (status == REQTASK_OK)
    return;
  char why[200];
  reqtask_last_error(why, sizeof why);
  fprintf(stderr, "%s: %d, %s\n", what, status, why);
  abort();
}

static void on_headers(void *user, const reqtask_headers_event *event) {
  attempt *a = user;
  (void)event;
  a->out_of_order |= atomic_load(&a->completions) > 0 || a->body_len > 0;
  atomic_fetch_add(&a->headers, 1);
}

static void on_chunk(void *user, const reqtask_chunk_event *event) {
  attempt *a = user;
  const ask *asked = &a->ex->asks[a->asked - 1];
  a->out_of_order |= atomic_load(&a->completions) > 0 || atomic_load(&a->headers) == 0;
  a->body_wrong |=
      event->offset != a->body_len || a->body_len + event->bytes.len > asked->right_len;
  for (size_t i = 0; i < event->bytes.len && !a->body_wrong; i++) {
    size_t at = a->body_len + i;
    uint8_t right = asked->right == NULL ? pattern(at) : (uint8_t)asked->right[at];
    a->body_wrong = event->bytes.data[i] != right;
  }
  a->body_len += event->bytes.len;
}

static void on_progress(void *user, const reqtask_progress_event *event) {
  attempt *a = user;
  a->out_of_order |= atomic_load(&a->completions) > 0;
  a->progress_wrong |= event->sent < a->sent || event->received < a->received ||
                       event->sent > (int64_t)a->ex->asks[a->asked - 1].body_len;
  a->sent = event->sent;
  a->received = event->received;
  atomic_fetch_add(&a->progressed, 1);
}

typedef struct listening {
  client *client;
  attempt *attempt;
} listening;

static void on_complete(void *user, const reqtask_complete_event *event) {
  client *c = ((listening *)user)->client;
  attempt *a = ((listening *)user)->attempt;
  if (atomic_fetch_add(&a->completions, 1) > 0)
    return;
  a->status = event->status;
  a->phase = event->phase;
  a->ended_us = now_us();
  atomic_store(&a->plan->over, 1);
  snprintf(a->message, sizeof a->message, "%s", event->message.ptr);
  pthread_mutex_lock(&c->lock);
  a->next_ended = c->ended;
  c->ended = a;
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
}

static void destroyed(void *user) { ((attempt *)user)->destroyed++; }

static void free_listening(void *user) {
  ((listening *)user)->attempt->destroyed++;
  free(user);
}

static void wake(void *user) {
  client *c = user;
  pthread_mutex_lock(&c->lock);
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
}

void client_open(client *c, shared *all, bool queued, unsigned from, unsigned tls_cases) {
  *c = (client){.shared = all, .queued = queued};
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
  reqtask_config *config = NULL;
  MUST(reqtask_config_new(&config));
  MUST(reqtask_config_set_u64(config, REQTASK_OPT_WORKERS_MAX, 0));
  MUST(reqtask_config_set_u64(config, REQTASK_OPT_TIMEOUT_MS, 0));
  MUST(reqtask_config_set_u64(config, REQTASK_OPT_IDLE_CONNECTIONS, 4096));
  MUST(reqtask_config_set_str(config, REQTASK_OPT_ROOTS_PEM, all->authority_pem, REQTASK_NTS));
  for (unsigned i = from; i < from + tls_cases; i++) {
    char line[80];
    snprintf(line, sizeof line, "c%05u.faults.test:%u=%s.%u.%u", i, all->port, all->network,
             ADDRESS_LOW + i / ADDRESS_ROW, ADDRESS_LOW + i % ADDRESS_ROW);
    MUST(reqtask_config_set_str(config, REQTASK_OPT_DNS_OVERRIDE, line, REQTASK_NTS));
  }
  if (queued)
    MUST(reqtask_config_set_wakeup(config, wake, c, NULL));
  MUST(reqtask_client_new(config, &c->library));
  reqtask_config_free(config);
}

static void route(const client *c, const attempt *a, reqtask_request *request) {
  static const char *const forms[] = {"", "http://user:passw@%s.%u.%u:%u",
                                      "socks5h://user:passw@%s.%u.%u:%u"};
  if (a->ex->way == WAY_DIRECT)
    return;
  char proxy[80];
  snprintf(proxy, sizeof proxy, a->ex->way == WAY_TUNNEL ? forms[1] : forms[2], c->shared->network,
           ADDRESS_LOW + a->number / ADDRESS_ROW, ADDRESS_LOW + a->number % ADDRESS_ROW,
           c->shared->port);
  MUST(reqtask_request_set_str(request, REQTASK_OPT_PROXY, proxy, REQTASK_NTS));
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_PROXY_TUNNEL, 1));
}

static void limit(const attempt *a, reqtask_request *request) {
  if (a->limit_ms == 0)
    return;
  /* Every other case by the limit of the whole request alone. Who waits for "100 Continue" waits a
   * second only. */
  bool alone = a->plan->at % 2 == 1;
  unsigned times = alone ? 1 : a->ex->asks[0].expects ? 2 : 8;
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, times * (uint64_t)a->limit_ms));
  if (alone)
    return;
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_CONNECT_MS, a->limit_ms));
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_HEADERS_MS, a->limit_ms));
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_READ_IDLE_MS, a->limit_ms));
}

void client_ask(client *c, attempt *a) {
  const ask *asked = &a->ex->asks[a->asked];
  bool tls = a->ex->secure != PLAIN;
  char url[100];
  if (a->ex->way != WAY_DIRECT && !tls)
    snprintf(url, sizeof url, "http://target.test/1");
  else if (tls)
    snprintf(url, sizeof url, "https://c%05u.faults.test:%u/%zu", a->number, c->shared->port,
             a->asked + 1);
  else
    snprintf(url, sizeof url, "http://%s.%u.%u:%u/%zu", c->shared->network,
             ADDRESS_LOW + a->number / ADDRESS_ROW, ADDRESS_LOW + a->number % ADDRESS_ROW,
             c->shared->port, a->asked + 1);
  reqtask_request *request = NULL;
  MUST(reqtask_request_new(asked->method, REQTASK_NTS, url, REQTASK_NTS, &request));
  MUST(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  if (a->option != 0)
    MUST(reqtask_request_set_u64(request, a->option, a->option_value));
  route(c, a, request);
  limit(a, request);
  if (asked->expects)
    MUST(reqtask_request_add_header(request, "expect", REQTASK_NTS, "100-continue", REQTASK_NTS));
  if (asked->body_len > 0) {
    static char *upload;
    static size_t upload_len;
    if (upload_len < asked->body_len) {
      free(upload);
      upload = pattern_new(asked->body_len);
      upload_len = asked->body_len;
    }
    MUST(reqtask_request_set_body(request, upload, asked->body_len, NULL, NULL));
  }
  reqtask_id id = 0;
  MUST(reqtask_create(c->library, request, &id));
  reqtask_request_free(request);
  listening *both = malloc(sizeof *both);
  if (both == NULL)
    abort();
  *both = (listening){c, a};
  a->ids[a->asked++] = id;
  atomic_store(&a->completions, 0);
  atomic_store(&a->headers, 0);
  a->body_len = 0;
  a->sent = a->received = 0;
  MUST(reqtask_on_headers(id, on_headers, a, destroyed, NULL));
  MUST(reqtask_on_chunk(id, on_chunk, a, destroyed, NULL));
  MUST(reqtask_on_progress(id, on_progress, a, destroyed, NULL));
  MUST(reqtask_on_complete(id, on_complete, both, free_listening, NULL));
  a->started_us = now_us();
  MUST(reqtask_start(id));
}

attempt *client_next_ended(client *c) {
  struct timespec late;
  clock_gettime(CLOCK_REALTIME, &late);
  late.tv_sec += HANGS_AFTER_S;
  for (int64_t end = now_us() + HANGS_AFTER_S * 1000000; now_us() < end;) {
    pthread_mutex_lock(&c->lock);
    while (c->ended == NULL && !c->queued && now_us() < end)
      pthread_cond_timedwait(&c->changed, &c->lock, &late);
    attempt *a = c->ended;
    if (a != NULL)
      c->ended = a->next_ended;
    pthread_mutex_unlock(&c->lock);
    if (a != NULL)
      return a;
    if (c->queued)
      MUST(reqtask_client_dispatch(c->library, 0, HANGS_AFTER_S * 1000, NULL));
  }
  printf("not ok: no request has ended for %d s\n0 passed, 1 failed\n", HANGS_AFTER_S);
  exit(1);
}

void client_release(attempt *a) {
  for (size_t i = 0; i < a->asked; i++)
    MUST(reqtask_release(a->ids[i]));
}

bool client_close(client *c) {
  bool done = reqtask_client_close(c->library, 20000) == REQTASK_OK;
  pthread_cond_destroy(&c->changed);
  pthread_mutex_destroy(&c->lock);
  return done;
}
