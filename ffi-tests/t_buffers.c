/* Retained buffers and responses outlive the event, the task and the client. */
#include "world.h"

static reqtask_bytes kept[64];
static size_t count;

static void keep(recorder *rec, uint32_t kind, const void *event, void *arg) {
  (void)rec, (void)arg;
  if (kind != REQTASK_EVENT_CHUNK || count == COUNT_OF(kept))
    return;
  kept[count] = ((const reqtask_chunk_event *)event)->bytes;
  reqtask_buf_retain(kept[count++].buf);
}

static void *release_elsewhere(void *arg) {
  reqtask_buf_release(arg);
  return NULL;
}

static void chunks_outlive_the_client(delivery how) {
  count = 0;
  world *w = world_open(how);
  reqtask_request *request = request_new("GET", url_on("http", "/bytes/100000"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_CHUNK_MAX_BYTES, 5000));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  task *t = task_make(w, request);
  t->rec->hook = keep;
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  world_close(w);
  CHECK(count >= 20);
  uint64_t at = 0;
  for (size_t i = 0; i < count; i++) {
    CHECK_INT(kept[i].len, pattern_length(kept[i].data, kept[i].len, at));
    at += kept[i].len;
    reqtask_buf_retain(kept[i].buf);
    reqtask_buf_release(kept[i].buf);
  }
  for (size_t i = 0; i < count; i++) {
    /* Ours is the only reference, and KEEP_BODY is off: we may write. */
    memset(kept[i].data, 'w', kept[i].len);
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, release_elsewhere, kept[i].buf) == 0);
    pthread_join(thread, NULL);
  }
}

static void responses_outlive_the_client(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/bytes/70000"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  const reqtask_response *response = NULL;
  const reqtask_response *again = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  NEED_OK(reqtask_response_get(t->id, &again));
  world_close(w);
  reqtask_response_free(again);
  reqtask_response_info info = {.struct_size = sizeof info};
  NEED_OK(reqtask_response_read(response, &info));
  CHECK_INT(200, info.http_status);
  CHECK_INT(70000, info.body.len);
  CHECK_INT(70000, pattern_length(info.body.data, info.body.len, 0));
  reqtask_buf_retain(info.body.buf);
  reqtask_response_free(response);
  CHECK_INT(70000, pattern_length(info.body.data, info.body.len, 0)); /* the body alone lives */
  reqtask_buf_release(info.body.buf);
}

static void without_keep_body(delivery how) {
  world *w = world_open(how);
  reqtask_request *request = request_new("GET", url_on("http", "/bytes/1000"));
  CHECK_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  task *t = task_make(w, request);
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  CHECK_INT(1000, recorder_body_len(t->rec));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  reqtask_response_info info = {.struct_size = sizeof info};
  NEED_OK(reqtask_response_read(response, &info));
  CHECK(info.body.data == NULL && info.body.len == 0 && info.body.buf == NULL);
  reqtask_response_free(response);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, chunks_outlive_the_client),
                                  CASE(BOTH, responses_outlive_the_client),
                                  CASE(BOTH, without_keep_body)};
MAIN(cases)
