/*
 * books.c - what every `user` pointer and every task is owed, and the listeners that check it.
 */
#include "fuzz.h"

#include <stdlib.h>

books all;
static _Thread_local int depth; /* of listeners */

void promise(bool kept, const char *what) {
  if (!kept && atomic_fetch_add(&all.broken, 1) < 20)
    FAIL(what);
}

/* ---------------------------------------------------------------- user data */

ear *ear_new(hand *h, record *r, size_t payload) {
  ear *e = calloc(1, sizeof *e + payload);
  NEED(e != NULL);
  e->task = r;
  e->seed = wild_below(&h->random, UINT64_MAX);
  e->next = atomic_load(&all.ears);
  while (!atomic_compare_exchange_weak(&all.ears, &e->next, e))
    ;
  return e;
}

static void inside(ear *e) {
  promise(atomic_load(&e->destroyed) == 0, "a user is used after its destroy");
  int calls = atomic_fetch_add(&e->calls, 1);
  if (depth >= DEPTH || e->task == NULL)
    return;
  hand h = {.random = wild_from(e->seed + (uint64_t)calls)};
  depth++;
  for (uint64_t n = wild_below(&h.random, 3); n > 0; n--) {
    atomic_fetch_add(&all.inner_steps, 1);
    step(&h);
  }
  hand_end(&h);
  depth--;
}

void destroy(void *user) {
  ear *e = user;
  promise(atomic_fetch_add(&e->destroyed, 1) == 0, "a user is destroyed twice");
}

void on_headers(void *user, const reqtask_headers_event *ev) {
  inside(user);
  promise(ev->http_status >= 200, "a final status");
}

void on_chunk(void *user, const reqtask_chunk_event *ev) {
  promise(ev->bytes.len > 0, "a chunk is not empty");
  reqtask_buf_retain(ev->bytes.buf);
  inside(user);
  reqtask_buf_release(ev->bytes.buf);
}

void on_progress(void *user, const reqtask_progress_event *ev) {
  (void)ev;
  inside(user);
}

void on_complete(void *user, const reqtask_complete_event *ev) {
  ear *e = user;
  promise(atomic_load(&e->calls) == 0, "a completion listener is called once");
  promise(ev->message.ptr[ev->message.len] == 0, "a NUL ends the message");
  inside(user);
}

void on_wakeup(void *user) {
  promise(atomic_load(&((ear *)user)->destroyed) == 0, "a wakeup after its destroy");
}

void on_log(void *user, uint32_t level, reqtask_str line) {
  promise(atomic_load(&((ear *)user)->destroyed) == 0, "a log line after its destroy");
  promise(level >= REQTASK_LOG_ERROR && line.ptr[line.len] == 0, "a log line");
}

/* A record of any age, or NULL. */
record *any_record(hand *h) {
  int count = atomic_load(&all.record_count);
  count = count < TASKS ? count : TASKS;
  if (count == 0)
    return NULL;
  /* Mostly a young one. */
  uint64_t back = wild_below(&h->random, wild_once_in(&h->random, 4) ? (uint64_t)count : 24);
  record *r = &all.records[(uint64_t)count - 1 - (back < (uint64_t)count ? back : 0)];
  return r->witness != NULL ? r : NULL;
}

/* No completion need come any more. A made-up id can be a task's, too. */
void give_up(reqtask_id id) {
  int count = atomic_load(&all.record_count);
  for (int i = 0; i < count && i < TASKS; i++)
    if (all.records[i].id == id)
      atomic_store(&all.records[i].given_up, true);
}

void started(reqtask_id id) {
  int count = atomic_load(&all.record_count);
  for (int i = 0; i < count && i < TASKS; i++)
    if (all.records[i].id == id)
      atomic_fetch_add(&all.records[i].starts, 1);
}
