/* cronet.h - what the benchmark uses of Cronet's C API, declared by hand.
 *
 * The names and types are those of Cronet's interface definition, without the prefix "Cronet_".
 * Nothing links against the library: peer_cronet.c finds each function by its name at run time.
 */
#ifndef BENCH_CRONET_H
#define BENCH_CRONET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Cronet_Engine Cronet_Engine;
typedef struct Cronet_EngineParams Cronet_EngineParams;
typedef struct Cronet_Executor Cronet_Executor;
typedef struct Cronet_Runnable Cronet_Runnable;
typedef struct Cronet_UrlRequest Cronet_UrlRequest;
typedef struct Cronet_UrlRequestParams Cronet_UrlRequestParams;
typedef struct Cronet_UrlRequestCallback Cronet_UrlRequestCallback;
typedef struct Cronet_UrlResponseInfo Cronet_UrlResponseInfo;
typedef struct Cronet_HttpHeader Cronet_HttpHeader;
typedef struct Cronet_Buffer Cronet_Buffer;
typedef struct Cronet_Error Cronet_Error;
typedef struct Cronet_UploadDataProvider Cronet_UploadDataProvider;
typedef struct Cronet_UploadDataSink Cronet_UploadDataSink;

enum { CRONET_SUCCESS = 0, CRONET_CACHE_DISABLED = 0 };

/* What the app implements. */
typedef void (*cronet_execute)(Cronet_Executor *, Cronet_Runnable *);
typedef void (*cronet_redirected)(Cronet_UrlRequestCallback *, Cronet_UrlRequest *,
                                  Cronet_UrlResponseInfo *, const char *location);
typedef void (*cronet_answered)(Cronet_UrlRequestCallback *, Cronet_UrlRequest *,
                                Cronet_UrlResponseInfo *); /* started, succeeded or canceled */
typedef void (*cronet_read)(Cronet_UrlRequestCallback *, Cronet_UrlRequest *,
                            Cronet_UrlResponseInfo *, Cronet_Buffer *, uint64_t bytes);
typedef void (*cronet_failed)(Cronet_UrlRequestCallback *, Cronet_UrlRequest *,
                              Cronet_UrlResponseInfo *, Cronet_Error *);
typedef int64_t (*cronet_length)(Cronet_UploadDataProvider *);
typedef void (*cronet_give)(Cronet_UploadDataProvider *, Cronet_UploadDataSink *, Cronet_Buffer *);
typedef void (*cronet_rewind)(Cronet_UploadDataProvider *, Cronet_UploadDataSink *);
typedef void (*cronet_close)(Cronet_UploadDataProvider *);

