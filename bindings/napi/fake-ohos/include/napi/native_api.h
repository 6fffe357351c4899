/*
 * Stands for OpenHarmony's header of this name when its flavour of the glue is compiled on another
 * machine: Node's declarations, less what OpenHarmony lacks or means differently, so that using any
 * of it does not compile. Names and numbers only, taken from arkui/napi/libnapi.ndk.json and
 * third_party/node/src of openharmony/interface_sdk_c at 606dfd07.
 */
#ifndef REQTASK_NAPI_FAKE_NATIVE_API_H
#define REQTASK_NAPI_FAKE_NATIVE_API_H

#define NAPI_VERSION 8
#include <node_api.h>

/* What the glue takes for granted of the numbers. */
_Static_assert(napi_ok == 0 && napi_invalid_arg == 1 && napi_object_expected == 2, "statuses");
_Static_assert(napi_generic_failure == 9 && napi_pending_exception == 10, "statuses");
_Static_assert(napi_queue_full == 15 && napi_closing == 16, "statuses");
_Static_assert(napi_tsfn_release == 0 && napi_tsfn_abort == 1, "release modes");
_Static_assert(napi_tsfn_nonblocking == 0 && napi_tsfn_blocking == 1, "call modes");
_Static_assert(napi_null == 1 && napi_number == 3 && napi_string == 4, "types");
_Static_assert(napi_object == 6 && napi_function == 7, "types");

/* 22 and 23 mean something else there. */
enum { fake_too_many_ark_runtimes = 22, fake_one_ark_runtime_per_thread = 23 };
#pragma GCC poison napi_no_external_buffers_allowed napi_cannot_run_js

/* Declared or not, these are not exported there. */
#pragma GCC poison napi_adjust_external_memory node_api_create_buffer_from_arraybuffer
#pragma GCC poison node_api_create_external_string_latin1 node_api_create_external_string_utf16
#pragma GCC poison node_api_create_property_key_utf16 node_api_create_syntax_error
#pragma GCC poison node_api_throw_syntax_error node_api_symbol_for node_api_post_finalizer
/* Exported, but with no effect, or bound to one slot that all modules of an environment share. */
#pragma GCC poison napi_get_node_version napi_set_instance_data napi_get_instance_data
/* Limited to 2 MiB and not empty there; the glue has no use for them. */
#pragma GCC poison napi_create_buffer napi_create_buffer_copy napi_create_external_buffer
/* Overtakes the queue, and holds a raw pointer over the end of an environment. */
#pragma GCC poison napi_call_threadsafe_function_with_priority

#ifdef REQTASK_FAKE_OHOS
#include "../../rename.h"
#endif

#endif
