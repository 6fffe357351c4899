/*
 * steps.c - random calls of every function of the header.
 */
#include "fuzz.h"

static reqtask_status told(reqtask_status status) {
  if (status != REQTASK_OK) {
    atomic_fetch_add(&all.refused, 1);
    promise(reqtask_last_error(NULL, 0) > 0 || status == REQTASK_E_TIMEOUT,
            "a failure leaves a sentence");
  }
  return status;
}

static reqtask_id id_of(hand *h, const record *r) {
  if (r == NULL)
    return wild_number(&h->random);
  /* Now and then another generation of its slot. */
  return wild_once_in(&h->random, 40) ? r->id ^ (1ull << (32 + wild_below(&h->random, 32))) : r->id;
}

static wild_text any_text(hand *h) { return wild_text_of(&h->random, all.texts, all.text_count); }

static uint32_t any_key(hand *h) {
  static const uint32_t keys[] = {
      1,  2,  3,  4,    10,   11,   12,   13,   14,   20,   21,   22,   23,   24,
      25, 26, 27, 28,   29,   30,   32,   33,   34,   35,   36,   37,   40,   41,
      0,  99, 5,  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, UINT32_MAX};
  return keys[wild_below(&h->random, COUNT_OF(keys))];
}

/* A limit that nobody lives to see would keep nothing from ending: tasks are aborted in the end. */
static uint64_t any_value(hand *h, uint32_t key) {
  if (key == REQTASK_OPT_WORKERS_MAX)
    return wild_below(&h->random, 12) + 1;
  return wild_number(&h->random);
}

/* Takes a client for use; unlock with `leave`. NULL now and then, and when somebody closes it. */
static reqtask_client *enter(hand *h, int *which) {
  *which = (int)wild_below(&h->random, CLIENTS);
  if (pthread_rwlock_tryrdlock(&all.use[*which]) != 0) {
    *which = -1;
    return NULL;
  }
  return wild_once_in(&h->random, 30) ? NULL : all.clients[*which];
}

static void leave(int which) {
  if (which >= 0)
    pthread_rwlock_unlock(&all.use[which]);
}

static void config_step(hand *h) {
  wild *w = &h->random;
  reqtask_config *config = wild_once_in(w, 20) ? NULL : h->config;
  switch (wild_below(w, 5)) {
  case 0:
    reqtask_config_free(h->config);
    h->config = NULL;
    (void)told(reqtask_config_new(wild_once_in(w, 20) ? NULL : &h->config));
    break;
  case 1: {
    ear *e = ear_new(h, NULL, 0);
    (void)told(
        reqtask_config_set_wakeup(config, wild_once_in(w, 9) ? NULL : on_wakeup, e, destroy));
    break;
  }
  case 2: {
    wild_text t = any_text(h);
    uint32_t key = any_key(h);
    if (key != REQTASK_OPT_PROXY) /* every request would go there, to a stranger */
      (void)told(reqtask_config_set_str(config, key, t.ptr, t.len));
    break;
  }
  default: {
    uint32_t key = any_key(h);
    (void)told(reqtask_config_set_u64(config, key, any_value(h, key)));
  }
  }
}

static void request_step(hand *h) {
  wild *w = &h->random;
  static const char *const methods[] = {"GET", "POST", "HEAD", "PUT", "get", "CONNECT", "X"};
  static const char *const names[] = {"accept", "x-a", "content-length", "host", "cookie",
                                      "te",     ""};
  reqtask_request *request = wild_once_in(w, 20) ? NULL : h->request;
  wild_text a = wild_text_of(w, names, COUNT_OF(names)), b = any_text(h);
  switch (wild_below(w, 6)) {
  case 0:
  case 1: {
    reqtask_request *made = NULL;
    a = wild_text_of(w, methods, COUNT_OF(methods));
    b = wild_text_of(w, all.urls, all.url_count);
    if (told(reqtask_request_new(a.ptr, a.len, b.ptr, b.len, &made)) == REQTASK_OK) {
      reqtask_request_free(h->request);
      h->request = made;
    } else
      promise(made == NULL, "a failure writes nothing");
    break;
  }
  case 2:
    (void)told(reqtask_request_add_header(request, a.ptr, a.len, b.ptr, b.len));
    break;
  case 3: {
    size_t len = wild_once_in(w, 8) ? 300000 : wild_below(w, 2000);
    ear *e = ear_new(h, NULL, len);
    const void *data = wild_once_in(w, 20) ? NULL : e->payload;
    (void)told(reqtask_request_set_body(request, data, len, e, destroy));
    break;
  }
  case 4: {
    uint32_t key = any_key(h);
    (void)told(reqtask_request_set_u64(request, key, any_value(h, key)));
    break;
  }
  default:
    (void)told(reqtask_request_set_str(request, any_key(h), b.ptr, b.len));
  }
}

