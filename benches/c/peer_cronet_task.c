/* peer_cronet_task.c - requests through Cronet: its callbacks, and what all peers do in them; see
 * peer_cronet.h. */
#include "peer_cronet.h"

#include "clock.h"

#include <stdio.h>

static cronet_task *task_of(Cronet_UrlRequest *request) {
  return cronet.UrlRequest_GetClientContext(request);
}

/** No server of the benchmark redirects. */
static void on_redirect(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                        Cronet_UrlResponseInfo *info, const char *location) {
  (void)callback, (void)info, (void)location;
  cronet.UrlRequest_Cancel(request);
}

static void on_started(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                       Cronet_UrlResponseInfo *info) {
  (void)callback;
  cronet_task *t = task_of(request);
  t->status = cronet.UrlResponseInfo_http_status_code_get(info);
  if (t->on_headers)
    t->on_headers(t->user);
  /* The request owns the buffer while it reads into it, and when it ends. */
  Cronet_Buffer *buffer = cronet.Buffer_Create();
  cronet.Buffer_InitWithAlloc(buffer, t->buffer);
  cronet.UrlRequest_Read(request, buffer);
}

static void on_read(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                    Cronet_UrlResponseInfo *info, Cronet_Buffer *buffer, uint64_t bytes) {
  (void)callback, (void)info;
  cronet_task *t = task_of(request);
  t->on_chunk(t->user, cronet.Buffer_GetData(buffer), bytes);
  cronet.UrlRequest_Read(request, buffer);
}

static void end(Cronet_UrlRequest *request, cronet_result result) {
  uint64_t now = now_ns();
  cronet_task *t = task_of(request);
  t->ended_ns = now;
  t->result = result;
  cronet.UrlRequest_Destroy(request);
  t->on_end(t->user, t);
}

static void on_succeeded(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                         Cronet_UrlResponseInfo *info) {
  (void)callback, (void)info;
  end(request, CRONET_SUCCEEDED);
}

static void on_failed(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                      Cronet_UrlResponseInfo *info, Cronet_Error *error) {
  (void)callback, (void)info;
  cronet_task *t = task_of(request);
  snprintf(t->error, sizeof t->error, "%s", cronet.Error_message_get(error));
  end(request, CRONET_FAILED);
}

static void on_canceled(Cronet_UrlRequestCallback *callback, Cronet_UrlRequest *request,
                        Cronet_UrlResponseInfo *info) {
  (void)callback, (void)info;
  end(request, CRONET_CANCELED);
}

Cronet_UrlRequestCallback *cronet_task_callback(void) {
  return cronet.UrlRequestCallback_CreateWith(on_redirect, on_started, on_read, on_succeeded,
                                              on_failed, on_canceled);
}

Cronet_UrlRequestParams *cronet_params(const cronet_peer *c, const char *method) {
  Cronet_UrlRequestParams *params = cronet.UrlRequestParams_Create();
  cronet.UrlRequestParams_http_method_set(params, method);
  cronet.UrlRequestParams_disable_cache_set(params, true);
  cronet.UrlRequestParams_allow_direct_executor_set(params, c->direct);
  return params;
}

Cronet_UrlRequest *cronet_start(const cronet_peer *c, const char *url,
                                Cronet_UrlRequestParams *params, cronet_task *task) {
  Cronet_UrlRequest *request = cronet.UrlRequest_Create();
  cronet.UrlRequest_SetClientContext(request, task);
  if (cronet.UrlRequest_InitWithParams(request, c->engine, url, params, c->callback, c->executor) ==
          CRONET_SUCCESS &&
      cronet.UrlRequest_Start(request) == CRONET_SUCCESS)
    return request;
  cronet.UrlRequest_Destroy(request);
  return NULL;
}

bool cronet_succeeded(const cronet_task *task, slice_out *out) {
  if (task->result == CRONET_SUCCEEDED && task->status == 200)
    return true;
  snprintf(out->note, sizeof out->note, "status %d, %s", task->status,
           task->result == CRONET_CANCELED ? "canceled" : task->error);
  return false;
}
