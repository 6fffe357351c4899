/* peer_cronet_upload.c - a body from memory for Cronet; see peer_cronet.h. */
#include "peer_cronet.h"

#include <string.h>

static int64_t length(Cronet_UploadDataProvider *provider) {
  return (int64_t)((cronet_body *)cronet.UploadDataProvider_GetClientContext(provider))->len;
}

/** Cronet has no way to lend it bytes: it gives a buffer of its own to be filled. */
static void give(Cronet_UploadDataProvider *provider, Cronet_UploadDataSink *sink,
                 Cronet_Buffer *buffer) {
  cronet_body *body = cronet.UploadDataProvider_GetClientContext(provider);
  uint64_t room = cronet.Buffer_GetSize(buffer), left = body->len - body->at;
  uint64_t n = left < room ? left : room;
  memcpy(cronet.Buffer_GetData(buffer), body->bytes + body->at, n);
  body->at += n;
  cronet.UploadDataSink_OnReadSucceeded(sink, n, false);
}

static void rewind_it(Cronet_UploadDataProvider *provider, Cronet_UploadDataSink *sink) {
  ((cronet_body *)cronet.UploadDataProvider_GetClientContext(provider))->at = 0;
  cronet.UploadDataSink_OnRewindSucceeded(sink);
}

/** The body is the caller's. */
static void closed(Cronet_UploadDataProvider *provider) { (void)provider; }

void cronet_body_set(const cronet_peer *c, Cronet_UrlRequestParams *params, cronet_body *body) {
  body->provider = cronet.UploadDataProvider_CreateWith(length, give, rewind_it, closed);
  cronet.UploadDataProvider_SetClientContext(body->provider, body);
  cronet.UrlRequestParams_upload_data_provider_set(params, body->provider);
  cronet.UrlRequestParams_upload_data_provider_executor_set(params, c->executor);
  /* Without it an upload does not start. */
  Cronet_HttpHeader *type = cronet.HttpHeader_Create();
  cronet.HttpHeader_name_set(type, "Content-Type");
  cronet.HttpHeader_value_set(type, "application/octet-stream");
  cronet.UrlRequestParams_request_headers_add(params, type);
  cronet.HttpHeader_Destroy(type);
}