static reqtask_status listen_to(hand *h, uint64_t kind, ear *e, reqtask_id id) {
  reqtask_listener listener = 0, *out = wild_once_in(&h->random, 2) ? NULL : &listener;
  switch (kind) {
  case REQTASK_EVENT_HEADERS:
    return told(reqtask_on_headers(id, on_headers, e, destroy, out));
  case REQTASK_EVENT_CHUNK:
    return told(reqtask_on_chunk(id, on_chunk, e, destroy, out));
  case REQTASK_EVENT_PROGRESS:
    return told(reqtask_on_progress(id, on_progress, e, destroy, out));
  default:
    return told(reqtask_on_complete(
        id, wild_once_in(&h->random, 30) && !e->witness ? NULL : on_complete, e, destroy, out));
  }
}

static void create_step(hand *h) {
  int which;
  reqtask_client *client = enter(h, &which);
  reqtask_id id = 0xA5;
  if (told(reqtask_create(client, h->request, &id)) != REQTASK_OK) {
    promise(id == 0xA5, "a failure writes no id");
    leave(which);
    return;
  }
  int at = atomic_load(&all.record_count);
  while (at < TASKS && !atomic_compare_exchange_weak(&all.record_count, &at, at + 1))
    ;
  if (at < TASKS) {
    record *r = &all.records[at];
    r->id = id;
    r->client = which;
    ear *e = ear_new(h, r, 0);
    e->witness = true;
    promise(listen_to(h, REQTASK_EVENT_COMPLETE, e, id) == REQTASK_OK, "a new task listens");
    atomic_store(&r->witness, e);
    if (!wild_once_in(&h->random, 4))
      atomic_fetch_add(&r->starts, told(reqtask_start(id)) == REQTASK_OK);
  } else
    promise(reqtask_release(id) == REQTASK_OK, "a new task can be released");
  leave(which);
}

static void task_step(hand *h) {
  wild *w = &h->random;
  record *r = any_record(h);
  reqtask_id id = id_of(h, r);
  bool real = r != NULL && id == r->id;
  switch (wild_below(w, 12)) {
  case 0:
    if (told(reqtask_start(id)) == REQTASK_OK)
      started(id);
    break;
  case 1:
    (void)told(reqtask_abort(id));
    break;
  case 2:
    (void)told(reqtask_pause(id));
    break;
  case 3:
    (void)told(reqtask_resume(id));
    break;
  case 4:
    (void)reqtask_wait(id, (uint32_t)wild_below(w, 3));
    break;
  case 5:
    if (wild_once_in(w, 3)) {
      give_up(id);
      (void)told(reqtask_release(id));
    }
    break;
  case 6: {
    uint32_t event = (uint32_t)wild_below(w, 6);
    reqtask_listener listener = wild_once_in(w, 2) ? 0 : wild_below(w, 8);
    if (event == REQTASK_EVENT_COMPLETE)
      give_up(id);
    (void)told(reqtask_off(id, event, listener, (uint32_t)wild_below(w, 3)));
    break;
  }
  case 7: {
    const reqtask_response *got = NULL;
    if (told(reqtask_response_get(id, wild_once_in(w, 20) ? NULL : &got)) == REQTASK_OK) {
      reqtask_response_free(h->response);
      h->response = got;
    }
    break;
  }
  default: {
    ear *e = ear_new(h, real ? r : NULL, 0);
    (void)listen_to(h, wild_below(w, 4) + 1, e, id);
  }
  }
}

