/* The fakes, declared with the types of what they stand for. */
#ifndef REQTASK_NAPI_FAKES_H
#define REQTASK_NAPI_FAKES_H

#include <node_api.h>

extern __typeof__(napi_module_register) fake_module_register;
extern __typeof__(napi_create_external_arraybuffer) fake_create_external_arraybuffer;
extern __typeof__(napi_create_arraybuffer) fake_create_arraybuffer;
extern __typeof__(napi_create_string_latin1) fake_create_string_latin1;
extern __typeof__(napi_create_string_utf16) fake_create_string_utf16;
extern __typeof__(napi_create_type_error) fake_create_type_error;
extern __typeof__(napi_create_threadsafe_function) fake_create_threadsafe_function;
extern __typeof__(napi_call_threadsafe_function) fake_call_threadsafe_function;
extern __typeof__(napi_release_threadsafe_function) fake_release_threadsafe_function;
extern __typeof__(napi_ref_threadsafe_function) fake_ref_threadsafe_function;
extern __typeof__(napi_unref_threadsafe_function) fake_unref_threadsafe_function;
extern __typeof__(napi_add_env_cleanup_hook) fake_add_env_cleanup_hook;
extern __typeof__(napi_get_element) fake_get_element;
extern __typeof__(napi_set_element) fake_set_element;
extern __typeof__(napi_get_named_property) fake_get_named_property;
extern __typeof__(napi_set_named_property) fake_set_named_property;
extern __typeof__(napi_fatal_exception) fake_fatal_exception;
extern __typeof__(napi_get_and_clear_last_exception) fake_get_and_clear_last_exception;
extern __typeof__(napi_throw) fake_throw;

#endif