/* X(result, name, parameters) for each function. */
/* clang-format off */
#define CRONET_FUNCTIONS(X)                                                                        \
  X(Cronet_Engine *, Engine_Create, (void))                                                        \
  X(int, Engine_StartWithParams, (Cronet_Engine *, Cronet_EngineParams *))                         \
  X(int, Engine_Shutdown, (Cronet_Engine *))                                                       \
  X(void, Engine_Destroy, (Cronet_Engine *))                                                       \
  X(const char *, Engine_GetVersionString, (Cronet_Engine *))                                      \
  X(Cronet_EngineParams *, EngineParams_Create, (void))                                            \
  X(void, EngineParams_Destroy, (Cronet_EngineParams *))                                           \
  X(void, EngineParams_enable_check_result_set, (Cronet_EngineParams *, bool))                     \
  X(void, EngineParams_enable_quic_set, (Cronet_EngineParams *, bool))                             \
  X(void, EngineParams_enable_http2_set, (Cronet_EngineParams *, bool))                            \
  X(void, EngineParams_enable_brotli_set, (Cronet_EngineParams *, bool))                           \
  X(void, EngineParams_http_cache_mode_set, (Cronet_EngineParams *, int))                          \
  X(Cronet_Executor *, Executor_CreateWith, (cronet_execute))                                      \
  X(void, Executor_SetClientContext, (Cronet_Executor *, void *))                                  \
  X(void *, Executor_GetClientContext, (Cronet_Executor *))                                        \
  X(void, Executor_Destroy, (Cronet_Executor *))                                                   \
  X(void, Runnable_Run, (Cronet_Runnable *))                                                       \
  X(void, Runnable_Destroy, (Cronet_Runnable *))                                                   \
  X(Cronet_UrlRequestCallback *, UrlRequestCallback_CreateWith,                                    \
    (cronet_redirected, cronet_answered, cronet_read, cronet_answered, cronet_failed,              \
     cronet_answered))                                                                             \
  X(void, UrlRequestCallback_Destroy, (Cronet_UrlRequestCallback *))                               \
  X(Cronet_UrlRequestParams *, UrlRequestParams_Create, (void))                                    \
  X(void, UrlRequestParams_Destroy, (Cronet_UrlRequestParams *))                                   \
  X(void, UrlRequestParams_http_method_set, (Cronet_UrlRequestParams *, const char *))             \
  X(void, UrlRequestParams_disable_cache_set, (Cronet_UrlRequestParams *, bool))                   \
  X(void, UrlRequestParams_allow_direct_executor_set, (Cronet_UrlRequestParams *, bool))           \
  X(void, UrlRequestParams_request_headers_add, (Cronet_UrlRequestParams *, Cronet_HttpHeader *))  \
  X(void, UrlRequestParams_upload_data_provider_set,                                               \
    (Cronet_UrlRequestParams *, Cronet_UploadDataProvider *))                                      \
  X(void, UrlRequestParams_upload_data_provider_executor_set,                                      \
    (Cronet_UrlRequestParams *, Cronet_Executor *))                                                \
  X(Cronet_HttpHeader *, HttpHeader_Create, (void))                                                \
  X(void, HttpHeader_name_set, (Cronet_HttpHeader *, const char *))                                \
  X(void, HttpHeader_value_set, (Cronet_HttpHeader *, const char *))                               \
  X(void, HttpHeader_Destroy, (Cronet_HttpHeader *))                                               \
  X(Cronet_UrlRequest *, UrlRequest_Create, (void))                                                \
  X(void, UrlRequest_SetClientContext, (Cronet_UrlRequest *, void *))                              \
  X(void *, UrlRequest_GetClientContext, (Cronet_UrlRequest *))                                    \
  X(int, UrlRequest_InitWithParams,                                                                \
    (Cronet_UrlRequest *, Cronet_Engine *, const char *url, Cronet_UrlRequestParams *,             \
     Cronet_UrlRequestCallback *, Cronet_Executor *))                                              \
  X(int, UrlRequest_Start, (Cronet_UrlRequest *))                                                  \
  X(int, UrlRequest_Read, (Cronet_UrlRequest *, Cronet_Buffer *))                                  \
  X(void, UrlRequest_Cancel, (Cronet_UrlRequest *))                                                \
  X(void, UrlRequest_Destroy, (Cronet_UrlRequest *))                                               \
  X(int32_t, UrlResponseInfo_http_status_code_get, (Cronet_UrlResponseInfo *))                     \
  X(Cronet_Buffer *, Buffer_Create, (void))                                                        \
  X(void, Buffer_InitWithAlloc, (Cronet_Buffer *, uint64_t))                                       \
  X(uint64_t, Buffer_GetSize, (Cronet_Buffer *))                                                   \
  X(void *, Buffer_GetData, (Cronet_Buffer *))                                                     \
  X(const char *, Error_message_get, (Cronet_Error *))                                             \
  X(Cronet_UploadDataProvider *, UploadDataProvider_CreateWith,                                    \
    (cronet_length, cronet_give, cronet_rewind, cronet_close))                                     \
  X(void, UploadDataProvider_SetClientContext, (Cronet_UploadDataProvider *, void *))              \
  X(void *, UploadDataProvider_GetClientContext, (Cronet_UploadDataProvider *))                    \
  X(void, UploadDataProvider_Destroy, (Cronet_UploadDataProvider *))                               \
  X(void, UploadDataSink_OnReadSucceeded, (Cronet_UploadDataSink *, uint64_t, bool last))          \
  X(void, UploadDataSink_OnRewindSucceeded, (Cronet_UploadDataSink *))
/* clang-format on */

typedef struct cronet_api {
#define CRONET_FIELD(result, name, parameters) result(*name) parameters;
  CRONET_FUNCTIONS(CRONET_FIELD)
#undef CRONET_FIELD
} cronet_api;

#endif