static void response_step(hand *h) {
  uint32_t size = (uint32_t)wild_below(&h->random, sizeof(reqtask_response_info) + 9);
  void *at = wild_memory(&h->random, size < sizeof size ? sizeof size : size);
  memcpy(at, &size, sizeof size);
  const reqtask_response *response = wild_once_in(&h->random, 20) ? NULL : h->response;
  if (wild_once_in(&h->random, 2))
    (void)told(reqtask_response_timing(response, at));
  else if (told(reqtask_response_read(response, at)) == REQTASK_OK &&
           REQTASK_HAS((reqtask_response_info *)at, body)) {
    reqtask_buf *buf = ((reqtask_response_info *)at)->body.buf;
    reqtask_buf_retain(buf);
    reqtask_buf_release(h->buf);
    h->buf = buf;
  }
}

static void client_step(hand *h) {
  int which;
  wild *w = &h->random;
  if (!wild_once_in(w, 200)) {
    reqtask_client *client = enter(h, &which);
    uint32_t delivered = 0;
    (void)reqtask_client_dispatch(client, (uint32_t)wild_below(w, 20), (uint32_t)wild_below(w, 2),
                                  wild_once_in(w, 2) ? NULL : &delivered);
    leave(which);
    return;
  }
  which = (int)wild_below(w, CLIENTS);
  if (pthread_rwlock_trywrlock(&all.use[which]) != 0)
    return;
  int count = atomic_load(&all.record_count);
  for (int i = 0; i < count && i < TASKS; i++)
    if (all.records[i].client == which)
      atomic_store(&all.records[i].given_up, true);
  uint32_t wait_ms = wild_once_in(w, 3) ? 50 : 0;
  if (told(reqtask_client_close(all.clients[which], wait_ms)) != REQTASK_E_REENTRANT) {
    all.clients[which] = NULL;
    (void)told(reqtask_client_new(h->config, &all.clients[which]));
  }
  pthread_rwlock_unlock(&all.use[which]);
}

static void library_step(hand *h) {
  wild *w = &h->random;
  size_t cap = wild_below(w, 80);
  switch (wild_below(w, 5)) {
  case 0:
    promise(reqtask_status_text((reqtask_status)wild_number(w)) != NULL, "a text of any status");
    break;
  case 1: {
    char *text = wild_memory(w, cap);
    size_t len = reqtask_last_error(text, cap);
    /* Whole, or cut before a character that has no room. */
    promise(cap == 0 ||
                (len < cap ? strlen(text) == len : strlen(text) < cap && strlen(text) + 4 >= cap),
            "a sentence, whole or cut");
    break;
  }
  case 2:
    (void)reqtask_has_feature(wild_once_in(w, 2) ? NULL : "zstd");
    break;
  case 3:
    promise(reqtask_version() != NULL && reqtask_abi_version() == REQTASK_ABI_VERSION, "a version");
    break;
  default: {
    ear *e = ear_new(h, NULL, 0);
    (void)told(reqtask_set_log((uint32_t)wild_below(w, 6), wild_once_in(w, 5) ? NULL : on_log, e,
                               destroy));
  }
  }
}

void step(hand *h) {
  switch (wild_below(&h->random, 20)) {
  case 0:
    config_step(h);
    break;
  case 1:
  case 2:
  case 3:
    request_step(h);
    break;
  case 4:
  case 5:
    create_step(h);
    break;
  case 6:
    response_step(h);
    break;
  case 7:
    library_step(h);
    break;
  case 8:
  case 9:
  case 10:
    client_step(h);
    break;
  default:
    task_step(h);
  }
}

void hand_end(hand *h) {
  reqtask_config_free(h->config);
  reqtask_request_free(h->request);
  reqtask_response_free(h->response);
  reqtask_buf_release(h->buf);
  wild_end(&h->random);
}
